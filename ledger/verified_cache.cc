// Verdicts on envelopes, and decoded transactions, kept for a while.
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "common/hash.h"
#include "ledger/block.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kShards = 16;

}  // namespace

// Two generations each of verdicts and decoded forms: when the young one is full it becomes the old
// one, so that memory is bounded and each lives for at least half of the capacity.
struct VerifiedCache::Shard {
  using Decoded = std::unordered_map<TxId, std::shared_ptr<const VerifiedTransaction>>;
  mutable std::mutex mutex;
  std::unordered_set<Hash> young, old;  // guarded by mutex
  Decoded young_decoded, old_decoded;   // guarded by mutex
  size_t decoded_bytes = 0;             // guarded by mutex; of the young generation
  size_t generation_max = 0;            // constant
  size_t decoded_bytes_max = 0;         // constant; of one generation

  std::shared_ptr<const VerifiedTransaction> Find(const TxId& id, ByteView envelope, bool forget);
};

namespace {

// What it holds in memory, about.
size_t SizeOf(const VerifiedTransaction& verified) {
  size_t out = sizeof verified + verified.envelope.size();
  for (const Record& record : verified.tx.records)
    out += sizeof record + record.leaves.size() * sizeof(Leaf);
  return out;
}

}  // namespace

std::shared_ptr<const VerifiedTransaction> VerifiedCache::Shard::Find(const TxId& id,
                                                                      ByteView envelope,
                                                                      bool forget) {
  std::shared_ptr<const VerifiedTransaction> found;
  std::lock_guard lock(mutex);
  for (Decoded* generation : {&young_decoded, &old_decoded}) {
    auto at = generation->find(id);
    // The id covers neither signatures nor the way they are carried.
    if (at == generation->end() || at->second->envelope != envelope) continue;
    found = at->second;
    if (forget) generation->erase(at);
    break;
  }
  return found;
}

VerifiedCache::VerifiedCache(size_t entries_max, size_t decoded_bytes_max) {
  for (size_t i = 0; i < kShards; ++i) {
    shards_.push_back(std::make_unique<Shard>());
    shards_.back()->generation_max = std::max<size_t>(1, entries_max / (2 * kShards));
    shards_.back()->decoded_bytes_max = decoded_bytes_max / (2 * kShards);
  }
}
VerifiedCache::~VerifiedCache() = default;

VerifiedCache::Shard& VerifiedCache::ShardOf(const uint8_t* hash) const {
  return *shards_[hash[0] % kShards];
}

void VerifiedCache::Insert(const Hash& envelope_hash) {
  Shard& shard = ShardOf(envelope_hash.data.data());
  std::lock_guard lock(shard.mutex);
  if (shard.young.size() >= shard.generation_max) {
    shard.old.swap(shard.young);
    shard.young.clear();
  }
  shard.young.insert(envelope_hash);
}

bool VerifiedCache::Contains(const Hash& envelope_hash) const {
  const Shard& shard = ShardOf(envelope_hash.data.data());
  std::lock_guard lock(shard.mutex);
  return shard.young.contains(envelope_hash) || shard.old.contains(envelope_hash);
}

void VerifiedCache::Keep(std::shared_ptr<const VerifiedTransaction> verified) {
  Insert(KeyOf(verified->envelope));
  Shard& shard = ShardOf(verified->tx.id.data.data());
  if (shard.decoded_bytes_max == 0) return;
  Shard::Decoded dropped;  // destroyed without the lock
  std::lock_guard lock(shard.mutex);
  if (shard.decoded_bytes >= shard.decoded_bytes_max) {
    dropped.swap(shard.old_decoded);
    shard.old_decoded.swap(shard.young_decoded);
    shard.decoded_bytes = 0;
  }
  shard.decoded_bytes += SizeOf(*verified);
  const TxId id = verified->tx.id;
  shard.young_decoded.insert_or_assign(id, std::move(verified));
}

std::shared_ptr<const VerifiedTransaction> VerifiedCache::Find(const TxId& id,
                                                               ByteView envelope) const {
  return ShardOf(id.data.data()).Find(id, envelope, false);
}

std::shared_ptr<const VerifiedTransaction> VerifiedCache::Take(const TxId& id, ByteView envelope) {
  return ShardOf(id.data.data()).Find(id, envelope, true);
}

Hash VerifiedCache::KeyOf(ByteView envelope) { return Sha256(envelope); }

}  // namespace suyuan::ledger
