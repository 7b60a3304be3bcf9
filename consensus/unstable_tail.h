// The end of the log that is not known to be durable, and which write of it is under way.
//
// Several Readys may be in flight. Each took a stretch of the tail; when the log is truncated
// meanwhile, what those writes put beyond the cut will be overwritten by a later write, so their
// completion must not count for the entries that now stand there, not even when index and term
// are equal again (reliability row 35). So a cut clips every write in flight.
//
// Not thread-safe; a part of the core's state.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "consensus/types.h"

namespace suyuan::consensus {

// Invariants: the tail holds exactly (durable, last], consecutive; handed_out ≤ last.
class UnstableTail {
 public:
  explicit UnstableTail(Index durable) : durable_(durable), last_(durable), handed_out_(durable) {}

  // Everything up to here is durable, and no write in flight takes it away.
  Index durable() const { return durable_; }
  Index last() const { return last_; }
  bool Holds(Index index) const { return index > durable_ && index <= last_; }
  // Requires Holds(index).
  const Entry& At(Index index) const { return entries_[index - durable_ - 1]; }

  // Requires entry.index == last + 1.
  void Append(Entry entry);
  // Removes everything from `from` on; may cut into what was durable.
  void TruncateFrom(Index from);

  // A snapshot takes the log's place: it goes on behind `base`. What the writes in flight put there
  // is overwritten by the write of the snapshot.
  void RestartAt(Index base);

  bool HasUnwritten() const { return handed_out_ < last_; }
  // The entries that no Ready has carried yet, to be written by the Ready of this number.
  std::vector<Entry> TakeUnwritten(uint64_t ready_number);
  // The writes of this Ready and of all before it are done.
  void Persisted(uint64_t ready_number);

 private:
  struct Write {
    uint64_t ready_number;
    Index last;  // what its completion makes durable
  };
  Index durable_, last_, handed_out_;
  std::deque<Entry> entries_;
  std::deque<Write> writes_;
};

}  // namespace suyuan::consensus
