#include "node/submission.h"

#include <algorithm>

#include "contracts/shown_value.h"
#include "contracts/snapshot_reader.h"
#include "ledger/sealing/items.h"
#include "node/admission.h"

namespace suyuan::node {
namespace {

constexpr size_t kParcelsPerJob = 8;
constexpr uint64_t kClockBehindMsMax = 5 * 60 * 1000;

// No contract sees sealed items, so a value that may not be published is kept out here: what is
// ordered once is in the ledger, also when it is refused there.
Status CheckShown(const ledger::Transaction& tx, const ledger::Parcel& parcel,
                  const ledger::StateSnapshot& snapshot) {
  const contracts::SnapshotReader state(snapshot);
  const std::vector<ByteView> items = sealing::ViewsOf(*parcel.sealed_items);
  return contracts::CheckShownValues(state, tx, items);
}

}  // namespace

Submission::Submission(SubmissionParts parts, const LedgerId& ledger, const LedgerLimits& limits,
                       uint32_t timeout_ms)
    : parts_(std::move(parts)), ledger_(ledger), limits_(limits), timeout_ms_(timeout_ms) {}

std::optional<Error> Submission::Unavailable(api::Wait wait) const {
  if (closed_.load()) return Error{ErrorCode::kStopping, "this node is shutting down"};
  if (wait == api::Wait::kFinal)
    return Error{ErrorCode::kMethod,
                 "wait=final needs other organisations' cosignatures, which are not collected yet; "
                 "wait for committed"};
  if (static_cast<uint64_t>(parts_.clock()) + kClockBehindMsMax < parts_.executor.block_time_ms())
    return Error{ErrorCode::kClock, "this node's clock is more than 5 minutes behind the ledger"};
  if (leaderless_.load()) return Error{ErrorCode::kNoLeader, "no leader is known to this node"};
  if (Status status = parts_.disk.MayWrite(); !status.ok()) return status.error();
  return std::nullopt;
}

void Submission::Submit(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done) {
  Metrics::Add(parts_.metrics.submitted);
  std::optional<Error> refusal = Unavailable(wait);
  const size_t bytes = parcel.bytes();
  if (!refusal && bytes > limits_.transaction_bytes_max)
    refusal = Error{ErrorCode::kSize, "a transaction has at most " +
                                          std::to_string(limits_.transaction_bytes_max) +
                                          " bytes with its sealed items"};
  if (!refusal && !parts_.pool.Reserve(bytes, TxOrigin::kClient)) {
    Metrics::Add(parts_.metrics.busy);
    refusal = Error{ErrorCode::kBusy, "this node's transaction pool is full"};
  }
  if (refusal) {
    Metrics::Add(parts_.metrics.rejected);
    return done(*refusal);
  }
  parts_.workers.Post([this, parcel = std::move(parcel), wait, done = std::move(done)]() mutable {
    Accept(std::move(parcel), wait, std::move(done));
  });
}

Result<Submission::Verified> Submission::Verify(const ledger::Parcel& parcel) {
  const std::vector<ByteView> items = sealing::ViewsOf(*parcel.sealed_items);
  const ByteView bytes = *parcel.envelope;
  SUYUAN_ASSIGN_OR_RETURN(TxId id, ledger::PeekTransactionId(bytes));
  if (Verified known = parts_.cache.Find(id, bytes)) {
    SUYUAN_RETURN_IF_ERROR(sealing::CheckSealedItems(known->tx, items));
    return known;
  }
  SUYUAN_ASSIGN_OR_RETURN(ledger::Transaction tx,
                          ledger::DecodeTransactionView(bytes, limits_, &ledger_));
  SUYUAN_RETURN_IF_ERROR(sealing::CheckSealedItems(tx, items));
  if (!parts_.cache.Contains(ledger::VerifiedCache::KeyOf(bytes)))
    SUYUAN_RETURN_IF_ERROR(ledger::VerifyTransactionSignatures(tx));
  auto out = std::make_shared<const ledger::VerifiedTransaction>(
      ledger::VerifiedTransaction{parcel.envelope, bytes, std::move(tx)});
  parts_.cache.Keep(out);
  return Verified(std::move(out));
}

std::optional<Error> Submission::Inadmissible(const ledger::VerifiedTransaction& verified,
                                              const ledger::Parcel& parcel) const {
  const auto now_ms = static_cast<uint64_t>(parts_.clock());
  if (verified.tx.core.expiry_ms <= now_ms)
    return Error{ErrorCode::kExpired, "the transaction's expiry has passed"};
  const auto snapshot = parts_.store.Snapshot();
  Status admitted = CheckAdmission(verified.tx, parcel.bytes(), *snapshot, now_ms);
  if (admitted.ok()) admitted = CheckShown(verified.tx, parcel, *snapshot);
  if (!admitted.ok()) return admitted.error();
  return std::nullopt;
}

void Submission::Accept(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done) {
  Result<Verified> verified = Verify(parcel);
  if (!verified.ok()) {
    parts_.pool.Release(parcel.bytes());
    Metrics::Add(parts_.metrics.rejected);
    return done(verified.error());
  }
  const TxId id = (*verified)->tx.id;
  const uint64_t expiry_ms = (*verified)->tx.core.expiry_ms;
  if (auto refusal = Inadmissible(**verified, parcel)) {
    parts_.pool.Release(parcel.bytes());
    // A repeat gets the first result, whatever has become of its key since.
    auto found = parts_.store.FindTransaction(id);
    if (found.ok() && *found) return done(api::SubmitResult{id, **found});
    Metrics::Add(parts_.metrics.rejected);
    return done(*refusal);
  }
  std::optional<Waiter> waiter;
  if (wait != api::Wait::kAccepted) waiter = Waiter{std::move(done), SteadyMs() + timeout_ms_};
  bool wake =
      parts_.pool.Add({id, std::move(parcel), expiry_ms}, TxOrigin::kClient, std::move(waiter));
  // NOLINTNEXTLINE(bugprone-use-after-move): moved in the other case only
  if (wait == api::Wait::kAccepted) done(api::SubmitResult{id, std::nullopt});
  // Only now, so that a block that is executed meanwhile either is seen here or finds the waiter.
  if (!AnswerIfExecuted(id) && wake) parts_.inbox.Wake();
}

bool Submission::AnswerIfExecuted(const TxId& id) {
  auto found = parts_.store.FindTransaction(id);
  if (!found.ok() || !*found) return false;
  parts_.pool.Resolve({{id, **found}});
  return true;
}

void Submission::FromPeer(Parcels parcels) {
  Metrics::Add(parts_.metrics.received_forwarded, parcels.size());
  for (size_t first = 0; first < parcels.size(); first += kParcelsPerJob) {
    size_t end = std::min(parcels.size(), first + kParcelsPerJob);
    Parcels part(parcels.begin() + first, parcels.begin() + end);
    std::erase_if(part, [this](const ledger::Parcel& parcel) {
      return parcel.bytes() > limits_.transaction_bytes_max ||
             !parts_.pool.Reserve(parcel.bytes(), TxOrigin::kPeer);
    });
    if (part.empty()) continue;
    parts_.workers.Post([this, part = std::move(part)] {
      for (const ledger::Parcel& parcel : part) AcceptFromPeer(parcel);
    });
  }
}

void Submission::AcceptFromPeer(ledger::Parcel parcel) {
  Result<Verified> verified = Verify(parcel);
  // A peer answers for the rest, but what was published once cannot be called back.
  if (!verified.ok() || !CheckShown((*verified)->tx, parcel, *parts_.store.Snapshot()).ok()) {
    Metrics::Add(parts_.metrics.rejected);
    return parts_.pool.Release(parcel.bytes());
  }
  const ledger::Transaction& tx = (*verified)->tx;
  bool wake =
      parts_.pool.Add({tx.id, std::move(parcel), tx.core.expiry_ms}, TxOrigin::kPeer, std::nullopt);
  if (!AnswerIfExecuted(tx.id) && wake) parts_.inbox.Wake();
}

}  // namespace suyuan::node
