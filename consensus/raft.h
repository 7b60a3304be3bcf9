// Raft as a pure state machine (Raft: Ongaro & Ousterhout 2014; dissertation 2014). Input: Tick,
// Step, Propose, ReadIndex, TransferLeadership, InstallSnapshot, Persisted, Applied. Output: Ready.
// No thread, clock, socket, disk or lock; the only randomness is the seed in the configuration, so
// the same inputs give the same outputs, always.
//
// THE RULE OF READY. A driver loop is:
//     while (raft.HasReady()) {
//       Ready r = raft.TakeReady();
//       send(r.messages);                         // may leave at once: a leader's entries travel
//                                                 // while its own disk writes
//                                                 (dissertation 10.2.1)
//       write(r.snapshot, r.hard_state, r.entries); fsync();  // one atomic batch, in this order;
//                                                 // entries replace any suffix
//       send(r.messages_after_persist);           // votes and acknowledgements: ONLY NOW
//       raft.Persisted(r.number);
//       apply(r.committed);  raft.Applied(...)    // may happen later, on another thread, in order
//     }
// Sending `messages_after_persist` before the fsync returns breaks Raft's safety. A driver that
// has several Readys in flight writes them in order, and sends the `messages_after_persist` of a
// Ready only when the writes of this one and of ALL before it are durable, even when it has itself
// nothing to write. `Persisted` of a later number includes the earlier ones.
//
// The driver makes every entry, the empty one of a new term too: when `became_leader` is set it
// proposes an entry at once; until one of its own term is committed the core answers no reads.
//
// MEMBERSHIP (Raft dissertation §4; formats §4). A configuration entry is one whose `configuration`
// the driver has filled in, when it proposes it, when it receives it, and when the storage returns
// it. It is in force as soon as it is in the log. So before a follower's driver steps an append
// that carries one, it checks the approval (and withholds the entry until it has applied
// `approved_height`); the core checks that it may follow the one before (membership.h). A change:
//   1. the leader's driver proposes the learner                (same voters, not joint);
//   2. when ProgressOf(learner).caught_up, the new voters      (joint);
//   3. when LeaveJointDue(), the same members once more        (not joint).
// A leader that finds 2 in its log does 3, whoever began. A leader that 3 leaves out steps down
// when 3 is committed, and asks the best voter to campaign at once. Ready::membership tells whom
// the driver has to be connected to; those who left are sent their farewell before.
//
// SNAPSHOTS (Raft §7) travel outside. A follower that needs what the leader's log has no more gets
// Ready::snapshot_needed; its driver fetches and verifies a snapshot and calls InstallSnapshot,
// which answers with Ready::snapshot when it is to be made durable. The driver shortens its own log
// as it likes, up to what the state machine durably holds (LogStorage::FirstIndex).
//
// Not thread-safe: one thread owns a Raft object.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/result.h"
#include "consensus/log_storage.h"
#include "consensus/types.h"

namespace suyuan::consensus {

struct RaftConfig {
  NodeId id;
  // In force at `applied`, and the index of its entry (0: the founding one). Later ones are read
  // from the log.
  Membership membership;
  Index membership_index = {};
  uint32_t election_ticks = 10;  // base timeout; the randomised one lies in [base, 2 · base)
  uint32_t heartbeat_ticks = 1;
  size_t append_bytes_max = 1 << 20;        // entries in one message
  uint32_t inflight_appends_max = 64;       // pipelined messages a follower
  size_t inflight_bytes_max = 16 << 20;     // pipelined bytes a follower
  size_t uncommitted_bytes_max = 64 << 20;  // then Propose answers E_BUSY
  uint64_t promotion_lag_max = 64;          // committed entries that a new voter may lack
  // Randomness of timeouts, and of the numbers of forwarded reads: must differ at each start of a
  // node, so that an answer meant for an earlier incarnation is recognised.
  uint64_t seed = 1;
};

// What the leader's log has no more: take a snapshot at `index` or later. Repeated while it lasts.
struct SnapshotNeed {
  NodeId leader;
  Index index;
};
// To be made durable before the entries of the same Ready. The state machine becomes the
// snapshot's. `keeps_log`: the log holds the snapshot's last entry, and what follows it stays
// (reliability row 14); otherwise the log is emptied and goes on behind the snapshot (rows 15, 17).
struct SnapshotInstall {
  SnapshotInfo info;
  bool keeps_log = false;
};
// A leader says that this node acknowledged entries up to `claimed`, and they are not here.
struct LostLog {
  NodeId leader;
  Index claimed;
};

// What the driver has to do now; see THE RULE OF READY.
struct Ready {
  uint64_t number = 0;
  std::optional<SnapshotInstall> snapshot;      // to be made durable when present
  std::optional<HardState> hard_state;          // to be made durable when present
  std::vector<Entry> entries;                   // to be made durable; rising, replace any suffix
  std::vector<Message> messages;                // may leave before the write
  std::vector<Message> messages_after_persist;  // must not leave before it
  // Entries that are newly committed: (committed_from, committed_to]. All are durable, i.e.
  // confirmed by Persisted, so applying them never overtakes the log. Read them with EntryAt.
  Index committed_from, committed_to;
  std::vector<ReadState> reads;        // serve when applied ≥ index
  std::vector<uint64_t> failed_reads;  // contexts to be retried by the caller
  bool became_leader = false;          // propose the term's first entry now
  bool lost_leadership = false;        // uncommitted proposals may be gone
  std::optional<SnapshotNeed> snapshot_needed;
  std::optional<Membership> membership;  // in force from now on; not durable before `entries` are
};

class Raft {
 public:
  // `storage` must outlive this. Resumes from its hard state; `applied` is the last index that
  // the state machine holds.
  Raft(RaftConfig config, const LogStorage& storage, Index applied);
  ~Raft();
  Raft(const Raft&) = delete;
  Raft& operator=(const Raft&) = delete;

