#include "tests/consensus/memory_disk.h"

#include <cstring>

#include "common/check.h"
#include "consensus/random.h"

namespace suyuan::consensus::testing {

Hash TestHash(Index index, Term term, ByteView data) {
  uint64_t seed = 0xcbf29ce484222325ull;
  for (char c : data) seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  Random random(seed + index.value() * 0x10001, term.value());
  Hash out;
  for (size_t i = 0; i < Hash::kSize; i += 8) {
    const uint64_t word = random.Next();
    std::memcpy(out.data.data() + i, &word, 8);
  }
  return out;
}

Entry MakeEntry(uint64_t index, uint64_t term, ByteView data) {
  return {Index(index), Term(term), TestHash(Index(index), Term(term), data),
          std::make_shared<const Bytes>(data)};
}

Hash GenesisHash(ByteView ledger) { return TestHash(Index(), Term(), ledger); }

Result<Term> MemoryDisk::TermAt(Index index) const {
  if (broken_) return Error{ErrorCode::kIo, "broken disk"};
  if (index == Index()) return Term();
  if (index == Index(dropped_)) return base_.term;
  const Entry* entry = Find(index);
  if (entry == nullptr) return Error{ErrorCode::kCorrupt, "read outside the log"};
  return entry->term;
}

Result<Hash> MemoryDisk::HashAt(Index index) const {
  if (broken_) return Error{ErrorCode::kIo, "broken disk"};
  if (index == Index()) return genesis_;
  if (index == Index(dropped_)) return base_.hash;
  const Entry* entry = Find(index);
  if (entry == nullptr) return Error{ErrorCode::kCorrupt, "read outside the log"};
  return entry->hash;
}

Result<std::vector<Entry>> MemoryDisk::Entries(Index from, Index to, size_t bytes_max) const {
  if (broken_) return Error{ErrorCode::kIo, "broken disk"};
  std::vector<Entry> out;
  size_t bytes = 0;
  for (Index i = from; i < to && (out.empty() || bytes < bytes_max); ++i) {
    const Entry* entry = Find(i);
    if (entry == nullptr) return Error{ErrorCode::kCorrupt, "read outside the log"};
    out.push_back(*entry);
    bytes += entry->bytes();
  }
  return out;
}

void MemoryDisk::Write(const std::optional<HardState>& state, const std::vector<Entry>& entries) {
  if (state) state_ = *state;
  if (entries.empty()) return;
  const Index first = entries.front().index;
  SUYUAN_CHECK(first >= FirstIndex() && first <= LastIndex() + 1, "write leaves a gap");
  entries_.resize(first - FirstIndex());
  entries_.insert(entries_.end(), entries.begin(), entries.end());
}

void MemoryDisk::Preload(const std::vector<uint64_t>& terms, HardState state) {
  state_ = state;
  for (uint64_t term : terms)
    entries_.push_back(MakeEntry(LastIndex().value() + 1, term, "t" + std::to_string(term)));
}

void MemoryDisk::DropUpTo(Index index) {
  const Entry* last = Find(index);
  SUYUAN_CHECK(last != nullptr, "no such entry");
  base_ = *last;
  entries_.erase(entries_.begin(),
                 entries_.begin() + static_cast<ptrdiff_t>(index.value() - dropped_));
  dropped_ = index.value();
}

void MemoryDisk::RestartAt(Index index, Term term, const Hash& hash) {
  base_ = {index, term, hash, nullptr};
  dropped_ = index.value();
  entries_.clear();
}

const Entry* MemoryDisk::Find(Index index) const {
  if (index < FirstIndex() || index > LastIndex()) return nullptr;
  return &entries_[index - FirstIndex()];
}

}  // namespace suyuan::consensus::testing
