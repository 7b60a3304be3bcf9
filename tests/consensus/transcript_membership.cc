// The commands of a transcript about members, snapshots and disks.
#include "tests/consensus/transcript.h"

namespace suyuan::consensus::testing {

void TranscriptCluster::DescribeMembership(const Ready& ready) {
  if (ready.membership) Line("members:    " + Describe(*ready.membership));
  if (ready.snapshot_needed)
    Line("needs:      a snapshot at " + std::to_string(ready.snapshot_needed->index.value()) +
         " or later");
  if (!ready.snapshot) return;
  const SnapshotInfo& info = ready.snapshot->info;
  Line("write:      snapshot at " + std::to_string(info.index.value()) + "/" +
       std::to_string(info.term.value()) +
       (ready.snapshot->keeps_log ? ", the log stays" : ", in place of the log"));
}

void TranscriptCluster::Configure(const TranscriptCommand& c) {
  Outcome(At(c.Word(0)).ProposeConfiguration({c.Has("joint"), c.Ids("voters"), c.Ids("learners")}));
}

void TranscriptCluster::Leave(const TranscriptCommand& c) {
  TestNode& node = At(c.Word(0));
  if (!node.raft().LeaveJointDue()) return Line("error: it is not the time");
  Outcome(node.ProposeLeave());
}

void TranscriptCluster::ShowMembers(const TranscriptCommand& c) {
  for (uint64_t id : Chosen(c)) {
    const Raft& raft = At(id).raft();
    std::string line = "node " + std::to_string(id) + ": " + Describe(raft.membership()) +
                       " since=" + std::to_string(raft.membership_index().value());
    if (raft.LeaveJointDue()) line += ", the end of the joint configuration is due";
    if (raft.excluded_by())
      line += ", left out by the configuration of " + std::to_string(raft.excluded_by()->value());
    if (raft.lost_log())
      line +=
          ", lost what it acknowledged up to " + std::to_string(raft.lost_log()->claimed.value());
    Line(line);
    for (NodeId learner : raft.membership().learners)
      if (raft.role() == Role::kLeader)
        Line("  learner " + std::to_string(learner.value()) +
             (raft.ProgressOf(learner).caught_up ? " has caught up" : " has not caught up"));
  }
}

void TranscriptCluster::Compact(const TranscriptCommand& c) {
  At(c.Word(0)).Compact(Index(c.Word(1)));
}

void TranscriptCluster::SendSnapshot(const TranscriptCommand& c) {
  Outcome(At(c.Word(1)).Install(At(c.Word(0)).TakeSnapshot()));
}

void TranscriptCluster::Wipe(const TranscriptCommand& c) {
  At(c.Word(0)).Wipe();
  At(c.Word(0)).Start();
}

}  // namespace suyuan::consensus::testing
