// Raft as a pure state machine (Raft: Ongaro & Ousterhout 2014; dissertation 2014). Input: Tick,
// Step, Propose, ReadIndex, TransferLeadership, Persisted, Applied. Output: Ready. No thread,
// clock, socket, disk or lock; the only randomness is the seed in the configuration, so the same
// inputs give the same outputs, always.
//
// THE RULE OF READY. A driver loop is:
//     while (raft.HasReady()) {
//       Ready r = raft.TakeReady();
//       send(r.messages);                         // may leave at once: a leader's entries travel
//                                                 // while its own disk writes
//                                                 (dissertation 10.2.1)
//       write(r.hard_state, r.entries); fsync();  // one atomic batch; entries replace any suffix
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
  Membership membership;
  uint32_t election_ticks = 10;  // base timeout; the randomised one lies in [base, 2 · base)
  uint32_t heartbeat_ticks = 1;
  size_t append_bytes_max = 1 << 20;        // entries in one message
  uint32_t inflight_appends_max = 64;       // pipelined messages a follower
  size_t inflight_bytes_max = 16 << 20;     // pipelined bytes a follower
  size_t uncommitted_bytes_max = 64 << 20;  // then Propose answers E_BUSY
  // Randomness of timeouts, and of the numbers of forwarded reads: must differ at each start of a
  // node, so that an answer meant for an earlier incarnation is recognised.
  uint64_t seed = 1;
};

// What the driver has to do now; see THE RULE OF READY.
struct Ready {
  uint64_t number = 0;
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
  // (make it again), E_BUSY when the uncommitted tail is too large.
  Status Propose(Entry entry);
  // Asks where a linearizable read may happen; answered through Ready::reads, on a follower by way
  // of the leader. E_NO_LEADER when none is known, E_BUSY when too many reads wait. Asking again
  // with the same context replaces the earlier request. Requests without an answer come back
  // through Ready::failed_reads when leadership changes or, on a follower, after an election
  // timeout.
  Status ReadIndex(uint64_t context);
  // Hands leadership to `target` once it has caught up; E_NO_LEADER when not leader, E_REF when it
  // is no voter. Gives up after an election timeout; nothing happens when it leads already.
  Status TransferLeadership(NodeId target);
  // An entry that `who` sent as leader of `term` failed the driver's check: ignore it as leader of
  // that term, and campaign if it is the one that we follow (formats §4).
  void RefuseLeader(Term term, NodeId who);

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
  const Membership& membership() const;
  size_t uncommitted_bytes() const;
  // Progress of one member as the leader sees it; zeros elsewhere. For metrics.
  struct Progress {
    Index match, next;
    bool recently_active = false;
  };
  Progress ProgressOf(NodeId id) const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace suyuan::consensus
