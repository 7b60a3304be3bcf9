#include "consensus/types.h"

namespace suyuan::consensus {

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kFollower:
      return "follower";
    case Role::kPreCandidate:
      return "pre-candidate";
    case Role::kCandidate:
      return "candidate";
    case Role::kLeader:
      return "leader";
  }
  return "unknown role";
}

std::string_view ToString(MessageType type) {
  switch (type) {
    case MessageType::kPreVote:
      return "PreVote";
    case MessageType::kPreVoteReply:
      return "PreVoteReply";
    case MessageType::kVote:
      return "Vote";
    case MessageType::kVoteReply:
      return "VoteReply";
    case MessageType::kAppend:
      return "Append";
    case MessageType::kAppendReply:
      return "AppendReply";
    case MessageType::kHeartbeat:
      return "Heartbeat";
    case MessageType::kHeartbeatReply:
      return "HeartbeatReply";
    case MessageType::kReadIndex:
      return "ReadIndex";
    case MessageType::kReadIndexReply:
      return "ReadIndexReply";
    case MessageType::kTimeoutNow:
      return "TimeoutNow";
    case MessageType::kTakeSnapshot:
      return "TakeSnapshot";
    case MessageType::kNotMember:
      return "NotMember";
  }
  return "unknown message";
}

}  // namespace suyuan::consensus
