// The check before acknowledging (docs/formats.md §4): entries that a leader sends are decoded and
// verified on the verification pool, and only then handed to consensus, in the order in which that
// peer sent them. Messages without entries do not pass here, so heartbeats never wait.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "ledger/block.h"
#include "ledger/store.h"
#include "node/clock.h"
#include "node/evidence.h"
#include "node/inbox.h"
#include "node/log.h"
#include "node/log_throttle.h"
#include "node/metrics.h"
#include "node/node_directory.h"
#include "node/transport/transport.h"
#include "node/worker_pool.h"

namespace suyuan::node {

struct AppendCheckerOptions {
  LedgerId ledger;
  LedgerLimits limits;
  std::string evidence_directory;  // refused entries are kept here, with their signatures
  WallClock clock;
};

// Submit, OnConnected and MayRead on the io thread, the rest runs on the pool. Lives longer than
// the jobs of its pool.
class AppendChecker {
 public:
  // What a failed check tells the sender.
  using SendRefusal = std::function<void(consensus::NodeId to, const Refusal&)>;

  AppendChecker(AppendCheckerOptions options, const ledger::Store& store, NodeDirectory& directory,
                WorkerPool& pool, ledger::VerifiedCache& cache, Inbox& inbox, Metrics& metrics,
                const Logger& log, SendRefusal send_refusal);
  ~AppendChecker();

  void OnConnected(const Inbound& from);
  // `message` carries entries.
  void Submit(const Inbound& from, WireMessage message);
  // False while too many bytes of this peer are under way.
  bool MayRead(consensus::NodeId peer) const;

 private:
  enum class Verdict : uint8_t { kPending, kPass, kDrop, kRefuse };
  struct Task {
    uint64_t connection = 0;
    size_t bytes = 0;
    std::optional<uint64_t> previous_ms;  // time of the entry before, if a peer has sent it lately
    WireMessage wire;
    Verdict verdict = Verdict::kPending;
  };
  using TaskPtr = std::shared_ptr<Task>;
  // The entry before the one that is checked.
  struct Link {
    Hash hash;
    uint64_t time_ms = 0;
  };
  // How long a leader has not got on: in one term and at one commit index.
  struct Standstill {
    uint64_t term = 0, commit = 0;
    int64_t since_ms = 0;
    // Notes where the message's sender stands; whether it has stood there for longer than that.
    bool Exceeds(int64_t max_ms, const consensus::Message& message);
  };
  // What is under way from one peer.
  struct Lane {
    mutable std::mutex mutex;
    std::deque<TaskPtr> tasks;  // guarded by mutex
    uint64_t connection = 0;    // guarded by mutex
    size_t bytes = 0;           // guarded by mutex
    // Term whose leader this peer was when it was refused: the rest of what it sends in that term
    // is neither checked nor logged again.
    std::atomic<uint64_t> refused_term{0};
    Standstill withheld;  // its entries are; guarded by mutex
    Standstill awaited;   // an entry waits for the one before it; guarded by mutex
    // Hash and time of the last entries of the newest messages, newest first: what the next message
    // follows may be checked still. Io thread.
    std::deque<std::pair<Hash, uint64_t>> seen;
    LogThrottle refusal_lines, withheld_lines;
  };

  // Time of the entry with this hash, if it was the last of a recent message.
  std::optional<uint64_t> SeenTime(const Hash& hash) const;
  static void See(Lane& lane, ByteView entry);
  // Time of the entry at `height` of this node's log, if it has this hash.
  std::optional<uint64_t> StoredTime(Height height, const Hash& hash) const;
  // Fills in the message's entries.
  Verdict Check(Lane& lane, Task& task);
  // Whether the entry continues the one before, and is its sender's where its term is.
  Status CheckLink(const ledger::BlockHeader& header, Height height, const Link& previous,
                   const consensus::Message& message) const;
  // The rest of the check: a function of the entry's bytes and of who the members are.
  Status CheckOne(const ledger::BlockEntry& entry) const;
  // A configuration, or an entry of a node that nobody has named yet: the state after the block
  // before it says whether it may stand there.
  bool NeedsState(const ledger::BlockHeader& header) const;
  Status CheckAgainstState(const ledger::BlockEntry& entry) const;
  bool IsExecutedBefore(Height height) const { return store_.head().height + 1 >= height; }
  // Waits a moment until the block before is executed here; false when it is not then, and at once
  // while another message waits or stands before it.
  bool AwaitExecution(Lane& lane, Task& task, Height height);
  // What was checked so far goes on, because its execution is awaited; the message goes on behind
  // it. False while others of the lane stand before it.
  bool HandOverSoFar(Lane& lane, Task& task);
  // Of an entry behind one that its sender does not call committed: what stands before it passes.
  // When the sender commits nothing for long, it is given up: what it proposes there cannot be
  // committed.
  Verdict GiveUpInTime(Lane& lane, const consensus::Message& message, Height height);
  // Its time is too far ahead of this node's clock.
  bool IsAhead(const ledger::BlockHeader& header, bool said_to_be_committed) const;
  Verdict Refuse(Lane& lane, const Task& task, Height height, const Hash& hash, ByteView bytes,
                 const Error& error);
  // An entry whose time is too far ahead: dropped, so that nothing is acknowledged. When nothing
  // was committed either for a while, it is the leader's clock that is wrong and not this node's,
  // and the leader is given up, or one wrong clock would stop the network.
  Verdict Withhold(Lane& lane, const consensus::Message& message,
                   const ledger::BlockHeader& header);
  // Hands over everything at the front of the lane that has a verdict.
  void Finish(Lane& lane, const TaskPtr& task, Verdict verdict);
  void Deliver(Task& task);

  const AppendCheckerOptions options_;
  const ledger::Store& store_;
  NodeDirectory& directory_;
  WorkerPool& pool_;
  ledger::VerifiedCache& cache_;
  Inbox& inbox_;
  Metrics& metrics_;
  const Logger& log_;
  const SendRefusal send_refusal_;
  Evidence evidence_;
  std::atomic<bool> awaiting_{false};
  std::map<consensus::NodeId, Lane> lanes_;  // one for each peer that ever connected; io thread
};

}  // namespace suyuan::node
