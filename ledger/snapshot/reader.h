// Checks a snapshot chunk by chunk against its manifest and, at the end, against the roots that the
// block's header leaf names (docs/formats.md §10).
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "ledger/snapshot/chunks.h"
#include "ledger/snapshot/manifest.h"

namespace suyuan::ledger {

// Not thread-safe. 64 bytes of memory a key of the state. Chunks are taken in their order; whoever
// was interrupted hands those that were kept over again, which costs their hashing.
class SnapshotReader {
 public:
  explicit SnapshotReader(SnapshotManifest manifest);
  ~SnapshotReader();
  const SnapshotManifest& manifest() const { return manifest_; }
  // Number of chunks taken so far: the position of the next one.
  size_t taken() const { return taken_; }
  // The next chunk. E_PROOF when it is not the one that the manifest names, E_FORMAT when its
  // content is malformed. `visit` gets each pair; nothing is proven before Finish.
  Status Take(ByteView chunk, const ChunkReader::Visitor& visit = {});
  // After the last chunk: the state has the state root, and the transactions that have not expired
  // at the block's time are exactly those of the dedupe chains in it. E_PROOF.
  Status Finish();

  // Pairs taken so far.
  struct Counts {
    uint64_t state = 0, indexes = 0, transactions = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  struct StateLeaves;
  Status TakePair(const SnapshotPair& pair);
  Status TakeTransaction(const SnapshotPair& pair);
  bool IsLive(uint64_t minute) const;
  void CloseBlock();

  const SnapshotManifest manifest_;
  const Height height_;
  ChunkReader chunks_;
  size_t taken_ = 0;
  Counts counts_;
  std::unique_ptr<StateLeaves> leaves_;
  // Dedupe chains by minute (formats §1): as the state has them, and as the transactions give them.
  std::map<uint64_t, Bytes> seen_, derived_;
  uint64_t block_ = 0;             // height of the transactions in `ids_`
  std::map<uint64_t, Bytes> ids_;  // minute → ids of one block
};

}  // namespace suyuan::ledger
