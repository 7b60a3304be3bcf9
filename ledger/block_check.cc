// The check before acknowledging (docs/formats.md §4).
#include <algorithm>

#include "ledger/block.h"
#include "ledger/sealing/items.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kEnvelopesPerJob = 8;

// What one envelope of a block gave.
struct Verdict {
  std::shared_ptr<const VerifiedTransaction> verified;  // null on error
  size_t items = 0;                                     // sealed ones that belong to it
  std::optional<Error> error;
};

// Everything but the sealed items. `holder`: the entry that carries the envelope.
Result<std::shared_ptr<const VerifiedTransaction>> CheckEnvelope(
    ByteView envelope, const std::shared_ptr<const Bytes>& holder, const LedgerId& ledger,
    const LedgerLimits& limits, VerifiedCache* cache) {
  bool known = false;
  if (cache != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(TxId id, PeekTransactionId(envelope));
    if (auto kept = cache->Find(id, envelope)) return kept;
    known = cache->Contains(VerifiedCache::KeyOf(envelope));
  }
  SUYUAN_ASSIGN_OR_RETURN(
      Transaction tx,
      DecodeTransactionView(envelope, limits, &ledger, known ? Hashes::kKnown : Hashes::kCompare));
  if (!known) SUYUAN_RETURN_IF_ERROR(VerifyTransactionSignatures(tx));
  auto out = std::make_shared<const VerifiedTransaction>(
      VerifiedTransaction{holder, envelope, std::move(tx)});
  if (cache != nullptr && !known) cache->Keep(out);
  return out;
}

Status FirstError(std::vector<Verdict>& verdicts) {
  for (size_t i = 0; i < verdicts.size(); ++i) {
    if (!verdicts[i].error) continue;
    Error error = *std::move(verdicts[i].error);
    error.detail = "transaction " + std::to_string(i) + " of the block: " + error.detail;
    return error;
  }
  return {};
}

Status CheckDistinct(std::vector<Verdict>& verdicts) {
  SUYUAN_RETURN_IF_ERROR(FirstError(verdicts));
  std::vector<TxId> ids;
  ids.reserve(verdicts.size());
  for (const Verdict& verdict : verdicts) ids.push_back(verdict.verified->tx.id);
  std::ranges::sort(ids);
  if (auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
    return Error{ErrorCode::kFormat, "transaction " + ToHex(*twice) + " is twice in the block"};
  return {};
}

// Where the items of each envelope begin. E_FORMAT when the block has more or fewer than belong to
// its envelopes.
Result<std::vector<size_t>> FirstItems(const BlockEntry& entry,
                                       const std::vector<Verdict>& verdicts) {
  std::vector<size_t> out;
  size_t next = 0;
  for (const Verdict& verdict : verdicts) {
    out.push_back(next);
    next += verdict.items;
  }
  if (next != entry.sealed_items.size())
    return Error{ErrorCode::kFormat, "the block has " + std::to_string(entry.sealed_items.size()) +
                                         " sealed items, its transactions " + std::to_string(next)};
  return out;
}

}  // namespace

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
  const size_t jobs = (envelopes.size() + kEnvelopesPerJob - 1) / kEnvelopesPerJob;
  const auto each = [&](size_t job, const std::function<Status(size_t)>& check) {
    const size_t end = std::min(envelopes.size(), (job + 1) * kEnvelopesPerJob);
    for (size_t i = job * kEnvelopesPerJob; i < end; ++i)
      if (Status status = check(i); !status.ok()) verdicts[i].error = std::move(status).error();
  };
  Status proposer;
  run(jobs + 1, [&](size_t job) {
    if (job == jobs) {
      proposer = VerifyProposerSignature(entry);
      return;
    }
    each(job, [&](size_t i) -> Status {
      SUYUAN_ASSIGN_OR_RETURN(verdicts[i].verified,
                              CheckEnvelope(envelopes[i], entry.bytes, ledger, limits, cache));
      const Transaction& tx = verdicts[i].verified->tx;
      verdicts[i].items = sealing::CountSealedItems(tx);
      return verdicts[i].items == 0 ? sealing::CheckSealedItems(tx, {}) : Status();
    });
  });
  SUYUAN_RETURN_IF_ERROR(std::move(proposer));
  SUYUAN_RETURN_IF_ERROR(CheckDistinct(verdicts));
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<size_t> first, FirstItems(entry, verdicts));
  if (entry.sealed_items.empty()) return {};
  run(jobs, [&](size_t job) {
    each(job, [&](size_t i) -> Status {
      if (verdicts[i].items == 0) return {};
      const auto items = std::span(entry.sealed_items).subspan(first[i], verdicts[i].items);
      SUYUAN_RETURN_IF_ERROR(sealing::CheckSealedSize(envelopes[i].size(), items, limits));
      return sealing::CheckSealedItems(verdicts[i].verified->tx, items);
    });
  });
  return FirstError(verdicts);
}

}  // namespace suyuan::ledger
