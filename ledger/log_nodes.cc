#include "ledger/log_nodes.h"

#include "common/hash.h"
#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

constexpr uint8_t kTierLevels = 8;  // 2^8 = kTileLeaves

Error Missing(uint8_t level, uint64_t n, ErrorCode code) {
  return Error{code, "subtree (" + std::to_string(level) + ", " + std::to_string(n) +
                         ") of the executed log"};
}

Hash HashAt(ByteView hashes, size_t i) {
  Hash out;
  std::memcpy(out.data.data(), hashes.data() + i * Hash::kSize, Hash::kSize);
  return out;
}

}  // namespace

void LogNodes::Restore(uint64_t leaf_count, std::vector<Hash> growing_tile) {
  SUYUAN_CHECK(growing_tile.size() == leaf_count % kTileLeaves, "wrong growing tile");
  staged_ = growing_tile;
  staged_count_ = leaf_count;
  std::unique_lock lock(mutex_);
  growing_ = std::move(growing_tile);
  leaf_count_ = leaf_count;
}

void LogNodes::Stage(uint8_t level, uint64_t n, const Hash& hash, leveldb::WriteBatch* batch) {
  if (level % kTierLevels != 0) return;  // follows from the others
  if (level > 0) {
    auto tier = static_cast<uint8_t>(level / kTierLevels);
    batch->Put(ToSlice(keys::LogNodeOf(tier, n)), ToSlice(hash.view()));
    return;
  }
  staged_.push_back(hash);
  ++staged_count_;
  if (staged_.size() < kTileLeaves) return;
  Bytes tile;
  tile.reserve(kTileLeaves * Hash::kSize);
  for (const Hash& leaf : staged_) tile.append(leaf.view());
  batch->Put(ToSlice(keys::LogNodeOf(0, n / kTileLeaves)), ToSlice(tile));
  staged_.clear();
}

void LogNodes::Commit() {
  std::unique_lock lock(mutex_);
  growing_ = staged_;
  leaf_count_ = staged_count_;
}

Result<std::vector<Hash>> LogNodes::TileSlice(uint64_t first, uint64_t count) const {
  uint64_t tile = first / kTileLeaves;
  size_t offset = first % kTileLeaves;
  {
    std::shared_lock lock(mutex_);
    if (tile == leaf_count_ / kTileLeaves) {
      auto begin = growing_.begin() + static_cast<ptrdiff_t>(offset);
      return std::vector<Hash>(begin, begin + static_cast<ptrdiff_t>(count));
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> value, database_.Get(keys::LogNodeOf(0, tile)));
  if (!value || value->size() != kTileLeaves * Hash::kSize)
    return Missing(0, first, ErrorCode::kCorrupt);
  std::vector<Hash> out(count);
  for (size_t i = 0; i < count; ++i) out[i] = HashAt(*value, offset + i);
  return out;
}

Result<std::vector<Hash>> LogNodes::TierSlice(uint8_t tier, uint64_t first, uint64_t count) const {
  std::vector<Hash> out;
  auto it = database_.Iterate();
  for (it->Seek(ToSlice(keys::LogNodeOf(tier, first))); out.size() < count && it->Valid();
       it->Next()) {
    if (ToView(it->key()) != keys::LogNodeOf(tier, first + out.size()) ||
        it->value().size() != Hash::kSize)
      break;
    out.push_back(HashAt(ToView(it->value()), 0));
  }
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading the executed log's tiles");
  if (out.size() < count)
    return Missing(static_cast<uint8_t>(tier * kTierLevels), first, ErrorCode::kCorrupt);
  return out;
}

Result<Hash> LogNodes::Node(uint8_t level, uint64_t n) const {
  {
    std::shared_lock lock(mutex_);
    if (level >= 64 || n >= leaf_count_ >> level) return Missing(level, n, ErrorCode::kNotFound);
  }
  auto tier = static_cast<uint8_t>(level / kTierLevels);
  unsigned below = level % kTierLevels;
  uint64_t first = n << below, count = uint64_t{1} << below;
  auto hashes = tier == 0 ? TileSlice(first, count) : TierSlice(tier, first, count);
  if (!hashes.ok()) return std::move(hashes).error();
  return MerkleTreeHash(*hashes);
}

}  // namespace suyuan::ledger
