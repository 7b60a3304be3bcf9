#include "consensus/core.h"

namespace suyuan::consensus {

Status Raft::Core::TransferLeadership(NodeId target) {
  SUYUAN_RETURN_IF_ERROR(fault);
  if (role != Role::kLeader) return Error{ErrorCode::kNoLeader, "this node does not lead"};
  if (target == id) return {};
  if (!Contains(membership().voters, target))
    return Error{ErrorCode::kRef, "leadership goes to a voter"};
  if (progress.at(target).lost_log)
    return Error{ErrorCode::kRef, "the target has lost its log and cannot lead"};
  if (transferee == target) return {};
  transferee = target;
  transfer_ticks = 0;
  if (FollowerProgress& p = progress.at(target); p.match < log.last().index) {
    p.poke = true;  // it must catch up first; the next Ready sees to it
    appends_due = true;
  }
  ContinueTransfer(target);
  return {};
}

// A target that does not answer must not keep the cluster from writing.
void Raft::Core::TickTransfer() {
  if (transferee != kNobody && ++transfer_ticks >= config.election_ticks) transferee = kNobody;
}

// The target may campaign as soon as it has the whole log; nobody else could then win.
void Raft::Core::ContinueTransfer(NodeId from) {
  if (transferee == from && MatchOf(from) == log.last().index)
    Send({.type = MessageType::kTimeoutNow, .to = from});
}

void Raft::Core::HandleTimeoutNow(const Message& m) {
  if (role == Role::kLeader || !MayCampaign()) return;
  if (leader != kNobody && leader != m.from) return;
  StartElection(true);  // no pre-vote: the leader itself asks for it
}

}  // namespace suyuan::consensus
