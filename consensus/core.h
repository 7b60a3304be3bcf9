// The state of the Raft core and its mechanisms; private to this room. One file each:
//   core.cc         construction, time, which message goes where
//   election.cc     campaigns, votes, roles, CheckQuorum        (Raft §5.2, §5.4.1; diss. §9.6)
//   follower.cc     appends and heartbeats received             (Raft §5.3)
//   replication.cc  the leader's side of them, and commit       (Raft §5.3, §5.4.2; diss. §10.2)
//   read_index.cc   linearizable reads                          (diss. §6.4)
//   transfer.cc     handing leadership over                     (diss. §3.10)
//   reconfigure.cc  changes of the membership, and strangers    (diss. §4)
//   snapshot.cc     what is no longer in the log                (Raft §7)
//   ready.cc        what the driver has to do, and has done
// over the parts quorum.h, membership.h, progress.h, raft_log.h, unstable_tail.h, read_queue.h,
// random.h.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "consensus/membership.h"
#include "consensus/progress.h"
#include "consensus/quorum.h"
#include "consensus/raft.h"
#include "consensus/raft_log.h"
#include "consensus/random.h"
#include "consensus/read_queue.h"

namespace suyuan::consensus {

// Invariants: applied ≤ handed_commit ≤ min(commit, durable) ≤ last; term, commit never fall; the
// vote changes within a term only from nobody to somebody; progress is kept by a leader only.
struct Raft::Core {
  Core(RaftConfig configuration, const LogStorage& storage, Index applied_index);

  // core.cc
  void Tick();
  Status Step(Message m);
  Status CheckAgainstState(const Message& m);
  Status CheckCommittedPart(const Message& m);
  bool IsIgnored(const Message& m) const;
  void AnswerOldTerm(const Message& m);
  void AdoptTerm(const Message& m);
  void Dispatch(Message m);
  void Send(Message m);
  // Takes the value out; remembers the first failure of the storage, after which nothing moves.
  template <typename T>
  bool Ok(const Result<T>& result) {
    if (!result.ok() && fault.ok()) fault = result.error();
    return result.ok();
  }

  // election.cc
  void BecomeFollower(Term new_term, NodeId new_leader);
  void LeaveLeadership();
  void SetLeader(NodeId new_leader);
  void ResetElectionTimer();
  void TickElection();
  void TickLeader();
  void CheckQuorum();
  void StartPreVote();
  void StartElection(bool transfer);
  void RequestVotes(MessageType type, Term for_term, bool transfer);
  void BecomeLeader();
  void HandleVoteRequest(const Message& m);
  void HandleVoteReply(const Message& m);
  void RecordVote(NodeId voter, bool granted);
  void RefuseLeader(Term led, NodeId who);
  bool IsRefused(NodeId who, Term led) const;

  // follower.cc
  void FollowLeader(const Message& m);
  void HandleAppend(Message m);
  bool AppendFromLeader(std::vector<Entry> entries);
  bool TruncateFrom(Index from);
  void RefuseAppend(const Message& m);
  Result<bool> LacksCommitted(const Message& m) const;
  void HandleHeartbeat(const Message& m);
  void CommitTo(Index index);

  // replication.cc
  Status Propose(Entry entry);
  void HandleAppendReply(const Message& m);
  void HandleHeartbeatReply(const Message& m);
  void MaybeCommit();
  void FlushAppends();
  void SendAppends(NodeId to, FollowerProgress& p);
  bool SendAppend(NodeId to, FollowerProgress& p, bool with_entries);
  void BroadcastHeartbeat();
  void CountInheritedTail();
  void ReleaseCommitted();
  void MarkLost(NodeId follower, FollowerProgress& p);

  // read_index.cc
  Status ReadIndex(uint64_t context);
  void ForgetAnswers(uint64_t context);
  void AddRead(NodeId from, uint64_t context);
  void HandleReadIndex(const Message& m);
  void HandleReadIndexReply(const Message& m);
  void StartReadRound();
  void ConfirmReads();
  void AnswerRead(const ReadQueue::Read& read);
  void FailReads();
  void FailForwardedReads();

