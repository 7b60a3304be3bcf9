#include "tests/consensus/test_node.h"

#include <algorithm>
#include <utility>

#include "common/check.h"
#include "consensus/membership.h"

namespace suyuan::consensus::testing {

namespace {

// The configuration that a state machine with these entries has.
void FollowConfigurations(const std::vector<Entry>& applied, Membership* membership, Index* index) {
  for (const Entry& entry : applied) {
    if (!entry.configuration) continue;
    *membership = Succeed(*membership, *entry.configuration).value();
    *index = entry.index;
  }
}

}  // namespace

void TestNode::Start() {
  RaftConfig config = config_;
  config.seed += 1'000'003 * incarnation_++;
  FollowConfigurations(applied_, &config.membership, &config.membership_index);
  raft_ = std::make_unique<Raft>(config, disk_, Index(applied_.size()));
}

void TestNode::Crash(size_t writes_kept, size_t applied_lost) {
  for (size_t i = 0; i < writes_kept && i < writes_.size(); ++i) WriteNow(writes_[i]);
  writes_.clear();
  installing_.clear();
  // Nothing is compacted that the state machine does not durably hold.
  const size_t durable = disk_.FirstIndex().value() - 1;
  applied_.resize(std::max(applied_.size() - std::min(applied_lost, applied_.size()), durable));
  raft_.reset();
}

void TestNode::Wipe() {
  Crash();
  disk_ = MemoryDisk();
  applied_.clear();
}

TestNode::Snapshot TestNode::TakeSnapshot() const {
  const Entry& last = applied_.back();
  Snapshot out{{last.index, last.term, last.hash, config_.membership, config_.membership_index},
               applied_};
  FollowConfigurations(applied_, &out.info.membership, &out.info.membership_index);
  return out;
}

Status TestNode::Install(Snapshot snapshot) {
  SUYUAN_RETURN_IF_ERROR(raft_->InstallSnapshot(std::move(snapshot.info)));
  installing_ = std::move(snapshot.state);
  return {};
}

void TestNode::WriteNow(const Write& write) {
  if (write.snapshot) {
    const SnapshotInfo& info = write.snapshot->info;
    if (!write.snapshot->keeps_log) disk_.RestartAt(info.index, info.term, info.hash);
    applied_ = std::exchange(installing_, {});
  }
  disk_.Write(write.state, write.entries);
}

void TestNode::ForgetUpTo(Index index) {
  for (Index i(1); i <= index; ++i) applied_.push_back(*disk_.Find(i));
  disk_.DropUpTo(index);
}

Ready TestNode::Take() {
  Ready ready = raft_->TakeReady();
  for (Index i = ready.committed_from + 1; i <= ready.committed_to; ++i)
    applied_.push_back(raft_->EntryAt(i).value());
  if (!installing_.empty()) SUYUAN_CHECK(ready.committed_to == ready.committed_from, "a race");
  raft_->Applied(applied_.empty() ? Index() : applied_.back().index);
  writes_.push_back({ready.number, ready.hard_state, ready.entries, ready.messages_after_persist,
                     ready.snapshot});
  return ready;
}

std::vector<Message> TestNode::CompleteWrite() {
  SUYUAN_CHECK(!writes_.empty(), "no write in flight");
  Write write = std::move(writes_.front());
  writes_.pop_front();
  WriteNow(write);
  raft_->Persisted(write.number);
  return std::move(write.messages);
}

Status TestNode::Propose(ByteView data) {
  return raft_->Propose(MakeEntry(raft_->LastIndex().value() + 1, raft_->term().value(), data));
}

Status TestNode::ProposeConfiguration(Configuration configuration) {
  std::string data = configuration.joint ? "joint" : "members";
  for (NodeId id : configuration.voters) data += " v" + std::to_string(id.value());
  for (NodeId id : configuration.learners) data += " l" + std::to_string(id.value());
  Entry entry = MakeEntry(raft_->LastIndex().value() + 1, raft_->term().value(), data);
  entry.configuration = std::make_shared<const Configuration>(std::move(configuration));
  return raft_->Propose(std::move(entry));
}

Status TestNode::ProposeLeave() {
  const Membership& joint = raft_->membership();
  return ProposeConfiguration({false, joint.voters, joint.learners});
}

Membership MakeMembership(uint32_t voters, uint32_t learners) {
  Membership out;
  for (uint32_t i = 1; i <= voters; ++i) out.voters.push_back(NodeId(i));
  for (uint32_t i = 1; i <= learners; ++i) out.learners.push_back(NodeId(voters + i));
  return out;
}

}  // namespace suyuan::consensus::testing
