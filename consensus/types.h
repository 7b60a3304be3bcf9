// The words of the Raft core. Entries are opaque: an index, a term, a hash and bytes. The core
// knows nothing of blocks, clocks, sockets or disks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/named_type.h"

namespace suyuan::consensus {

using suyuan::Term;
// Index of a log entry; 0 is "before the first entry". Equals the block height (design, idea 1).
using Index = NamedInt<struct LogIndexTag>;
// A member of the cluster. Assigned by the configuration, unique for ever; 0 is nobody.
using NodeId = NamedInt<struct NodeIdTag, uint32_t>;
inline constexpr NodeId kNobody{};

// What a configuration entry says (formats §4): who takes part from that entry on. `joint` (phase
// 2): the voters before it must agree too, until an entry of the same members without it follows.
struct Configuration {
  bool joint = false;
  std::vector<NodeId> voters;
  std::vector<NodeId> learners;
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

// One log entry. `hash` identifies the bytes; log matching is by (index, term, hash).
// Immutable; the bytes are shared, never copied. `configuration` is what the bytes of a
// configuration entry say, taken out by the driver; nullptr for all others.
struct Entry {
  Index index;
  Term term;
  Hash hash;
  std::shared_ptr<const Bytes> data;
  std::shared_ptr<const Configuration> configuration = nullptr;
  size_t bytes() const { return data ? data->size() : 0; }
};

// What must be durable before any message that depends on it leaves (Raft §5.1, figure 2).
// `commit` is a hint that saves time after a restart; it need not be durable for safety.
struct HardState {
  Term term;
  NodeId vote = kNobody;
  Index commit;
  friend bool operator==(const HardState&, const HardState&) = default;
};

enum class Role : uint8_t { kFollower, kPreCandidate, kCandidate, kLeader };
std::string_view ToString(Role role);

enum class MessageType : uint8_t {
  kPreVote = 1,
  kPreVoteReply = 2,
  kVote = 3,
  kVoteReply = 4,
  kAppend = 5,
  kAppendReply = 6,
  kHeartbeat = 7,
  kHeartbeatReply = 8,
  kReadIndex = 9,        // follower → leader: where may I read?
  kReadIndexReply = 10,  // leader → follower
  kTimeoutNow = 11,      // leadership transfer (Raft dissertation §3.10)
  kTakeSnapshot = 12,    // leader → follower: what you need next is no longer in my log
  kNotMember = 13,       // to a stranger that asks: the configuration here leaves you out
};
inline constexpr MessageType kLastMessageType = MessageType::kNotMember;
std::string_view ToString(MessageType type);

// One message between two members. Fields not named for a type are zero.
struct Message {
  MessageType type = MessageType::kHeartbeat;
  NodeId from = kNobody;
  NodeId to = kNobody;
  Term term = {};
  // kAppend: entry before `entries`. (Pre)Vote: last entry of the candidate's log.
  // kAppendReply: the last index known to match, or on reject the index that did not match.
  // kTakeSnapshot: the entry before the first that the leader still has. kNotMember: index of the
  // configuration. kHeartbeatReply with reject and hint: the last entry of a lost log.
  Index index = {};
  // Term of `index`; on reject that of the replier's `hint`. kHeartbeat: of the entry at `commit`,
  // 0 when the leader's log begins behind it.
  Term log_term = {};
  Hash log_hash = {};  // hash of the entry whose term `log_term` is, but for votes and replies
  // kAppendReply with reject: where the leader may try next. kHeartbeatReply with reject: what the
  // replier is said to have acknowledged and does not hold.
  Index hint = {};
  Index commit = {};  // kAppend, kHeartbeat: leader's commit index; kReadIndexReply: the read index
  std::vector<Entry> entries = {};
  bool reject = false;
  bool transfer = false;  // (Pre)Vote of a leadership transfer: leases are ignored
  uint64_t context = 0;   // ReadIndex: the caller's request; heartbeats carry the read round
};

// Who takes part. Voters decide; learners only receive. `outgoing` is non-empty while a joint
// configuration is in force (Raft dissertation §4.3): then both sets must agree.
struct Membership {
  std::vector<NodeId> voters;
  std::vector<NodeId> outgoing;
  std::vector<NodeId> learners;
  friend bool operator==(const Membership&, const Membership&) = default;
};

// The state machine at `index`, as far as Raft is concerned: the last entry that it holds and the
// configuration in force there, which is that of the entry at `membership_index` (0: the founding
// one). Never a later configuration: that one may still be truncated (reliability row 10).
struct SnapshotInfo {
  Index index;
  Term term;
  Hash hash;
  Membership membership = {};
  Index membership_index = {};
};

// A read that may be served once the state machine has applied `index` (Raft dissertation §6.4).
struct ReadState {
  uint64_t context;
  Index index;
};

}  // namespace suyuan::consensus
