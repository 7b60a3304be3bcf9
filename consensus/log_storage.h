// What the core needs to read of the durable log. Implemented by the composition root over the
// ledger's store, and in memory by tests. The core writes nothing itself: it hands entries out in
// Ready and is told by `Raft::Persisted` when they are durable.
#pragma once

#include <vector>

#include "common/result.h"
#include "consensus/types.h"

namespace suyuan::consensus {

// Called from the core's thread only. Answers describe durable entries. An error means that the
// disk failed or lied; the driver stops the node then.
class LogStorage {
 public:
  virtual ~LogStorage() = default;
  // What was durable last; a new node has term 0, no vote, commit 0.
  virtual HardState InitialHardState() const = 0;
  // Index of the last durable entry, 0 when the log is empty.
  virtual Index LastIndex() const = 0;
  // First index that is still stored; 1 unless older entries were compacted or never fetched. It
  // may rise at any time, up to what the state machine durably holds, but never fall.
  virtual Index FirstIndex() const = 0;
  // Term and hash of a stored entry, or of the one before FirstIndex(). Index 0 has term 0 and the
  // hash that the driver chose (the ledger id), so that two ledgers never match.
  virtual Result<Term> TermAt(Index index) const = 0;
  virtual Result<Hash> HashAt(Index index) const = 0;
  // Entries [from, to), configurations filled in, cut after the first that reaches `bytes_max` (at
  // least one is returned).
  virtual Result<std::vector<Entry>> Entries(Index from, Index to, size_t bytes_max) const = 0;
};

}  // namespace suyuan::consensus
