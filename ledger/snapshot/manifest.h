// The manifest of a snapshot (docs/formats.md §10): which block's state it is, what ties that to
// the executed log, and the hash of every chunk. Its own hash names the snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/block.h"
#include "ledger/executed_log.h"
#include "ledger/merkle_log.h"

namespace suyuan::ledger {

inline constexpr uint32_t kSnapshotChunksMax = 1 << 20;
// What fits kSnapshotChunksMax chunks and the largest configuration.
inline constexpr size_t kSnapshotManifestBytesMax = 48 << 20;

struct SnapshotChunk {
  uint32_t bytes = 0;
  Hash hash;  // SHA-256
  friend bool operator==(const SnapshotChunk&, const SnapshotChunk&) = default;
};

struct SnapshotManifest {
  LedgerId ledger;
  BlockHeader header;  // of the last block; its height is the snapshot's
  // What the header leaf of that block says besides (formats §5).
  Hash previous_header_leaf;
  uint64_t first_leaf = 0;
  uint32_t leaves = 0;  // before the header leaf
  Hash state_root;
  // The configuration leaf in force: its place, its configuration, and the hash before it.
  uint64_t configuration_leaf = 0;
  Hash previous_configuration;
  Bytes configuration;
  // Inclusion path of the header leaf as the last one of the log.
  std::vector<Hash> path;
  std::vector<SnapshotChunk> chunks;

  uint64_t log_size() const { return first_leaf + leaves + 1; }
};

Bytes EncodeManifest(const SnapshotManifest& manifest);
// Strict: what it accepts encodes to the same bytes. E_FORMAT; E_PROTOCOL for a header of another
// protocol; E_GENESIS when it is of another ledger. Pure; the bytes may come from an adversary.
Result<SnapshotManifest> DecodeManifest(ByteView bytes, const LedgerId& ledger);

// H("snapshot", manifest bytes)
Hash SnapshotIdOf(ByteView manifest_bytes);

// The 81 bytes of the block's header leaf.
Bytes HeaderLeafOf(const SnapshotManifest& manifest);
// What the log goes on from: the head after the block, and the right edge of the tree, whose root
// is the log root that a checkpoint of this size must have.
LogHead HeadOf(const SnapshotManifest& manifest);
Frontier FrontierOf(const SnapshotManifest& manifest);

}  // namespace suyuan::ledger
