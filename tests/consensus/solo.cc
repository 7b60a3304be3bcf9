#include "tests/consensus/solo.h"

#include "common/check.h"
#include "tests/consensus/transcript.h"

namespace suyuan::consensus::testing {

RaftConfig Solo::Config(const Options& options) {
  RaftConfig config;
  config.id = NodeId(options.id);
  config.membership = MakeMembership(options.voters, options.learners);
  return config;
}

std::vector<Message> Solo::Pump() {
  std::vector<Message> sent;
  while (raft().HasReady()) {
    last_ready_ = node_.Take();
    sent.insert(sent.end(), last_ready_.messages.begin(), last_ready_.messages.end());
    reads_.insert(reads_.end(), last_ready_.reads.begin(), last_ready_.reads.end());
    failed_reads_.insert(failed_reads_.end(), last_ready_.failed_reads.begin(),
                         last_ready_.failed_reads.end());
    became_leader_ = became_leader_ || last_ready_.became_leader;
    lost_leadership_ = lost_leadership_ || last_ready_.lost_leadership;
    while (!node_.writes().empty())
      for (Message& m : node_.CompleteWrite()) sent.push_back(std::move(m));
  }
  return sent;
}

Status Solo::Step(Message m) { return raft().Step(std::move(m)); }

std::vector<Message> Solo::Exchange(Message m) {
  const Status status = Step(std::move(m));
  SUYUAN_CHECK(status.ok(), status.error().ToString());
  return Pump();
}

void Solo::Tick(uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) raft().Tick();
}

std::vector<Message> Solo::TickToCampaign() {
  for (uint32_t i = 0; i < 2 * node_.config().election_ticks; ++i) {
    raft().Tick();
    if (raft().role() != Role::kFollower) break;
  }
  return Pump();
}

void Solo::Campaign() {
  TickToCampaign();
  for (NodeId voter : raft().membership().voters) {
    if (voter == node_.id() || raft().role() != Role::kPreCandidate) continue;
    Message yes = From(voter.value(), MessageType::kPreVoteReply);
    yes.term = raft().term() + 1;
    SUYUAN_CHECK(Step(yes).ok(), "a yes was refused");
  }
  Pump();
}

void Solo::Elect() {
  Campaign();
  for (NodeId voter : raft().membership().voters)
    if (voter != node_.id() && raft().role() == Role::kCandidate)
      SUYUAN_CHECK(Step(From(voter.value(), MessageType::kVoteReply)).ok(), "a yes was refused");
  Pump();
  SUYUAN_CHECK(raft().role() == Role::kLeader, "not elected");
}

void Solo::Lead() {
  Elect();
  SUYUAN_CHECK(node_.Propose("first").ok(), "the first entry was refused");
  Pump();
  if (node_.config().membership.voters.size() > 1) Acknowledge(2);
}

std::vector<Message> Solo::Acknowledge(uint32_t from) {
  Message ack = From(from, MessageType::kAppendReply);
  ack.index = raft().LastIndex();
  return Exchange(ack);
}

Message Solo::From(uint32_t from, MessageType type) {
  return {.type = type, .from = NodeId(from), .to = node_.id(), .term = raft().term()};
}

Message Solo::Heartbeat(uint32_t from, uint64_t commit) {
  if (const Entry* held = disk().Find(Index(commit))) return Heartbeat(from, *held);
  Message m = From(from, MessageType::kHeartbeat);
  m.commit = Index(commit);
  return m;
}

Message Solo::Heartbeat(uint32_t from, const Entry& committed) {
  Message m = From(from, MessageType::kHeartbeat);
  m.commit = committed.index;
  m.log_term = committed.term;
  m.log_hash = committed.hash;
  return m;
}

Message Solo::Append(uint32_t from, uint64_t term, uint64_t previous_index, uint64_t previous_term,
                     std::vector<Entry> entries, uint64_t commit) {
  Message m{.type = MessageType::kAppend,
            .from = NodeId(from),
            .to = node_.id(),
            .term = Term(term),
            .index = Index(previous_index),
            .log_term = Term(previous_term),
            .commit = Index(commit),
            .entries = std::move(entries)};
  m.log_hash = previous_index == 0 ? GenesisHash() : Old(previous_index, previous_term).hash;
  return m;
}

std::vector<Message> OfType(const std::vector<Message>& messages, MessageType type) {
  std::vector<Message> out;
  for (const Message& m : messages)
    if (m.type == type) out.push_back(m);
  return out;
}

std::string Words(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& m : messages) out += (out.empty() ? "" : "; ") + Describe(m);
  return out;
}

std::vector<NodeId> Ids(const std::vector<uint32_t>& numbers) {
  std::vector<NodeId> out;
  for (uint32_t n : numbers) out.push_back(NodeId(n));
  return out;
}

Entry ConfigurationEntry(uint64_t index, uint64_t term, bool joint,
                         const std::vector<uint32_t>& voters,
                         const std::vector<uint32_t>& learners) {
  Entry entry = Old(index, term);  // so that Solo::Append knows its hash
  entry.configuration =
      std::make_shared<const Configuration>(Configuration{joint, Ids(voters), Ids(learners)});
  return entry;
}

Entry Old(uint64_t index, uint64_t term) {
  return MakeEntry(index, term, "t" + std::to_string(term));
}

}  // namespace suyuan::consensus::testing
