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
const Membership& Raft::membership() const { return core_->config.membership; }
size_t Raft::uncommitted_bytes() const { return core_->uncommitted_bytes; }

Raft::Progress Raft::ProgressOf(NodeId id) const {
  if (core_->role != Role::kLeader) return {};
  if (id == core_->id) return {core_->log.durable(), core_->log.last().index + 1, true};
  auto it = core_->progress.find(id);
  if (it == core_->progress.end()) return {};
  return {it->second.match, it->second.next, it->second.recently_active};
}

}  // namespace suyuan::consensus
