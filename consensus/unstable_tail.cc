#include "consensus/unstable_tail.h"

#include <algorithm>

#include "common/check.h"
#include "common/seeded_bug.h"

namespace suyuan::consensus {

void UnstableTail::Append(Entry entry) {
  SUYUAN_CHECK(entry.index == last_ + 1, "gap in the log tail");
  last_ = entry.index;
  entries_.push_back(std::move(entry));
}

void UnstableTail::TruncateFrom(Index from) {
  const Index keep = from - 1;
  while (!entries_.empty() && entries_.back().index > keep) entries_.pop_back();
  durable_ = std::min(durable_, keep);
  last_ = std::min(last_, keep);
  if (!SeededBug(Bug::kRewrittenNotWritten)) handed_out_ = std::min(handed_out_, keep);
  if (SeededBug(Bug::kLateWriteCounts)) return;  // row 35
  for (Write& write : writes_) write.last = std::min(write.last, keep);
}

void UnstableTail::RestartAt(Index base) {
  entries_.clear();
  durable_ = last_ = handed_out_ = base;
  for (Write& write : writes_) write.last = std::min(write.last, base);
}

std::vector<Entry> UnstableTail::TakeUnwritten(uint64_t ready_number) {
  std::vector<Entry> out;
  if (!HasUnwritten()) return out;
  out.reserve(last_ - handed_out_);
  for (Index i = handed_out_ + 1; i <= last_; ++i) out.push_back(At(i));
  handed_out_ = last_;
  writes_.push_back({ready_number, last_});
  return out;
}

void UnstableTail::Persisted(uint64_t ready_number) {
  while (!writes_.empty() && writes_.front().ready_number <= ready_number) {
    durable_ = std::max(durable_, writes_.front().last);
    writes_.pop_front();
  }
  while (!entries_.empty() && entries_.front().index <= durable_) entries_.pop_front();
}

}  // namespace suyuan::consensus
