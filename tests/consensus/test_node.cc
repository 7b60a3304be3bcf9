#include "tests/consensus/test_node.h"

#include <algorithm>

#include "common/check.h"

namespace suyuan::consensus::testing {

void TestNode::Start() {
  RaftConfig config = config_;
  config.seed += 1'000'003 * incarnation_++;
  raft_ = std::make_unique<Raft>(config, disk_, Index(applied_.size()));
}

void TestNode::Crash(size_t writes_kept, size_t applied_lost) {
  for (size_t i = 0; i < writes_kept && i < writes_.size(); ++i)
    disk_.Write(writes_[i].state, writes_[i].entries);
  writes_.clear();
  applied_.resize(applied_.size() - std::min(applied_lost, applied_.size()));
  raft_.reset();
}

void TestNode::ForgetUpTo(Index index) {
  for (Index i(1); i <= index; ++i) applied_.push_back(*disk_.Find(i));
  disk_.DropUpTo(index);
}

Ready TestNode::Take() {
  Ready ready = raft_->TakeReady();
  for (Index i = ready.committed_from + 1; i <= ready.committed_to; ++i)
    applied_.push_back(raft_->EntryAt(i).value());
  raft_->Applied(ready.committed_to);
  writes_.push_back({ready.number, ready.hard_state, ready.entries, ready.messages_after_persist});
  return ready;
}

std::vector<Message> TestNode::CompleteWrite() {
  SUYUAN_CHECK(!writes_.empty(), "no write in flight");
  Write write = std::move(writes_.front());
  writes_.pop_front();
  disk_.Write(write.state, write.entries);
  raft_->Persisted(write.number);
  return std::move(write.messages);
}

Status TestNode::Propose(ByteView data) {
  return raft_->Propose(MakeEntry(raft_->LastIndex().value() + 1, raft_->term().value(), data));
}

Membership MakeMembership(uint32_t voters, uint32_t learners) {
  Membership out;
  for (uint32_t i = 1; i <= voters; ++i) out.voters.push_back(NodeId(i));
  for (uint32_t i = 1; i <= learners; ++i) out.learners.push_back(NodeId(voters + i));
  return out;
}

}  // namespace suyuan::consensus::testing
