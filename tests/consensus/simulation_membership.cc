// The part of the simulation in which the membership changes: learners join and leave, are
// promoted, voters are demoted, removed and replaced, several at once, the same configuration comes
// again; nodes that left go on running and may come back. Logs are shortened, snapshots travel
// outside.
#include <algorithm>

#include "consensus/quorum.h"
#include "tests/consensus/simulation.h"

namespace suyuan::consensus::testing {
namespace {

void Move(std::vector<NodeId>& from, std::vector<NodeId>* to, size_t position) {
  if (to != nullptr) to->push_back(from[position]);
  from.erase(from.begin() + static_cast<ptrdiff_t>(position));
}

}  // namespace

void Simulation::Reconfigure() {
  for (auto& node : nodes_) {
    if (!node->up() || node->raft().role() != Role::kLeader) continue;
    if (Chance(40)) EndJoint(*node);
    if (Chance(5)) ProposeChange(*node);
  }
  if (Chance(3)) CompactSome(AnyNode());
  // One that was fetched, and is needed no more when it comes.
  if (Chance(2)) wants_snapshot_.try_emplace(AnyNode().id(), Index(1));
  if (!wants_snapshot_.empty() && Chance(10)) SendSnapshot(wants_snapshot_.begin()->first);
}

void Simulation::EndJoint(TestNode& leader) {
  if (leader.raft().LeaveJointDue()) (void)leader.ProposeLeave();
}

void Simulation::ProposeChange(TestNode& leader) {
  const Membership& now = leader.raft().membership();
  Configuration next{true, now.voters, now.learners};
  const NodeId newcomer = AnyNode().id();
  const size_t voter = random_.Below(next.voters.size());
  const size_t learner = next.learners.empty() ? 0 : random_.Below(next.learners.size());
  const bool may_lose_one = next.voters.size() > 1;
  switch (random_.Below(7)) {
    case 0:
      if (Contains(Members(now), newcomer)) return;
      next.learners.push_back(newcomer);
      next.joint = false;
      break;
    case 1:
      if (next.learners.empty()) return;
      Move(next.learners, &next.voters, learner);
      break;
    case 2:
      if (!may_lose_one) return;
      Move(next.voters, Chance(50) ? &next.learners : nullptr, voter);
      break;
    case 3:  // a lost node is replaced
      if (next.learners.empty()) return;
      Move(next.voters, nullptr, voter);
      Move(next.learners, &next.voters, learner);
      break;
    case 4:
      if (next.learners.empty()) return;
      Move(next.learners, nullptr, learner);
      next.joint = false;
      break;
    case 5:  // several at once
      for (size_t i = next.learners.size(); i > 0; --i)
        if (Chance(50)) Move(next.learners, &next.voters, i - 1);
      for (size_t i = next.voters.size(); i > 0; --i)
        if (Chance(40) && next.voters.size() > 1) Move(next.voters, nullptr, i - 1);
      break;
    default:  // the same again, as when an address changes
      next.joint = Chance(50);
  }
  if (leader.ProposeConfiguration(next).ok()) ++changes_;
}

void Simulation::CompactSome(TestNode& node) {
  if (!node.up() || node.applied().empty()) return;
  const Index to(1 + random_.Below(node.applied().size()));
  if (node.disk().Find(to) != nullptr) node.Compact(to);
}

void Simulation::SendSnapshot(NodeId to) {
  const Index at_least = wants_snapshot_.at(to);
  wants_snapshot_.erase(to);
  TestNode& target = *nodes_[to.value() - 1];
  const TestNode& source = AnyNode();
  if (!target.up() || source.applied().size() < at_least.value()) return;
  if (target.Install(source.TakeSnapshot()).ok()) ++snapshots_;
  checker_->AfterEvent();
}

void Simulation::FinishChanges() {
  for (auto& node : nodes_)
    if (node->raft().role() == Role::kLeader) EndJoint(*node);
  while (!wants_snapshot_.empty()) SendSnapshot(wants_snapshot_.begin()->first);
}

const TestNode* Simulation::Leader() const {
  const TestNode* out = nullptr;
  for (const auto& node : nodes_)
    if (node->up() && node->raft().role() == Role::kLeader &&
        (out == nullptr || node->raft().term() > out->raft().term()))
      out = node.get();
  return out;
}

bool Simulation::Settled() const {
  if (Leader() == nullptr) return false;
  const Raft& raft = Leader()->raft();
  return raft.membership().outgoing.empty() && raft.membership_index() <= raft.commit();
}

bool Simulation::IsMember(NodeId id) const {
  return Leader() == nullptr || Contains(Members(Leader()->raft().membership()), id);
}

}  // namespace suyuan::consensus::testing
