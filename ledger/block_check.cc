// The check before acknowledging (docs/formats.md §4) and the cache of its verdicts.
#include <algorithm>
#include <deque>
#include <mutex>
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

Result<TxId> CheckEnvelope(ByteView envelope, const LedgerId& ledger, const LedgerLimits& limits,
                           VerifiedCache* cache) {
  Hash key = VerifiedCache::KeyOf(envelope);
  if (cache != nullptr && cache->Contains(key)) return PeekTransactionId(envelope);
  SUYUAN_ASSIGN_OR_RETURN(Transaction tx, DecodeTransactionView(envelope, limits, &ledger));
  SUYUAN_RETURN_IF_ERROR(VerifyTransactionSignatures(tx));
  if (cache != nullptr) cache->Insert(key);
  return tx.id;
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

// Two generations of verdicts: when the young one is full it becomes the old one, so that memory is
// bounded and each verdict lives for at least half of the capacity.
struct VerifiedCache::Shard {
  mutable std::mutex mutex;
  std::unordered_set<Hash> young, old;  // guarded by mutex
  size_t generation_max = 0;            // constant
};

VerifiedCache::VerifiedCache(size_t entries_max) {
  for (size_t i = 0; i < kShards; ++i) {
    shards_.push_back(std::make_unique<Shard>());
    shards_.back()->generation_max = std::max<size_t>(1, entries_max / (2 * kShards));
  }
}
VerifiedCache::~VerifiedCache() = default;

void VerifiedCache::Insert(const Hash& envelope_hash) {
  Shard& shard = *shards_[envelope_hash.data[0] % kShards];
  std::lock_guard lock(shard.mutex);
  if (shard.young.size() >= shard.generation_max) {
    shard.old.swap(shard.young);
    shard.young.clear();
  }
  shard.young.insert(envelope_hash);
}

bool VerifiedCache::Contains(const Hash& envelope_hash) const {
  const Shard& shard = *shards_[envelope_hash.data[0] % kShards];
  std::lock_guard lock(shard.mutex);
  return shard.young.contains(envelope_hash) || shard.old.contains(envelope_hash);
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
      Result<TxId> id = CheckEnvelope(envelopes[i], ledger, limits, cache);
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