  // transfer.cc
  Status TransferLeadership(NodeId target);
  void TickTransfer();
  void ContinueTransfer(NodeId from);
  void HandleTimeoutNow(const Message& m);

  // reconfigure.cc
  const Membership& membership() const { return memberships.latest(); }
  bool MayCampaign() const;
  Status LoadConfigurations();
  void Append(Entry entry);
  Status CheckProposed(const Configuration& next) const;
  Status CheckReceived(const Message& m) const;
  void SyncProgress();
  void SettleMembership();
  void HandLeadershipOn();
  bool LeaveJointDue() const;
  bool IsOfStranger(const Message& m);
  void TellStranger(NodeId stranger);
  void HandleNotMember(const Message& m);
  void NoteSilence();

  // snapshot.cc
  void AskForSnapshot(NodeId to, FollowerProgress& p);
  void HandleTakeSnapshot(const Message& m);
  Status InstallSnapshot(SnapshotInfo snapshot);

  // ready.cc
  bool HasReady() const;
  Ready TakeReady();
  void Persisted(uint64_t number);
  void Applied(Index index);
  Index Deliverable() const;

  bool CommittedInOwnTerm() const { return commit >= first_own_index && first_own_index > Index(); }
  Index MatchOf(NodeId member) const;

  // Constant after construction.
  const RaftConfig config;
  const NodeId id;

  // The first failure of the storage. Once set, inputs are refused and nothing becomes ready.
  Status fault;
  RaftLog log;
  MembershipLog memberships;
  Random random;

  // Durable by way of Ready::hard_state.
  Term term;
  NodeId vote = kNobody;
  Index commit;

  Role role = Role::kFollower;
  NodeId leader = kNobody;
  std::map<NodeId, Term> refused;  // whose leadership of which term is ignored, the last of each
  uint32_t elapsed_ticks = 0;      // since we heard of a leader, or CheckQuorum looked
  uint32_t timeout_ticks = 0;      // randomised, in [base, 2 · base)
  uint32_t heartbeat_elapsed_ticks = 0;
  std::map<NodeId, bool> votes;  // of the campaign under way

  // Since this start the log matched a leader's through an entry of that leader's own term, or this
  // node led: then what it acknowledged before is there (formats §7).
  bool proven = false;
  std::optional<LostLog> lost_log;   // once set, nothing is promised any more
  std::optional<Index> excluded_by;  // configuration that leaves this node out, as far as is known

  // Of a leader.
  std::map<NodeId, FollowerProgress> progress;       // all that may be members, but this node
  Index first_own_index;                             // first entry of its term; 0 before it exists
  std::deque<std::pair<Index, size_t>> uncommitted;  // index and bytes of what is not committed
  size_t uncommitted_bytes = 0;
  bool appends_due = false;  // FlushAppends has something to do
  ReadQueue reads;
  NodeId transferee = kNobody;
  uint32_t transfer_ticks = 0;

  ForwardedReads forwarded;  // of a follower

  // Gathered for the next Ready.
  std::vector<Message> messages, messages_after_persist;
  std::vector<ReadState> read_states;
  std::vector<uint64_t> failed_reads;
  bool became_leader = false, lost_leadership = false, membership_changed = false;
  std::optional<SnapshotNeed> snapshot_needed;
  std::optional<SnapshotInstall> snapshot;

  uint64_t ready_number = 0;  // of the last one taken
  HardState handed_state;     // as the last Ready that carried one said
  HardState durable_state;    // as Persisted confirmed
  std::deque<std::pair<uint64_t, HardState>> states_in_flight;
  Index handed_commit;  // committed entries up to here were handed out
  Index applied;
  // The snapshot whose write is under way, and the number of its Ready (0: not taken yet).
  std::optional<std::pair<uint64_t, Index>> installing;
};

}  // namespace suyuan::consensus
