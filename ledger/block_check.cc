// The check before acknowledging (docs/formats.md §4) and the cache of its verdicts.
#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "common/hash.h"
#include "ledger/block.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kShards = 16;
constexpr size_t kEnvelopesPerJob = 8;

// What one envelope of a block gave.
struct Verdict {
  TxId id;
  std::optional<Error> error;
};

// `holder`: the entry that carries the envelope.
Result<TxId> CheckEnvelope(ByteView envelope, const std::shared_ptr<const Bytes>& holder,
                           const LedgerId& ledger, const LedgerLimits& limits,
                           VerifiedCache* cache) {
  if (cache != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(TxId id, PeekTransactionId(envelope));
    if (cache->Find(id, envelope) || cache->Contains(VerifiedCache::KeyOf(envelope))) return id;
  }
  SUYUAN_ASSIGN_OR_RETURN(Transaction tx, DecodeTransactionView(envelope, limits, &ledger));
  SUYUAN_RETURN_IF_ERROR(VerifyTransactionSignatures(tx));
  const TxId id = tx.id;
  if (cache != nullptr)
    cache->Keep(std::make_shared<const VerifiedTransaction>(
        VerifiedTransaction{holder, envelope, std::move(tx)}));
  return id;
}

Status CheckDistinct(std::vector<Verdict>& verdicts) {
  std::vector<TxId> ids;
  ids.reserve(verdicts.size());
  for (size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].error) {
      Error error = *std::move(verdicts[i].error);
      error.detail = "transaction " + std::to_string(i) + " of the block: " + error.detail;
      return error;
    }
    ids.push_back(verdicts[i].id);
  }
  std::ranges::sort(ids);
  if (auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
    return Error{ErrorCode::kFormat, "transaction " + ToHex(*twice) + " is twice in the block"};
  return {};
}

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

Status CheckEntry(const BlockEntry& entry, const LedgerId& ledger, const LedgerLimits& limits,
                  VerifiedCache* cache, const ParallelFor& run) {
  if (entry.bytes->size() > limits.entry_bytes_max)
    return Error{ErrorCode::kSize, "an entry is larger than this ledger's " +
                                       std::to_string(limits.entry_bytes_max) + " bytes"};
  if (entry.header.kind == BlockKind::kConfiguration) {
    auto configuration = DecodeConfiguration(entry.configuration);
    if (!configuration.ok()) return std::move(configuration).error();
  }
  const std::vector<ByteView>& envelopes = entry.envelopes;
  std::vector<Verdict> verdicts(envelopes.size());
  Status proposer;
  size_t jobs = (envelopes.size() + kEnvelopesPerJob - 1) / kEnvelopesPerJob;
  run(jobs + 1, [&](size_t job) {
    if (job == jobs) {
      proposer = VerifyProposerSignature(entry);
      return;
    }
    size_t end = std::min(envelopes.size(), (job + 1) * kEnvelopesPerJob);
    for (size_t i = job * kEnvelopesPerJob; i < end; ++i) {
      Result<TxId> id = CheckEnvelope(envelopes[i], entry.bytes, ledger, limits, cache);
      if (id.ok())
        verdicts[i].id = *id;
      else
        verdicts[i].error = std::move(id).error();
    }
  });
  SUYUAN_RETURN_IF_ERROR(std::move(proposer));
  return CheckDistinct(verdicts);
}

}  // namespace suyuan::ledger
