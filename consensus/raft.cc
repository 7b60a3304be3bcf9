#include "consensus/raft.h"

#include "consensus/core.h"

namespace suyuan::consensus {

Raft::Raft(RaftConfig config, const LogStorage& storage, Index applied)
    : core_(std::make_unique<Core>(std::move(config), storage, applied)) {}
Raft::~Raft() = default;

void Raft::Tick() { core_->Tick(); }
Status Raft::Step(Message message) { return core_->Step(std::move(message)); }
Status Raft::Propose(Entry entry) { return core_->Propose(std::move(entry)); }
Status Raft::ReadIndex(uint64_t context) { return core_->ReadIndex(context); }
Status Raft::TransferLeadership(NodeId target) { return core_->TransferLeadership(target); }
void Raft::RefuseLeader(Term term, NodeId who) { core_->RefuseLeader(term, who); }

bool Raft::HasReady() const { return core_->HasReady(); }
Ready Raft::TakeReady() { return core_->TakeReady(); }
void Raft::Persisted(uint64_t number) { core_->Persisted(number); }
void Raft::Applied(Index index) { core_->Applied(index); }
Status Raft::fault() const { return core_->fault; }

Role Raft::role() const { return core_->role; }
Term Raft::term() const { return core_->term; }
NodeId Raft::leader() const { return core_->leader; }
Index Raft::commit() const { return core_->commit; }
Index Raft::applied() const { return core_->applied; }
Index Raft::LastIndex() const { return core_->log.last().index; }
Hash Raft::LastHash() const { return core_->log.last().hash; }
Term Raft::LastTerm() const { return core_->log.last().term; }
Result<Entry> Raft::EntryAt(Index index) const { return core_->log.EntryAt(index); }
const Membership& Raft::membership() const { return core_->membership(); }
Index Raft::membership_index() const { return core_->memberships.latest_index(); }
bool Raft::LeaveJointDue() const { return core_->LeaveJointDue(); }
std::optional<LostLog> Raft::lost_log() const { return core_->lost_log; }
std::optional<Index> Raft::excluded_by() const { return core_->excluded_by; }
Status Raft::InstallSnapshot(SnapshotInfo snapshot) {
  return core_->InstallSnapshot(std::move(snapshot));
}
size_t Raft::uncommitted_bytes() const { return core_->uncommitted_bytes; }

Raft::Progress Raft::ProgressOf(NodeId id) const {
  if (core_->role != Role::kLeader) return {};
  if (id == core_->id)
    return {core_->log.durable(), core_->log.last().index + 1, true, true, false, false};
  auto it = core_->progress.find(id);
  if (it == core_->progress.end()) return {};
  const FollowerProgress& p = it->second;
  return {p.match,
          p.next,
          p.recently_active,
          p.CaughtUp(core_->commit, core_->config.promotion_lag_max),
          p.state == FollowerProgress::State::kSnapshot,
          p.lost_log};
}

}  // namespace suyuan::consensus
