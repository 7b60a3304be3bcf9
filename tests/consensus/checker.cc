#include "tests/consensus/checker.h"

#include <algorithm>

#include "consensus/quorum.h"

namespace suyuan::consensus::testing {

void Checker::Expect(bool condition, const std::string& what) {
  if (!condition && violation_.empty()) violation_ = what;
}

void Checker::RecordVote(NodeId voter, Term term, NodeId candidate) {
  if (candidate == kNobody) return;
  auto [it, fresh] = vote_of_.try_emplace({voter, term}, candidate);
  Expect(it->second == candidate, "a node voted twice in one term");
}

void Checker::OnSend(const TestNode& node, const Message& m) {
  const HardState& durable = node.disk().state();
  const bool about_future = m.type == MessageType::kPreVote || m.type == MessageType::kPreVoteReply;
  Expect(about_future || m.term <= durable.term, "a message tells of a term that is not durable");
  if (m.type == MessageType::kVoteReply && !m.reject) RecordVote(node.id(), m.term, m.to);
  if (m.type == MessageType::kVote) RecordVote(node.id(), m.term, node.id());
  if (m.type == MessageType::kAppendReply && !m.reject && m.term == durable.term)
    Expect(m.index <= node.disk().LastIndex(), "an acknowledged entry is not durable");
  if (m.type == MessageType::kHeartbeat) Expect(m.entries.empty(), "a heartbeat with entries");
}

void Checker::OnWritten(const TestNode& node, const TestNode::Write& write) {
  if (write.state) RecordVote(node.id(), write.state->term, write.state->vote);
  for (const Entry& entry : write.entries) {
    const Index before = entry.index - 1;
    const EntryId previous{before, node.disk().TermAt(before).value(),
                           node.disk().HashAt(before).value()};
    const std::pair<EntryId, EntryId> fact{IdOf(entry), previous};
    auto [it, fresh] = made_.try_emplace({entry.index, entry.term}, fact);
    Expect(it->second == fact, "logs agree at an index and term, but not before (log matching)");
  }
}

void Checker::OnReady(const TestNode& node, const Ready& ready) {
  for (const ReadState& read : ready.reads) {
    auto it = read_floor_.find(read.context);
    Expect(it != read_floor_.end(), "an answer to a read that nobody asks");
    if (it == read_floor_.end()) continue;
    Expect(read.index >= it->second, "a stale read index");
    read_floor_.erase(it);
    ++reads_served_;
  }
  for (uint64_t context : ready.failed_reads) OnReadFailed(context);
  if (ready.committed_to > ready.committed_from)
    Expect(ready.committed_to <= node.disk().LastIndex(), "handed out before it was durable");
  for (const Entry& entry : node.applied())
    if (entry.index > ready.committed_from)
      Expect(entry.index.value() <= committed_.size() &&
                 committed_[entry.index.value() - 1] == IdOf(entry),
             "different entries applied at one index (state machine safety)");
}

void Checker::OnReadAsked(uint64_t context) { read_floor_[context] = Index(committed_.size()); }

void Checker::OnReadFailed(uint64_t context) { read_floor_.erase(context); }

void Checker::OnRestart(const TestNode& node) { seen_.erase(node.id()); }

void Checker::AfterEvent() {
  for (const TestNode* node : nodes_) {
    if (!node->up()) continue;
    Seen& seen = seen_[node->id()];
    const Raft& raft = node->raft();
    if (raft.term() == seen.term && raft.commit() == seen.commit && raft.role() != Role::kLeader)
      continue;
    Expect(raft.term() >= seen.term, "a term went back");
    Expect(raft.commit() >= seen.commit, "a commit index went back");
    Expect(raft.applied() <= raft.commit() && raft.commit() <= raft.LastIndex(),
           "applied ≤ commit ≤ last does not hold");
    if (raft.role() == Role::kLeader) CheckLeader(*node);
    if (raft.commit() > seen.commit) CheckCommit(*node);
    seen = {raft.term(), raft.commit()};
  }
}

void Checker::CheckLeader(const TestNode& node) {
  const Raft& raft = node.raft();
  auto [it, fresh] = leader_of_.try_emplace(raft.term(), node.id());
  Expect(it->second == node.id(), "two leaders in one term (election safety)");
  Expect(raft.membership_index() > raft.commit() || IsVoter(raft.membership(), node.id()),
         "a leader that was removed leads on");
  if (!fresh) return;
  Expect(node.disk().state().term == raft.term() && node.disk().state().vote == node.id(),
         "a leader whose own vote is not durable");
  if (committed_.empty()) return;
  // By log matching the last committed entry stands for all before it.
  const EntryId& last = committed_.back();
  auto entry = raft.EntryAt(last.index);
  Expect(entry.ok() ? IdOf(*entry) == last : Holds(node, last),
         "a leader without a committed entry (leader completeness)");
}

void Checker::CheckCommit(const TestNode& node) {
  for (Index i = seen_[node.id()].commit + 1; i <= node.raft().commit(); ++i) {
    auto entry = node.raft().EntryAt(i);
    if (!entry.ok()) {  // a snapshot went past it
      Expect(i.value() <= committed_.size(), "a snapshot of what is not committed");
      continue;
    }
    const EntryId id = IdOf(*entry);
    if (i.value() <= committed_.size()) {
      Expect(committed_[i.value() - 1] == id, "two entries committed at one index");
      continue;
    }
    Expect(DurableOnQuorum(node, id), "committed without a durable quorum");
    committed_.push_back(id);
  }
}

bool Checker::DurableOnQuorum(const TestNode& counting, const EntryId& id) const {
  return QuorumValue(counting.raft().membership(), [&](NodeId member) -> uint64_t {
           for (const TestNode* node : nodes_)
             if (node->id() == member) return Holds(*node, id) ? 1 : 0;
           return 0;
         }) == 1;
}

// In its log, or in the state that took the log's place.
bool Checker::Holds(const TestNode& node, const EntryId& id) {
  if (const Entry* entry = node.disk().Find(id.index)) return IdOf(*entry) == id;
  return id.index < node.disk().FirstIndex() && id.index.value() <= node.applied().size() &&
         IdOf(node.applied()[id.index.value() - 1]) == id;
}

}  // namespace suyuan::consensus::testing
