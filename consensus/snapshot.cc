#include <algorithm>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

// Leader: entries from p.next on are no longer all here. A follower that holds what is asked for
// says so, and is replicated to again.
void Raft::Core::AskForSnapshot(NodeId to, FollowerProgress& p) {
  p.NeedsSnapshot();
  auto base = log.IdAt(log.first() - 1);
  if (!Ok(base)) return;
  Send({.type = MessageType::kTakeSnapshot,
        .to = to,
        .index = base->index,
        .log_term = base->term,
        .log_hash = base->hash,
        .commit = commit});
}

void Raft::Core::HandleTakeSnapshot(const Message& m) {
  if (lost_log) return;
  auto holds = log.Holds({m.index, m.log_term, m.log_hash});
  if (!Ok(holds)) return;
  if (m.index > commit && !*holds) {
    snapshot_needed = SnapshotNeed{m.from, m.index};
    return;
  }
  Send({.type = MessageType::kAppendReply, .to = m.from, .index = std::max(m.index, commit)});
}

Status Raft::Core::InstallSnapshot(SnapshotInfo snapshot_info) {
  SUYUAN_RETURN_IF_ERROR(fault);
  const EntryId at{snapshot_info.index, snapshot_info.term, snapshot_info.hash};
  if (installing) return Error{ErrorCode::kBusy, "another snapshot is being written"};
  if (role == Role::kLeader) return Error{ErrorCode::kConflict, "a leader takes no snapshot"};
  if (lost_log) return Error{ErrorCode::kConflict, "a snapshot does not bring back lost votes"};
  if (at.index <= commit)
    return Error{ErrorCode::kConflict, "the snapshot holds nothing that is not committed here"};
  SUYUAN_RETURN_IF_ERROR(CheckMembership(snapshot_info.membership));
  if (snapshot_info.membership_index > at.index)
    return Error{ErrorCode::kFormat, "a configuration from behind the snapshot"};
  SUYUAN_ASSIGN_OR_RETURN(bool keeps_log, log.Holds(at));
  if (SeededBug(Bug::kSnapshotCutsTail)) keeps_log = false;  // row 14
  if (SeededBug(Bug::kSnapshotKeepsConflict))                // row 15
    keeps_log = at.index <= log.last().index;
  if (at.term > term || role != Role::kFollower) BecomeFollower(std::max(term, at.term), kNobody);
  if (!keeps_log) {
    log.RestartAt(at);
    // Acknowledgements of what is gone would tell of entries that are not durable any more.
    std::erase_if(messages_after_persist,
                  [](const Message& m) { return m.type == MessageType::kAppendReply; });
  }
  memberships.RestartAt(snapshot_info, keeps_log);
  membership_changed = true;
  commit = handed_commit = at.index;
  memberships.CommittedTo(commit);
  installing = {0, at.index};
  snapshot = SnapshotInstall{std::move(snapshot_info), keeps_log};
  if (leader != kNobody) Send({.type = MessageType::kAppendReply, .to = leader, .index = at.index});
  return {};
}

}  // namespace suyuan::consensus
