// The way of a transaction from its arrival to the pool: decode, verify once, ask whether it may be
// ordered (admission.h; peers have asked themselves what they forward), look whether it was
// executed before, queue. From clients and from peers that forward to this node.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "api/gateway.h"
#include "ledger/block.h"
#include "ledger/store.h"
#include "node/clock.h"
#include "node/disk_watch.h"
#include "node/executor.h"
#include "node/inbox.h"
#include "node/metrics.h"
#include "node/transport/wire.h"
#include "node/tx_pool.h"
#include "node/worker_pool.h"

namespace suyuan::node {

struct SubmissionParts {
  const ledger::Store& store;
  ledger::VerifiedCache& cache;
  WorkerPool& workers;
  TxPool& pool;
  const Executor& executor;
  Inbox& inbox;
  const DiskWatch& disk;
  Metrics& metrics;
  WallClock clock;
};

// Thread-safe. The work runs on the verification pool.
class Submission {
 public:
  Submission(SubmissionParts parts, const LedgerId& ledger, const LedgerLimits& limits,
             uint32_t timeout_ms);

  // As api::Gateway::Submit.
  void Submit(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done);
  // What a peer forwarded. Invalid or superfluous transactions are dropped: the peer that accepted
  // them answers for them.
  void FromPeer(Parcels parcels);

  // New transactions get E_STOPPING from now on.
  void Close() { closed_.store(true); }
  // No leader has been known for so long that clients should go elsewhere.
  void set_leaderless(bool leaderless) { leaderless_.store(leaderless); }

 private:
  std::optional<Error> Unavailable(api::Wait wait) const;
  // Why this node does not order it; nullopt: it does.
  std::optional<Error> Inadmissible(const ledger::VerifiedTransaction& verified,
                                    const ledger::Parcel& parcel) const;
  void Accept(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done);
  void AcceptFromPeer(ledger::Parcel parcel);
  using Verified = std::shared_ptr<const ledger::VerifiedTransaction>;
  // Decodes and verifies, unless exactly these bytes were verified before; checks the sealed items.
  Result<Verified> Verify(const ledger::Parcel& parcel);
  // Answers everybody who waits for a transaction that was executed already. True when it was.
  bool AnswerIfExecuted(const TxId& id);

  SubmissionParts parts_;
  const LedgerId ledger_;
  const LedgerLimits limits_;
  const uint32_t timeout_ms_;
  std::atomic<bool> closed_{false}, leaderless_{false};
};

}  // namespace suyuan::node
