// What must hold when the faults are over: nobody disturbs a healthy leader, neither those who left
// nor one that was alone for a while; and a leader that hears nobody makes room for another one.
#include "tests/consensus/simulation.h"

namespace suyuan::consensus::testing {
namespace {

constexpr int kCalmRounds = 40;
constexpr int kAloneRounds = 30;  // some election timeouts
constexpr int kElectionRoundsMax = 400;

}  // namespace

std::string Simulation::StayCalm() {
  const NodeId leader = Leader()->id();
  const Term term = Leader()->raft().term();
  for (int round = 0; round < kCalmRounds; ++round) HealOnce();
  if (!checker_->violation().empty()) return checker_->violation() + " in calm weather";
  if (Leader() == nullptr || Leader()->id() != leader || Leader()->raft().term() != term)
    return "a healthy leader was disturbed";
  // Now and then, because it takes as long as the rest.
  if (config_.changes || config_.voters < 3 || config_.seed % 4 != 0) return "";
  const std::string disturbed = StayCalmWhenOneReturns();
  return disturbed.empty() ? ReplaceDeafLeader() : disturbed;
}

// A node that is alone asks whether it would be elected, which raises no term (dissertation §9.6).
std::string Simulation::StayCalmWhenOneReturns() {
  const NodeId leader = Leader()->id();
  const Term term = Leader()->raft().term();
  const uint64_t lonely = leader.value() % config_.voters + 1;
  for (uint64_t other = 1; other <= nodes_.size(); ++other)
    cut_[lonely][other] = cut_[other][lonely] = true;
  for (int round = 0; round < kAloneRounds; ++round) HealOnce();
  for (auto& row : cut_) row.assign(row.size(), false);
  for (int round = 0; round < kCalmRounds; ++round) HealOnce();
  if (!checker_->violation().empty()) return checker_->violation() + " when one returned";
  const bool same =
      Leader() != nullptr && Leader()->id() == leader && Leader()->raft().term() == term;
  return same ? "" : "a node that was alone disturbed a healthy leader";
}

// Its words arrive, the answers do not: a link that works one way only (dissertation §6.2).
std::string Simulation::ReplaceDeafLeader() {
  const NodeId deaf = Leader()->id();
  for (uint64_t other = 1; other <= nodes_.size(); ++other) cut_[other][deaf.value()] = true;
  bool replaced = false;
  for (int round = 0; round < kElectionRoundsMax && !replaced; ++round) {
    HealOnce();
    for (const auto& node : nodes_)
      replaced |= node->id() != deaf && node->raft().role() == Role::kLeader;
  }
  if (!checker_->violation().empty()) return checker_->violation() + " under a deaf leader";
  return replaced ? "" : "a leader that hears nobody stays";
}

}  // namespace suyuan::consensus::testing
