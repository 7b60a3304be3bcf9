#include "ledger/snapshot/chunks.h"

#include <utility>

#include "common/codec.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kPairHeadBytes = 1 + 4 + 4;  // table and the two lengths

Error Malformed(const char* why) { return Error{ErrorCode::kFormat, why}; }

}  // namespace

SnapshotSection SectionOf(uint8_t table) {
  if (table == kTransactionTable) return SnapshotSection::kTransactions;
  return table < kFirstIndexTable ? SnapshotSection::kState : SnapshotSection::kIndexes;
}

Status ChunkCutter::Add(const SnapshotPair& pair) {
  const size_t bytes = kPairHeadBytes + pair.key.size() + pair.value.size();
  if (bytes > kSnapshotChunkBytesMax)
    return Error{ErrorCode::kSize, "a value of the state is too large for a snapshot"};
  const SnapshotSection section = SectionOf(pair.table);
  if (!chunk_.empty() && (section != section_ || chunk_.size() + bytes > kSnapshotChunkBytes))
    SUYUAN_RETURN_IF_ERROR(sink_(std::exchange(chunk_, {})));
  section_ = section;
  chunk_ += Writer().Reserve(bytes).U8(pair.table).Sized(pair.key).Sized(pair.value).bytes();
  return {};
}

Status ChunkCutter::Finish() {
  if (chunk_.empty()) return {};
  return sink_(std::exchange(chunk_, {}));
}

Status ChunkReader::CheckPlace(const SnapshotPair& pair, size_t bytes, bool first) const {
  if (any_ && std::pair(pair.table, pair.key) <= std::pair(table_, ByteView(key_)))
    return Malformed("the pairs of a snapshot do not rise");
  const bool other_section = any_ && SectionOf(pair.table) != SectionOf(table_);
  const bool fits = chunk_bytes_ + bytes <= kSnapshotChunkBytes;
  if (!first && (other_section || !fits)) return Malformed("a chunk is cut too late");
  if (first && any_ && !other_section && fits) return Malformed("a chunk is cut too early");
  return {};
}

Status ChunkReader::Take(ByteView chunk, const Visitor& visit) {
  if (chunk.empty()) return Malformed("a chunk is empty");
  Reader r(chunk);
  bool first = true;
  while (!r.empty()) {
    const size_t before = r.remaining();
    SnapshotPair pair;
    pair.table = r.U8();
    pair.key = r.Sized();
    pair.value = r.Sized();
    if (r.failed()) return Malformed("a chunk is cut inside a pair");
    const size_t bytes = before - r.remaining();
    SUYUAN_RETURN_IF_ERROR(CheckPlace(pair, bytes, first));
    chunk_bytes_ = first ? bytes : chunk_bytes_ + bytes;
    any_ = true;
    first = false;
    table_ = pair.table;
    key_ = pair.key;
    SUYUAN_RETURN_IF_ERROR(visit(pair));
  }
  return {};
}

}  // namespace suyuan::ledger
