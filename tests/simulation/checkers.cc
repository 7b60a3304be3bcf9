#include "tests/simulation/checkers.h"

namespace suyuan::simulation {
namespace {

void Require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}
std::string Name(int node) { return "node " + std::to_string(node); }

}  // namespace

void OneLeaderATerm::Leads(int node, Term term) {
  auto [it, first] = leader_.emplace(term, node);
  Require(first || it->second == node, "two leaders in term " + std::to_string(term.value()) +
                                           ": " + Name(it->second) + " and " + Name(node));
}

void OneHistory::Applied(int node, const ledger::LogHead& head, const Hash& log_root) {
  Block block{head.entry_hash, head.state_root, log_root, head.leaf_count};
  auto [it, first] = blocks_.emplace(head.height, block);
  std::string where =
      " differ at height " + std::to_string(head.height.value()) + " on " + Name(node);
  Require(it->second.entry_hash == block.entry_hash, "entries" + where);
  Require(it->second.state_root == block.state_root, "state roots" + where);
  Require(it->second.leaf_count == block.leaf_count && it->second.log_root == block.log_root,
          "log roots" + where);
}

void Monotone::Observe(int node, Term term, consensus::Index commit, consensus::Index applied,
                       consensus::Index last) {
  Seen& seen = seen_[node];
  Require(seen.term <= term, "term goes back on " + Name(node));
  Require(seen.commit <= commit, "commit goes back on " + Name(node));
  Require(seen.applied <= applied, "applied goes back on " + Name(node));
  Require(applied <= commit && commit <= last,
          "applied ≤ commit ≤ last is broken on " + Name(node));
  seen = {term, commit, applied};
}

void Monotone::Restarted(int node, Term durable_term) {
  Seen& seen = seen_[node];
  // What was not durable may be forgotten, a term that was told to others may not; OneVote and
  // OneLeaderATerm see to that. Commit and applied begin anew from the durable state.
  seen = {durable_term, consensus::Index(0), consensus::Index(0)};
}

void OneVote::Granted(int node, Term term, consensus::NodeId candidate) {
  auto [it, first] = votes_.emplace(std::pair(node, term), candidate);
  Require(first || it->second == candidate,
          Name(node) + " voted twice in term " + std::to_string(term.value()));
}

void Acknowledged::Ack(const TxId& id, const ledger::StoredOutcome& outcome) {
  auto [it, first] = acked_.emplace(id, outcome);
  Require(first || (it->second.location.height == outcome.location.height &&
                    it->second.outcome == outcome.outcome),
          "transaction acknowledged twice with different results");
}

void Acknowledged::Check(int node, const ledger::Store& store) const {
  for (const auto& [id, outcome] : acked_) {
    auto found = store.FindTransaction(id);
    Require(found.ok() && found->has_value(), "acknowledged transaction is lost on " + Name(node));
    Require((*found)->location.height == outcome.location.height &&
                (*found)->location.position == outcome.location.position &&
                (*found)->outcome == outcome.outcome,
            "acknowledged transaction changed on " + Name(node));
  }
}

}  // namespace suyuan::simulation
