// Complete subtree hashes of the executed log, stored as tiles: 256 leaf hashes in one value when
// the tile is full, one value for each complete subtree of 256, 65536 … leaves. The last, growing
// tile is in memory; it follows from the last leaves.
#pragma once

#include <shared_mutex>
#include <vector>

#include "common/ids.h"
#include "ledger/database.h"

namespace suyuan::ledger {

// `Stage` and `Commit` by the executor thread; `Node` by any.
class LogNodes {
 public:
  explicit LogNodes(const Database& database) : database_(database) {}
  static constexpr uint64_t kTileLeaves = 256;

  // The growing tile after a restart.
  void Restore(uint64_t leaf_count, std::vector<Hash> growing_tile);
  // One subtree that a new leaf closed (Frontier::Append): into the batch, or kept until the tile
  // is full.
  void Stage(uint8_t level, uint64_t n, const Hash& hash, leveldb::WriteBatch* batch);
  // What was staged is visible from now on; the batch has been written.
  void Commit();
  // E_NOT_FOUND for a subtree that is not complete.
  Result<Hash> Node(uint8_t level, uint64_t n) const;

 private:
  Result<std::vector<Hash>> TileSlice(uint64_t first, uint64_t count) const;
  Result<std::vector<Hash>> TierSlice(uint8_t tier, uint64_t first, uint64_t count) const;

  const Database& database_;
  std::vector<Hash> staged_;  // executor thread only: leaves of the growing tile
  uint64_t staged_count_ = 0;
  mutable std::shared_mutex mutex_;
  // Guarded by mutex_:
  std::vector<Hash> growing_;
  uint64_t leaf_count_ = 0;
};

}  // namespace suyuan::ledger
