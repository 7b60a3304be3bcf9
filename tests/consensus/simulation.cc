#include "tests/consensus/simulation.h"

#include <utility>

namespace suyuan::consensus::testing {

Simulation::Simulation(SimulationConfig config) : config_(config), random_(config.seed, 0) {
  const Membership membership = MakeMembership(config.voters, config.learners);
  std::vector<TestNode*> raw;
  for (uint32_t i = 1; i <= config.voters + config.learners + config.strangers; ++i) {
    RaftConfig raft;
    raft.id = NodeId(i);
    raft.membership = membership;
    raft.election_ticks = 5;
    raft.append_bytes_max = 24;  // a few entries a message
    raft.inflight_appends_max = 1 + static_cast<uint32_t>(random_.Below(4));
    raft.inflight_bytes_max = 64;
    raft.uncommitted_bytes_max = 128;
    raft.seed = random_.Next();
    nodes_.push_back(std::make_unique<TestNode>(raft));
    nodes_.back()->Start();
    raw.push_back(nodes_.back().get());
  }
  checker_ = std::make_unique<Checker>(raw);
  cut_.assign(nodes_.size() + 1, std::vector<bool>(nodes_.size() + 1, false));
  loss_percent_ = random_.Below(20);
  doubling_percent_ = random_.Below(15);
  tick_percent_ = 10 + random_.Below(25);
  slow_disk_percent_ = random_.Below(90);
  if (config.voters == 2) return;  // each needs the other: slower, they would get nothing done
  in_order_percent_ = 50 + random_.Below(50);
  ready_percent_ = Chance(30) ? 20 + random_.Below(40) : 80;
}

std::string Simulation::Run() {
  for (uint32_t i = 0; i < config_.events; ++i) {
    Event();
    checker_->AfterEvent();
    if (!checker_->violation().empty())
      return checker_->violation() + " after event " + std::to_string(i);
  }
  return Heal();
}

void Simulation::Event() {
  const uint64_t dice = random_.Below(100);
  TestNode& node = AnyNode();
  if (dice < tick_percent_) {
    if (node.up()) node.raft().Tick();
  } else if (dice < 80) {
    DeliverSome();
  } else if (dice < 94) {
    Client(node);
  } else {
    Disturb();
  }
  if (config_.changes) Reconfigure();
  for (auto& each : nodes_) {
    if (!each->up()) continue;
    if (each->raft().HasReady() && Chance(ready_percent_)) TakeReady(*each);
    if (!each->writes().empty() && !Chance(slow_disk_percent_)) CompleteWrite(*each);
  }
}

void Simulation::DeliverSome() {
  for (int i = 0; i < 3 && !network_.empty(); ++i) {
    // Mostly in order, sometimes not.
    const size_t position = Chance(in_order_percent_) ? 0 : random_.Below(network_.size());
    if (Chance(loss_percent_)) {
      network_.erase(network_.begin() + static_cast<ptrdiff_t>(position));
    } else {
      if (Chance(doubling_percent_)) network_.push_back(network_[position]);
      Deliver(position);
    }
  }
}

void Simulation::Deliver(size_t position) {
  Message m = std::move(network_[position]);
  network_.erase(network_.begin() + static_cast<ptrdiff_t>(position));
  TestNode& to = *nodes_[m.to.value() - 1];
  if (!to.up() || cut_[m.from.value()][m.to.value()]) return;
  NoteMessage(m);
  // Nobody lies here, so nothing may be refused.
  const Status status = to.raft().Step(std::move(m));
  SUYUAN_CHECK(status.ok(), "a correct member's message was refused: " + status.error().ToString());
  checker_->AfterEvent();
}

void Simulation::Disturb() {
  switch (random_.Below(6)) {
    case 0:
    case 1:
      return CrashOrRestart(AnyNode());
    case 2:
    case 3:
      return Cut();
    case 4: {
      TestNode& node = AnyNode();
      if (!node.up() || !Chance(30)) return;
      node.raft().RefuseLeader(node.raft().term(), node.raft().leader());
      refusers_.insert(node.id());
      return;
    }
    default:
      for (auto& row : cut_) row.assign(row.size(), false);
  }
}

void Simulation::Cut() {
  const uint64_t from = 1 + random_.Below(nodes_.size());
  if (Chance(50)) {  // one direction of one link
    cut_[from][1 + random_.Below(nodes_.size())] = true;
    return;
  }
  for (uint64_t other = 1; other <= nodes_.size(); ++other)
    cut_[from][other] = cut_[other][from] = true;
}

void Simulation::CrashOrRestart(TestNode& node) {
  if (!node.up()) {
    node.Start();
    checker_->OnRestart(node);
    return;
  }
  const size_t kept = random_.Below(node.writes().size() + 1);
  const std::deque<TestNode::Write> writes = node.writes();
  node.Crash(kept, random_.Below(4));
  for (size_t i = 0; i < kept && i < writes.size(); ++i)
    if (writes[i].state) checker_->OnWritten(node, {0, writes[i].state, {}, {}, {}});
  Note(0xdead0000 + node.id().value());
}

void Simulation::Client(TestNode& node) {
  if (!node.up()) return;
  const uint64_t dice = random_.Below(10);
  if (dice < 6) {
    // Clients look for the leader.
    for (auto& each : nodes_)
      if (each->up() && each->raft().role() == Role::kLeader) (void)each->Propose("payload8");
  } else if (dice < 9) {
    // Now and then a retry under the context of an earlier read.
    const uint64_t context = Chance(20) ? 1 + random_.Below(next_context_) : next_context_++;
    // Contexts are the caller's own: of one node only.
    const uint64_t own = context * 16 + node.id().value();
    if (node.raft().ReadIndex(own).ok()) checker_->OnReadAsked(own);
  } else if (Chance(30)) {
    (void)node.raft().TransferLeadership(AnyNode().id());
  }
}

void Simulation::TakeReady(TestNode& node) {
  Ready ready = node.Take();
  checker_->AfterEvent();
  checker_->OnReady(node, ready);
  if (ready.snapshot_needed) wants_snapshot_[node.id()] = ready.snapshot_needed->index;
  Note(ready.number);
  Note(ready.committed_to.value());
  Send(node, std::move(ready.messages));
  if (ready.became_leader) {
    // It may wait only behind a client that was faster.
    const Status status = node.Propose("");
    SUYUAN_CHECK(status.ok() || node.raft().role() != Role::kLeader ||
                     status.error().code == ErrorCode::kNoLeader ||
                     node.raft().LastTerm() == node.raft().term(),
                 "the first entry of a term was refused");
  }
  const RaftConfig& limits = node.config();
  SUYUAN_CHECK(node.raft().uncommitted_bytes() <= limits.uncommitted_bytes_max + 64,
               "the uncommitted tail grew");
}

void Simulation::CompleteWrite(TestNode& node) {
  const TestNode::Write write = node.writes().front();
  std::vector<Message> messages = node.CompleteWrite();
  checker_->OnWritten(node, write);
  checker_->AfterEvent();
  Send(node, std::move(messages));
}

void Simulation::Send(const TestNode& from, std::vector<Message> messages) {
  for (Message& m : messages) {
    checker_->OnSend(from, m);
    network_.push_back(std::move(m));
  }
  while (network_.size() > 500) network_.pop_front();
}

void Simulation::NoteMessage(const Message& m) {
  Note(static_cast<uint64_t>(m.type) << 56 | static_cast<uint64_t>(m.from.value()) << 8 |
       m.to.value());
  Note(m.term.value() << 32 | m.index.value());
  Note(m.commit.value() << 32 | m.entries.size() << 1 | (m.reject ? 1 : 0));
}

// After the faults: everything is repaired, and the cluster must commit something new on every
// node within a bounded number of rounds.
std::string Simulation::Heal() {
  for (auto& row : cut_) row.assign(row.size(), false);
  for (auto& node : nodes_) {
    // Whoever refuses a leader that the others follow waits for its term to end; a restart, which
    // forgets the refusal, is the operator's remedy.
    if (node->up() && refusers_.count(node->id()) > 0) CrashOrRestart(*node);
    if (!node->up()) CrashOrRestart(*node);
  }
  const size_t before = checker_->committed();
  for (int round = 0; round < 400; ++round) {
    HealOnce();
    if (!checker_->violation().empty()) return checker_->violation() + " while healing";
    if (config_.changes) FinishChanges();
    for (auto& node : nodes_)
      if (node->raft().role() == Role::kLeader && round % 5 == 0) (void)node->Propose("healed");
    bool all = checker_->committed() > before && Settled();
    for (auto& node : nodes_)
      all = all && (node->applied().size() > before || !IsMember(node->id()));
    if (all) return StayCalm();
  }
  return "no progress after the faults ended";
}

// One tick for everybody, and time enough for all that follows from it.
void Simulation::HealOnce() {
  for (auto& node : nodes_) node->raft().Tick();
  for (int i = 0; i < 20; ++i) {
    for (auto& node : nodes_) {
      while (node->raft().HasReady()) TakeReady(*node);
      while (!node->writes().empty()) CompleteWrite(*node);
    }
    for (size_t n = network_.size(); n > 0 && !network_.empty(); --n) Deliver(0);
    checker_->AfterEvent();
  }
}

}  // namespace suyuan::consensus::testing
