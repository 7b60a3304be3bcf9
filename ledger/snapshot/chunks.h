// Chunks of a snapshot (docs/formats.md §10): pairs of the state, of the indexes and of the
// transactions carried, in one rising order that is cut in one way only. So a snapshot of one
// height is the same bytes whoever makes it, and its chunks may come from several members.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "common/bytes.h"
#include "common/limits.h"
#include "common/result.h"

namespace suyuan::ledger {

// A chunk is closed before the pair that would make it larger; one pair always fits.
inline constexpr size_t kSnapshotChunkBytes = 1 << 20;
// Of a chunk that is a single pair.
inline constexpr size_t kSnapshotChunkBytesMax = limits::kEntryBytesMax;

// Namespaces from this one on are indexes outside the state tree (formats §6).
inline constexpr uint8_t kFirstIndexTable = 0x80;
// Not a namespace: the transactions that blocks have carried, by leaf.
inline constexpr uint8_t kTransactionTable = 0xFF;

enum class SnapshotSection : uint8_t { kState, kIndexes, kTransactions };
SnapshotSection SectionOf(uint8_t table);

struct SnapshotPair {
  uint8_t table = 0;  // namespace, or kTransactionTable
  ByteView key, value;
};

// Cuts a rising sequence of pairs into chunks. Not thread-safe.
class ChunkCutter {
 public:
  using Sink = std::function<Status(ByteView chunk)>;
  // `sink` gets each chunk when it is complete; an error of it is handed on.
  explicit ChunkCutter(Sink sink) : sink_(std::move(sink)) {}
  // E_SIZE for a pair beyond kSnapshotChunkBytesMax.
  Status Add(const SnapshotPair& pair);
  // Hands out the last chunk. Nothing may be added behind it.
  Status Finish();

 private:
  const Sink sink_;
  Bytes chunk_;
  std::optional<SnapshotSection> section_;
};

// Reads chunks in their order. Strict: whatever the cutter would not have written is E_FORMAT, also
// across the borders of chunks. Not thread-safe; after an error it is of no more use.
class ChunkReader {
 public:
  using Visitor = std::function<Status(const SnapshotPair&)>;
  // `visit` gets each pair, as views into `chunk`; an error of it is handed on.
  Status Take(ByteView chunk, const Visitor& visit);

 private:
  // Whether `pair` may stand first in this chunk, or behind the pair before it.
  Status CheckPlace(const SnapshotPair& pair, size_t bytes, bool first) const;

  bool any_ = false;
  uint8_t table_ = 0;  // of the last pair
  Bytes key_;
  size_t chunk_bytes_ = 0;  // of the last chunk, as far as it was read
};

}  // namespace suyuan::ledger
