// The log as the core sees it: durable entries in the storage, then the unstable tail. The storage
// is asked only for what is durable and stays (unstable_tail.h); its suffix may be on its way out.
//
// Not thread-safe; a part of the core's state. Errors are the storage's.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "common/result.h"
#include "consensus/log_storage.h"
#include "consensus/types.h"
#include "consensus/unstable_tail.h"

namespace suyuan::consensus {

// What identifies an entry. Logs match by all three (the hash makes two faces of one leader, and
// two ledgers, different).
struct EntryId {
  Index index;
  Term term;
  Hash hash;
  friend bool operator==(const EntryId&, const EntryId&) = default;
};
inline EntryId IdOf(const Entry& entry) { return {entry.index, entry.term, entry.hash}; }

class RaftLog {
 public:
  explicit RaftLog(const LogStorage& storage) : storage_(storage), tail_(storage.LastIndex()) {}
  // Reads the last entry's identity; to be called once, before all others.
  Status Load();

  const EntryId& last() const { return last_; }
  // First index that is still here.
  Index first() const {
    return std::max(storage_.FirstIndex(), base_ ? base_->index + 1 : Index());
  }
  Index durable() const { return tail_.durable(); }
  UnstableTail& tail() { return tail_; }
  const UnstableTail& tail() const { return tail_; }

  // Identity of an entry in [first - 1, last].
  Result<EntryId> IdAt(Index index) const;
  Result<Term> TermAt(Index index) const;
  // Whether the log holds exactly this entry. False beyond the end and below what is stored.
  Result<bool> Holds(const EntryId& id) const;
  // Largest index ≤ `from` whose term is ≤ `term`; not below first - 1. Terms never fall along a
  // log, so this is a binary search. Requires from ≤ last.
  Result<Index> LastWithTermUpTo(Index from, Term term) const;
  // Entries from `from` on, cut after the first that reaches `bytes_max`; at least one.
  // Requires first ≤ from ≤ last.
  Result<std::vector<Entry>> Entries(Index from, size_t bytes_max) const;
  Result<Entry> EntryAt(Index index) const;

  void Append(Entry entry);
  // Removes everything from `from` on. Requires first ≤ from ≤ last.
  Status TruncateFrom(Index from);
  // The snapshot at `base` takes the place of everything; the storage follows with the next write.
  void RestartAt(const EntryId& base);

 private:
  const LogStorage& storage_;
  UnstableTail tail_;
  EntryId last_;
  std::optional<EntryId> base_;  // of the last RestartAt: known before the storage knows it
};

}  // namespace suyuan::consensus