  // One unit of logical time.
  void Tick();
  // A message from a peer. E_FORMAT for a message that no correct member would send; such a
  // message changes nothing, except that a term too far ahead is approached by a bounded step. The
  // caller has authenticated `from` and checked the entries.
  Status Step(Message message);
  // Appends one entry as leader. It must carry index LastIndex() + 1 and the current term.
  // E_NO_LEADER when not leader or while a transfer runs, E_CONFLICT when index or term do not fit
  // (make it again), E_BUSY when the uncommitted tail is too large. A configuration entry besides:
  // E_FORMAT or E_CONFLICT when it may not follow the one in force (membership.h), E_BUSY (later)
  // before an entry of this term is committed, while another change is under way, while a new voter
  // has not caught up, or when no majority of the voters to be answers.
  Status Propose(Entry entry);
  // The joint configuration in force is committed: the leader's driver has to propose its end now,
  // and again until it is accepted.
  bool LeaveJointDue() const;
  // Asks where a linearizable read may happen; answered through Ready::reads, on a follower by way
  // of the leader. E_NO_LEADER when none is known, E_BUSY when too many reads wait. Asking again
  // with the same context replaces the earlier request. Requests without an answer come back
  // through Ready::failed_reads when leadership changes or, on a follower, after an election
  // timeout.
  Status ReadIndex(uint64_t context);
  // Hands leadership to `target` once it has caught up; E_NO_LEADER when not leader, E_REF when it
  // is no voter of the latest configuration or has lost its log. Gives up after an election
  // timeout; nothing happens when it leads already.
  Status TransferLeadership(NodeId target);
  // An entry that `who` sent as leader of `term` failed the driver's check: ignore it as leader of
  // that term, and campaign if it is the one that we follow (formats §4).
  void RefuseLeader(Term term, NodeId who);
  // The driver holds a verified snapshot of the state machine and wants to go on from there.
  // E_CONFLICT when it holds nothing new, on a leader, or after lost_log; E_BUSY while another one
  // is written; E_FORMAT for an impossible configuration. On success the next Ready carries it, and
  // entries that were handed out before need not be applied any more. That it was committed the
  // driver has verified; the core cannot know.
  Status InstallSnapshot(SnapshotInfo snapshot);

  bool HasReady() const;
  Ready TakeReady();
  // Everything in the Ready of this number, and of all before it, is durable.
  void Persisted(uint64_t number);
  // The state machine holds everything up to `index`.
  void Applied(Index index);
  // The first error of the storage, if any. From then on inputs are refused with it and nothing
  // becomes ready: the driver stops the node.
  Status fault() const;

  Role role() const;
  Term term() const;
  NodeId leader() const;  // kNobody when unknown
  Index commit() const;
  Index applied() const;
  Index LastIndex() const;  // durable or not
  Hash LastHash() const;
  Term LastTerm() const;
  // An entry of the tail that Ready has handed out but Persisted has not confirmed is served from
  // memory, older ones from storage.
  Result<Entry> EntryAt(Index index) const;
  // The latest in the log, committed or not, and the index of its entry (0: the founding one).
  const Membership& membership() const;
  Index membership_index() const;
  // Set when this node has promised more than its disk knows: the disk was emptied, or an old copy
  // was put back. It neither votes nor acknowledges any more. The driver stops the node and sees to
  // it that it does not start again: it rejoins under a new key, as a learner.
  std::optional<LostLog> lost_log() const;
  // Set when no leader speaks to this node and no configuration that it knows, or was told of,
  // names it: the index of that configuration. Nothing for as long as a leader speaks to it, so a
  // node that was added again and reads of its own removal on the way is not misled.
  std::optional<Index> excluded_by() const;
  size_t uncommitted_bytes() const;
  // Progress of one member as the leader sees it; zeros elsewhere. For metrics.
  struct Progress {
    Index match, next;
    bool recently_active = false;
    bool caught_up = false;       // may become a voter
    bool needs_snapshot = false;  // what it needs next is no longer in the log
    bool lost_log = false;        // holds less than it acknowledged, and counts no more
  };
  Progress ProgressOf(NodeId id) const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace suyuan::consensus
