// What the commands of a transcript do.
#include <algorithm>
#include <sstream>

#include "common/check.h"
#include "tests/consensus/transcript.h"

namespace suyuan::consensus::testing {

const std::map<std::string, TranscriptCluster::Handler>& TranscriptCluster::Handlers() {
  using C = TranscriptCluster;
  static const std::map<std::string, Handler> kHandlers = {
      {"add-nodes", &C::AddNodes}, {"add-node", &C::AddNode},
      {"campaign", &C::Campaign},  {"tick", &C::Tick},
      {"propose", &C::Propose},    {"ready", &C::ReadyOnce},
      {"deliver", &C::Deliver},    {"lose", &C::Lose},
      {"double", &C::Double},      {"stabilize", &C::Stabilize},
      {"network", &C::Network},    {"cut", &C::Cut},
      {"heal", &C::Heal},          {"isolate", &C::Isolate},
      {"slow-disk", &C::SlowDisk}, {"fast-disk", &C::FastDisk},
      {"write", &C::WriteOnce},    {"read", &C::Read},
      {"transfer", &C::Transfer},  {"refuse", &C::Refuse},
      {"status", &C::ShowStatus},  {"log", &C::ShowLog},
      {"crash", &C::Crash},        {"restart", &C::Restart},
      {"wipe", &C::Wipe},          {"configure", &C::Configure},
      {"leave", &C::Leave},        {"members", &C::ShowMembers},
      {"compact", &C::Compact},    {"send-snapshot", &C::SendSnapshot},
  };
  return kHandlers;
}

std::string TranscriptCluster::Run(const TranscriptCommand& command) {
  out_.clear();
  indent_ = 0;
  auto it = Handlers().find(command.name);
  if (it == Handlers().end()) return "error: no such command\n";
  (this->*it->second)(command);
  return out_.empty() ? "ok\n" : FoldRepetitions(out_);
}

void TranscriptCluster::Line(const std::string& line) {
  out_ += std::string(indent_, ' ') + line + "\n";
}

void TranscriptCluster::Outcome(const Status& status) {
  if (!status.ok()) Line("error: " + status.error().ToString());
}

TestNode& TranscriptCluster::At(uint64_t id) {
  auto it = nodes_.find(id);
  SUYUAN_CHECK(it != nodes_.end(), "no such node");
  return *it->second;
}

std::vector<uint64_t> TranscriptCluster::Chosen(const TranscriptCommand& c) const {
  std::vector<uint64_t> out;
  for (size_t i = 0; i < c.words.size(); ++i) out.push_back(c.Word(i));
  if (out.empty())
    for (const auto& [id, node] : nodes_) out.push_back(id);
  std::erase_if(out, [this](uint64_t id) { return !nodes_.at(id)->up(); });
  return out;
}

void TranscriptCluster::AddNodes(const TranscriptCommand& c) {
  const auto voters = static_cast<uint32_t>(c.Word(0));
  const auto learners = static_cast<uint32_t>(c.Option("learners", 0));
  first_entry_by_hand_ = c.Has("first-entry");
  for (uint32_t i = 1; i <= voters + learners; ++i) {
    RaftConfig config;
    config.id = NodeId(i);
    config.membership = MakeMembership(voters, learners);
    config.election_ticks = static_cast<uint32_t>(c.Option("election", 10));
    config.heartbeat_ticks = static_cast<uint32_t>(c.Option("heartbeat", 1));
    config.inflight_appends_max = static_cast<uint32_t>(c.Option("inflight", 64));
    config.inflight_bytes_max = c.Option("inflight-bytes", 1 << 20);
    config.append_bytes_max = c.Option("append-bytes", 1 << 20);
    config.uncommitted_bytes_max = c.Option("uncommitted", 1 << 20);
    nodes_[i] = std::make_unique<TestNode>(config);
    nodes_[i]->Start();
  }
}

void TranscriptCluster::AddNode(const TranscriptCommand& c) {
  RaftConfig config;
  config.id = NodeId(static_cast<uint32_t>(c.Word(0)));
  config.membership.voters = c.Ids("voters");
  config.membership.learners = c.Ids("learners");
  auto node = std::make_unique<TestNode>(config);
  node->disk().Preload(c.Numbers("log"), {Term(c.Option("term", 0)),
                                          NodeId(static_cast<uint32_t>(c.Option("vote", 0))),
                                          Index(c.Option("commit", 0))});
  first_entry_by_hand_ = first_entry_by_hand_ || c.Has("first-entry");
  if (c.Has("first")) node->ForgetUpTo(Index(c.Option("first", 1) - 1));
  node->Start();
  nodes_[c.Word(0)] = std::move(node);
}

void TranscriptCluster::Campaign(const TranscriptCommand& c) {
  TestNode& node = At(c.Word(0));
  // A campaign begins when the randomised timeout is over; the first of its messages tells.
  for (uint32_t i = 0; i < 2 * node.config().election_ticks; ++i) {
    node.raft().Tick();
    if (node.raft().role() == Role::kPreCandidate || node.raft().role() == Role::kCandidate) return;
  }
  Line("error: no campaign");
}

void TranscriptCluster::Tick(const TranscriptCommand& c) {
  const uint64_t count = c.words.size() > 1 ? c.Word(1) : 1;
  for (uint64_t i = 0; i < count; ++i)
    for (auto& [id, node] : nodes_)
      if (node->up() && (c.words[0] == "all" || c.Word(0) == id)) node->raft().Tick();
}

void TranscriptCluster::Propose(const TranscriptCommand& c) {
  std::string data = c.words.size() > 1 ? c.words[1] : "";
  if (c.Has("size")) data.resize(c.Option("size", 0), '.');
  for (uint64_t i = 0; i < c.Option("count", 1); ++i) Outcome(At(c.Word(0)).Propose(data));
}

void TranscriptCluster::ReadyOnce(const TranscriptCommand& c) {
  if (At(c.Word(0)).raft().HasReady()) {
    ProcessReady(At(c.Word(0)));
  } else {
    Line("nothing to do");
  }
}

void TranscriptCluster::ProcessReady(TestNode& node) {
  Ready ready = node.Take();
  Line("node " + std::to_string(node.id().value()) + " is ready:");
  indent_ += 2;
  DescribeReady(node, ready);
  Enqueue(std::move(ready.messages));
  if (ready.became_leader && !first_entry_by_hand_) Outcome(node.Propose(""));
  if (slow_disks_.count(node.id().value()) == 0)
    while (!node.writes().empty()) Finish(node);
  indent_ -= 2;
}

void TranscriptCluster::DescribeReady(const TestNode& node, const Ready& ready) {
  std::ostringstream s;
  if (ready.lost_leadership) Line("lost leadership");
  if (ready.became_leader)
    Line("became leader" + std::string(first_entry_by_hand_ ? "" : ", proposes the first entry"));
  for (const Message& m : ready.messages) Line("send now:   " + Describe(m));
  DescribeMembership(ready);
  if (ready.hard_state) {
    s << "write:      term=" << ready.hard_state->term << " vote=" << ready.hard_state->vote
      << " commit=" << ready.hard_state->commit;
    Line(s.str());
  }
  for (const Entry& e : ready.entries) {
    s.str("");
    s << "write:      entry " << e.index << "/" << e.term;
    Line(s.str());
  }
  for (const Message& m : ready.messages_after_persist) Line("send after: " + Describe(m));
  for (Index i = ready.committed_from + 1; i <= ready.committed_to; ++i) {
    const Entry& e = node.applied()[i.value() - 1];
    Line("apply:      " + std::to_string(i.value()) + "/" + std::to_string(e.term.value()) +
         (e.bytes() > 16 ? "" : " \"" + *e.data + "\""));
  }
  for (const ReadState& read : ready.reads)
    Line("read:       " + std::to_string(read.context) + " may be served at index " +
         std::to_string(read.index.value()));
  for (uint64_t context : ready.failed_reads)
    Line("read:       " + std::to_string(context) + " failed, ask again");
}

void TranscriptCluster::Finish(TestNode& node) {
  const TestNode::Write& write = node.writes().front();
  if (!write.entries.empty() || write.state || write.snapshot)
    if (slow_disks_.count(node.id().value()) > 0)
      Line("node " + std::to_string(node.id().value()) + " wrote Ready " +
           std::to_string(node.writes().front().number));
  Enqueue(node.CompleteWrite());
}

void TranscriptCluster::Enqueue(std::vector<Message> messages) {
  for (Message& m : messages)
    if (cuts_.count({m.from.value(), m.to.value()}) == 0) network_.push_back(std::move(m));
}

std::vector<Message> TranscriptCluster::Pick(const TranscriptCommand& c) {
  std::vector<Message> out;
  uint64_t left = c.Option("count", UINT64_MAX);
  for (auto it = network_.begin(); it != network_.end() && left > 0;) {
    const bool fits = it->to.value() == c.Word(0) &&
                      (!c.Has("from") || it->from.value() == c.Option("from", 0)) &&
                      (!c.Has("type") || ToString(it->type) == c.options.at("type"));
    if (!fits) {
      ++it;
      continue;
    }
    out.push_back(std::move(*it));
    it = network_.erase(it);
    --left;
  }
  return out;
}

void TranscriptCluster::Deliver(const TranscriptCommand& c) {
  for (Message& m : Pick(c)) Receive(At(c.Word(0)), std::move(m));
}

void TranscriptCluster::Receive(TestNode& node, Message m) {
  const std::string text = Describe(m);
  if (!node.up() || cuts_.count({m.from.value(), m.to.value()}) > 0) {
    Line("lost:     " + text);
    return;
  }
  Line("receives: " + text);
  Outcome(node.raft().Step(std::move(m)));
}

void TranscriptCluster::Lose(const TranscriptCommand& c) {
  for (const Message& m : Pick(c)) Line("lost:     " + Describe(m));
}

void TranscriptCluster::Double(const TranscriptCommand& c) {
  for (const Message& m : network_) {
    if (m.to.value() != c.Word(0)) continue;
    if (c.Has("type") && ToString(m.type) != c.options.at("type")) continue;
    Line("doubled:  " + Describe(m));
    const Message copy = m;
    network_.push_back(copy);
    return;
  }
}

void TranscriptCluster::Stabilize(const TranscriptCommand& c) {
  const std::vector<uint64_t> ids = Chosen(c);
  auto among = [&ids](uint64_t id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
  const std::string before = out_;
  for (int round = 0; round < 200; ++round) {
    bool moved = false;
    for (uint64_t id : ids) {
      if (!At(id).raft().HasReady()) continue;
      ProcessReady(At(id));
      moved = true;
    }
    std::vector<Message> now;
    std::swap(now, network_);
    for (Message& m : now) {
      const bool inside =
          among(m.to.value()) || (nodes_.count(m.to.value()) && !At(m.to.value()).up());
      if (!inside) {
        network_.push_back(std::move(m));
        continue;
      }
      Receive(At(m.to.value()), std::move(m));
      moved = true;
    }
    if (moved) continue;
    if (c.Has("quietly")) out_ = before;
    return;
  }
  Line("error: no end in sight");
}

void TranscriptCluster::Network(const TranscriptCommand&) {
  for (const Message& m : network_) Line(Describe(m));
  if (network_.empty()) Line("nothing under way");
}

void TranscriptCluster::Cut(const TranscriptCommand& c) { cuts_.insert({c.Word(0), c.Word(1)}); }
void TranscriptCluster::Heal(const TranscriptCommand&) { cuts_.clear(); }

void TranscriptCluster::Isolate(const TranscriptCommand& c) {
  for (const auto& [id, node] : nodes_) {
    cuts_.insert({c.Word(0), id});
    cuts_.insert({id, c.Word(0)});
  }
}

void TranscriptCluster::SlowDisk(const TranscriptCommand& c) { slow_disks_.insert(c.Word(0)); }

void TranscriptCluster::FastDisk(const TranscriptCommand& c) {
  while (!At(c.Word(0)).writes().empty()) Finish(At(c.Word(0)));
  slow_disks_.erase(c.Word(0));
}

void TranscriptCluster::WriteOnce(const TranscriptCommand& c) {
  if (At(c.Word(0)).writes().empty()) return Line("nothing to write");
  Finish(At(c.Word(0)));
}

void TranscriptCluster::Read(const TranscriptCommand& c) {
  Outcome(At(c.Word(0)).raft().ReadIndex(c.Word(1)));
}

void TranscriptCluster::Transfer(const TranscriptCommand& c) {
  Outcome(At(c.Word(0)).raft().TransferLeadership(NodeId(static_cast<uint32_t>(c.Word(1)))));
}

void TranscriptCluster::Refuse(const TranscriptCommand& c) {
  Raft& raft = At(c.Word(0)).raft();
  raft.RefuseLeader(Term(c.Word(1)), raft.leader());
}

void TranscriptCluster::ShowStatus(const TranscriptCommand& c) {
  for (uint64_t id : Chosen(c)) {
    const Raft& raft = At(id).raft();
    std::ostringstream s;
    s << "node " << id << ": " << ToString(raft.role()) << " term=" << raft.term()
      << " leader=" << raft.leader() << " commit=" << raft.commit() << " applied=" << raft.applied()
      << " last=" << raft.LastIndex() << "/" << raft.LastTerm();
    if (raft.uncommitted_bytes() > 0) s << " uncommitted=" << raft.uncommitted_bytes() << " bytes";
    Line(s.str());
    if (raft.role() != Role::kLeader) continue;
    for (const auto& [other, node] : nodes_) {
      const Raft::Progress p = raft.ProgressOf(NodeId(static_cast<uint32_t>(other)));
      s.str("");
      s << "  of node " << other << ": match=" << p.match << " next=" << p.next
        << (p.recently_active ? " active" : " silent")
        << (p.needs_snapshot ? ", needs a snapshot" : "") << (p.lost_log ? ", lost its log" : "");
      Line(s.str());
    }
  }
}

void TranscriptCluster::ShowLog(const TranscriptCommand& c) {
  for (uint64_t id : Chosen(c)) {
    const Raft& raft = At(id).raft();
    std::string line = "node " + std::to_string(id) + ":";
    for (Index i = At(id).disk().FirstIndex(); i <= raft.LastIndex(); ++i) {
      line += i == raft.commit() + 1 ? " |" : "";
      line += " " + std::to_string(i.value()) + "/" +
              std::to_string(raft.EntryAt(i).value().term.value());
    }
    Line(line);
  }
}

void TranscriptCluster::Crash(const TranscriptCommand& c) { At(c.Word(0)).Crash(); }

void TranscriptCluster::Restart(const TranscriptCommand& c) { At(c.Word(0)).Start(); }

}  // namespace suyuan::consensus::testing
