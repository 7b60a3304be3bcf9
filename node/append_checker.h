// The check before acknowledging (docs/formats.md §4): entries that a leader sends are decoded and
// verified on the verification pool, and only then handed to consensus, in the order in which that
// peer sent them. Messages without entries do not pass here, so heartbeats never wait.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "ledger/block.h"
#include "node/clock.h"
#include "node/inbox.h"
#include "node/log.h"
#include "node/metrics.h"
#include "node/transport/transport.h"
#include "node/worker_pool.h"

namespace suyuan::node {

struct AppendCheckerOptions {
  LedgerId ledger;
  LedgerLimits limits;
  std::string evidence_directory;  // refused entries are kept here, with their signatures
  std::map<consensus::NodeId, KeyId> proposers;  // node key of each member
  WallClock clock;
};

// Submit and OnConnected on the io thread, the rest runs on the pool; MayRead on any thread. Lives
// longer than the jobs of its pool.
class AppendChecker {
 public:
  // What a failed check tells the sender.
  using SendRefusal = std::function<void(consensus::NodeId to, const Refusal&)>;

  AppendChecker(AppendCheckerOptions options, WorkerPool& pool, ledger::VerifiedCache& cache,
                Inbox& inbox, Metrics& metrics, const Logger& log, SendRefusal send_refusal);
  ~AppendChecker();

  void OnConnected(const Inbound& from);
  void Submit(const Inbound& from, WireMessage message);
  // False while too many bytes of this peer are under way.
  bool MayRead(consensus::NodeId peer) const;

 private:
  enum class Verdict : uint8_t { kPending, kPass, kDrop, kRefuse };
  struct Task {
    uint64_t connection = 0;
    size_t bytes = 0;
    WireMessage wire;
    Verdict verdict = Verdict::kPending;
  };
  using TaskPtr = std::shared_ptr<Task>;
  // What is under way from one peer.
  struct Lane {
    mutable std::mutex mutex;
    std::deque<TaskPtr> tasks;  // guarded by mutex
    uint64_t connection = 0;    // guarded by mutex
    size_t bytes = 0;           // guarded by mutex
    // Term whose leader this peer was when it was refused: the rest of what it sends in that term
    // is neither checked nor logged again.
    std::atomic<uint64_t> refused_term{0};
    // Since when, in this term and at this commit index, its entries are withheld.
    uint64_t withheld_term = 0, withheld_commit = 0;  // guarded by mutex
    int64_t withheld_since_ms = 0;                    // guarded by mutex
  };

  // Fills in the message's entries.
  Verdict Check(Lane& lane, Task& task);
  Status CheckOne(const ledger::BlockEntry& entry, const consensus::Message& message,
                  const Hash& previous) const;
  Verdict Refuse(const Task& task, Height height, const Hash& hash, ByteView bytes,
                 const Error& error);
  // An entry whose time is too far ahead: dropped, so that nothing is acknowledged. When nothing
  // was committed either for a while, it is the leader's clock that is wrong and not this node's,
  // and the leader is given up, or one wrong clock would stop the network.
  Verdict Withhold(Lane& lane, const consensus::Message& message,
                   const ledger::BlockHeader& header);
  void KeepEvidence(Height height, const Hash& hash, ByteView bytes) const;
  // Hands over everything at the front of the lane that has a verdict.
  void Finish(Lane& lane, const TaskPtr& task, Verdict verdict);
  void Deliver(Task& task);

  const AppendCheckerOptions options_;
  WorkerPool& pool_;
  ledger::VerifiedCache& cache_;
  Inbox& inbox_;
  Metrics& metrics_;
  const Logger& log_;
  const SendRefusal send_refusal_;
  std::map<consensus::NodeId, Lane> lanes_;  // one for each member, made at the start
};

}  // namespace suyuan::node
