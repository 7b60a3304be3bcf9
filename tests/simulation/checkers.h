// Invariants (reliability §2), each checked at the moment at which it could first be broken. A
// broken one throws Violation, which ends the run with the event's number and the seed.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/ids.h"
#include "consensus/types.h"
#include "ledger/store.h"

namespace suyuan::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Invariant 1: at most one leader a term.
class OneLeaderATerm {
 public:
  void Leads(int node, Term term);

 private:
  std::map<Term, int> leader_;
};

// Invariants 4 and 8: same height ⇒ same entry, same roots; the chain holds.
class OneHistory {
 public:
  void Applied(int node, const ledger::LogHead& head, const Hash& log_root);
  uint64_t highest() const { return blocks_.empty() ? 0 : blocks_.rbegin()->first.value(); }

 private:
  struct Block {
    Hash entry_hash, state_root, log_root;
    uint64_t leaf_count;
  };
  std::map<Height, Block> blocks_;
};

// Invariant 5: term, commit and applied never go back while a node runs, nor the durable term over
// a restart; applied ≤ commit ≤ last entry.
class Monotone {
 public:
  void Observe(int node, Term term, consensus::Index commit, consensus::Index applied,
               consensus::Index last);
  void Restarted(int node, Term durable_term);

 private:
  struct Seen {
    Term term;
    consensus::Index commit, applied;
  };
  std::map<int, Seen> seen_;
};

// Invariant 6: one vote a node and term, over durable state and sent messages.
class OneVote {
 public:
  void Granted(int node, Term term, consensus::NodeId candidate);

 private:
  std::map<std::pair<int, Term>, consensus::NodeId> votes_;
};

// Invariant 7: an acknowledged transaction is applied exactly once, on every node, at the place
// that was acknowledged.
class Acknowledged {
 public:
  void Ack(const TxId& id, const ledger::StoredOutcome& outcome);
  // After healing: every node holds each with the same place and outcome.
  void Check(int node, const ledger::Store& store) const;
  size_t size() const { return acked_.size(); }

 private:
  std::map<TxId, ledger::StoredOutcome> acked_;
};

}  // namespace suyuan::simulation
