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

// One log entry. `hash` identifies the bytes; log matching is by (index, term, hash).
// Immutable; the bytes are shared, never copied.
struct Entry {
  Index index;
  Term term;
  Hash hash;
  std::shared_ptr<const Bytes> data;
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
};
std::string_view ToString(MessageType type);

// One message between two members. Fields not named for a type are zero.
struct Message {
  MessageType type = MessageType::kHeartbeat;
  NodeId from = kNobody;
  NodeId to = kNobody;
  Term term = {};
  // kAppend: entry before `entries`. (Pre)Vote: last entry of the candidate's log.
  // kAppendReply: the last index known to match, or on reject the index that did not match.
  Index index = {};
  Term log_term = {};  // term of `index`; on reject the term of the replier's `hint`
  Hash log_hash = {};  // kAppend: hash of the entry at `index`
  Index hint = {};     // kAppendReply with reject: where the leader may try next
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

// A read that may be served once the state machine has applied `index` (Raft dissertation §6.4).
struct ReadState {
  uint64_t context;
  Index index;
};

}  // namespace suyuan::consensus
