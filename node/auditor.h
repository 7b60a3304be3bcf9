// The regulator's node as a reader (requirements DC-5-d, DC-5-e): a thread that goes through the
// blocks behind execution, opens what its party's sealing keys open, checks it, and files a FINDING
// about what is wrong, sealed to the field's readers. What had to be wrapped for its party and was
// not, or does not open, it claims, and it countersigns what another regulator claims of the same
// value. To publish a finding is people's decision.
//
// It is bounded: one block at a time, a FINDING of at most kFindingsMax values, and as many
// FINDINGs one after the other as a transaction needs. It remembers how far it came in a file of
// the data directory, which is no part of the ledger: when it is lost, the audit starts over, and
// what is on record is not filed again. It never logs values.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "node/block_audit.h"
#include "node/custody.h"
#include "node/executor.h"
#include "node/log.h"
#include "node/metrics.h"
#include "node/refused_findings.h"
#include "node/submission.h"

namespace suyuan::node {

struct AuditorParts {
  const ledger::Store& store;
  const Executor& executor;
  Custody& custody;
  Submission& submission;
  Metrics& metrics;
  const Logger& log;
};

class Auditor {
 public:
  static constexpr size_t kFindingsMax = 32;

  // `file` remembers the height. All parts must outlive it.
  Auditor(AuditorParts parts, BlockAuditOptions options, std::string file);
  ~Auditor() { Stop(); }
  void Start();
  // Waits for the block at hand. What is under way must be answered, see TxPool::Close.
  void Stop();

 private:
  void Run();
  // Audits the next block; false: there is none, or it is to be tried again later.
  bool Step();
  bool IsRegulator() const;
  // Puts them on record, a FINDING after the other; what the ledger refuses twice as a whole goes
  // in halves, until only what it refuses by itself is left out. False: not now, or the block is to
  // be read again.
  bool FileAll(const TransactionFindings& found);
  bool File(const TxId& about, std::span<const AuditFinding> findings);
  bool FileOnce(const TxId& about, std::span<const AuditFinding> findings);
  bool IsStopping();
  Height ReadProgress() const;
  // About once a second and at the end: what is audited twice is not filed twice.
  void WriteProgress();
  // Until `ms` are over or Stop; false when stopping.
  bool Sleep(int ms);

  const AuditorParts parts_;
  const PartyId party_;
  const std::string file_;
  BlockAudit audit_;         // of the thread
  Height done_;              // of the thread: audited up to here
  Height kept_;              // of the thread: the last that was written
  Height failed_;            // of the thread: the last height that could not be read
  RefusedFindings refused_;  // of the thread: about the next block
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace suyuan::node
