// The consensus thread: it owns the Raft core and the log. Each turn takes what has gathered in the
// inbox, steps the core, obeys THE RULE OF READY (consensus/raft.h), hands committed entries to the
// executor, and then, as leader, makes a block of what waits in the pool, or forwards it to the
// leader. While the disk writes, the next block's transactions gather: group commit.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "consensus/raft.h"
#include "ledger/store.h"
#include "node/block_maker.h"
#include "node/config.h"
#include "node/disk_watch.h"
#include "node/executor.h"
#include "node/failure.h"
#include "node/inbox.h"
#include "node/log_storage.h"
#include "node/log_throttle.h"
#include "node/member_changes.h"
#include "node/metrics.h"
#include "node/node_directory.h"
#include "node/read_barrier.h"
#include "node/transport/transport.h"

namespace suyuan::node {

struct RaftDriverOptions {
  consensus::NodeId self;
  consensus::Membership membership;
  consensus::Index membership_index;
  LedgerId ledger;
  NodeLimits limits;
  uint32_t entry_bytes_max = 0;
  uint64_t genesis_time_ms = 0;
  uint64_t seed = 0;
};

struct RaftDriverParts {
  ledger::Store& store;
  Transport& transport;
  TxPool& pool;
  Executor& executor;
  Inbox& inbox;
  ReadBarrier& reads;
  const DiskWatch& disk;
  NodeDirectory& directory;
  // How to reach a node of the directory; nullopt when that is not known.
  std::function<std::optional<TransportPeer>(consensus::NodeId)> peer_of;
  const SigningKey& node_key;
  WallClock clock;
  StopSignal& stop;
  Metrics& metrics;
  const Logger& log;
};

// What other threads may know of consensus, as of the last turn.
struct ConsensusView {
  consensus::Role role = consensus::Role::kFollower;
  Term term;
  consensus::NodeId leader;
  consensus::Index commit, last;
  std::vector<std::pair<consensus::NodeId, consensus::Index>> match;  // on the leader
  std::vector<consensus::NodeId> peers;  // of all members but this node
  size_t voters = 0;
  bool voter = false, learner = false;  // this node
};

class RaftDriver {
 public:
  RaftDriver(RaftDriverOptions options, RaftDriverParts parts);
  ~RaftDriver();
  void Start();
  // Ends the thread after its current turn and makes the last commit index durable.
  void Stop();
  ConsensusView view() const;

 private:
  void Run();
  void TakeInputs(Inbox::Batch& batch);
  // Until nothing is left to do; false after a failure of the disk.
  bool Advance();
  bool HandleReady();
  Status MakeDurable(const consensus::Ready& ready);
  void Send(const std::vector<consensus::Message>& messages);
  void DeliverCommitted(const consensus::Ready& ready);
  // The first entry of this node's term.
  void ProposeElection();
  void OfferTransactions();
  // There is room for another block, and it would be worth its cost.
  bool MayPropose() const;
  // True when a block was proposed.
  bool ProposeBlock();
  void ForwardTransactions();
  // A leader without space for more asks another to lead, once until there is space again.
  void LeadElsewhere();
  // The voter with the longest log that is connected; kNobody when there is none.
  consensus::NodeId Successor() const;
  // Connects to whom the configuration in force names, and a while longer to those who left, so
  // that they learn of it.
  void ConnectMembers();
  void DropThoseWhoLeft();
  void ReadDirectory();
  void TellTransport();
  void NoteLeader();
  void Publish();
  void StopForLostLog(const consensus::LostLog& lost);
  void Fail(std::string_view what, const Error& error);

  const RaftDriverOptions options_;
  RaftDriverParts parts_;
  StoreLog storage_;
  consensus::Raft raft_;
  BlockMaker maker_;
  MemberChanges changes_;
  // Consensus thread:
  consensus::HardState hard_;     // newest
  consensus::HardState written_;  // durable; `commit` may lag behind
  bool election_entry_due_ = false;
  bool transferring_ = false;  // stopping
  bool asked_elsewhere_ = false;
  std::pair<consensus::NodeId, Term> known_leader_;
  std::map<consensus::NodeId, uint32_t> leaving_;  // and ticks until they are dropped
  std::vector<consensus::NodeId> connected_;       // whom the transport was told, but `leaving_`
  bool unknown_peers_ = false;  // of some, or of itself, the state does not tell yet
  std::map<consensus::NodeId, LogThrottle> refusal_lines_;

  mutable std::mutex view_mutex_;
  ConsensusView view_;  // guarded by view_mutex_
  std::thread thread_;
};

}  // namespace suyuan::node
