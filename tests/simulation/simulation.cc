#include "tests/simulation/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "common/codec.h"
#include "common/hash.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/sim_node.h"

namespace suyuan::simulation {
namespace {

class Cluster {
 public:
  Cluster(const World& world, const Options& options, std::string* transcript);
  Outcome Run();

 private:
  using Action = std::function<void()>;
  void At(uint64_t when_ms, Action action) {
    events_.emplace(std::pair(when_ms, ++sequence_), std::move(action));
  }
  void After(uint64_t ms, Action action) { At(now_ms_ + ms, std::move(action)); }
  uint64_t Draw(int from, int to) {
    return static_cast<uint64_t>(from) + random_() % static_cast<uint64_t>(to - from + 1);
  }
  bool Chance(int permille) {
    return !healing_ && random_() % 1000 < static_cast<uint64_t>(permille);
  }
  void Note(const std::string& line);

  void Start(int node);
  void Kill(int node);
  // Runs an input of a node; a planned crash inside takes it down.
  void OnNode(int node, const std::function<void(SimNode&, uint64_t now)>& input);
  void Tick(int node);
  void Send(consensus::Message message);
  void Deliver(const consensus::Message& message);
  void Forward(int from, int to, const ledger::Parcel& parcel);
  void Client(size_t transaction);
  void Trouble();
  bool Cut(int from, int to) const { return cuts_.contains({from, to}); }
  bool AtRest() const;
  void CheckEnd();
  uint64_t ClockOf(int node) const {
    return test::kWorldTimeMs + now_ms_ + skew_[static_cast<size_t>(node)];
  }

  const World& world_;
  const Options options_;
  std::string* const transcript_;
  std::mt19937_64 random_;
  std::map<std::pair<uint64_t, uint64_t>, Action> events_;  // (time, sequence): a total order
  uint64_t sequence_ = 0, now_ms_ = 0;
  bool healing_ = false;
  std::vector<NodeHooks> hooks_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::vector<uint64_t> skew_;
  std::vector<uint64_t> incarnation_;  // messages to an earlier life are not delivered
  std::set<std::pair<int, int>> cuts_;
  std::set<TxId> unanswered_;
  Sha256Stream trace_;
  Outcome outcome_;
  OneLeaderATerm leaders_;
  OneHistory history_;
  Monotone monotone_;
  OneVote votes_;
  Acknowledged acknowledged_;
};

Cluster::Cluster(const World& world, const Options& options, std::string* transcript)
    : world_(world), options_(options), transcript_(transcript), random_(options.seed) {
  for (int i = 0; i < options.nodes; ++i) {
    NodeHooks h;
    h.send = [this](consensus::Message m) { Send(std::move(m)); };
    h.forward = [this, i](int to, const ledger::Parcel& p) { Forward(i, to, p); };
    h.answer = [this](const TxId& id, const ledger::StoredOutcome& o) {
      acknowledged_.Ack(id, o);
      if (unanswered_.erase(id) > 0) ++outcome_.acknowledged;
    };
    h.applied = [this](int node, const ledger::Store& store) {
      history_.Applied(node, store.head(), store.Summary(store.head().height).value().log_root);
      Note("applied " + std::to_string(node) + " " + std::to_string(store.head().height.value()) +
           " " + ToHex(store.head().state_root).substr(0, 8));
    };
    h.leads = [this](int node, Term term) {
      leaders_.Leads(node, term);
      ++outcome_.elections;
      Note("leads " + std::to_string(node) + " term " + std::to_string(term.value()));
    };
    h.voted = [this](int node, Term t, consensus::NodeId c) { votes_.Granted(node, t, c); };
    h.dies = [this] { return Chance(options_.crash_in_write_permille); };
    hooks_.push_back(std::move(h));
    skew_.push_back(options.clock_skew_ms == 0 ? 0 : Draw(0, options.clock_skew_ms));
    incarnation_.push_back(0);
  }
  for (int i = 0; i < options.nodes; ++i)
    nodes_.push_back(std::make_unique<SimNode>(world, i, hooks_[static_cast<size_t>(i)],
                                               options.block_transactions_max));
}

void Cluster::Note(const std::string& line) {
  std::string stamped = std::to_string(now_ms_) + " " + line + "\n";
  trace_.Update(stamped);
  if (transcript_ != nullptr) *transcript_ += stamped;
  ++outcome_.events;
}

void Cluster::Start(int node) {
  SimNode& n = *nodes_[static_cast<size_t>(node)];
  if (n.up()) return;
  n.Start(random_());
  ++incarnation_[static_cast<size_t>(node)];
  monotone_.Restarted(node, n.durable_term());
  Note("start " + std::to_string(node));
}

void Cluster::Kill(int node) {
  SimNode& n = *nodes_[static_cast<size_t>(node)];
  if (!n.up()) return;
  n.Kill();
  ++outcome_.crashes;
  Note("crash " + std::to_string(node));
  After(Draw(options_.restart_ms_min, options_.restart_ms_max), [this, node] { Start(node); });
}

void Cluster::OnNode(int node, const std::function<void(SimNode&, uint64_t)>& input) {
  SimNode& n = *nodes_[static_cast<size_t>(node)];
  if (!n.up()) return;
  try {
    input(n, ClockOf(node));
    monotone_.Observe(node, n.raft().term(), n.raft().commit(), n.raft().applied(),
                      n.raft().LastIndex());
  } catch (const Crash&) {
    Kill(node);
  }
}

void Cluster::Tick(int node) {
  OnNode(node, [](SimNode& n, uint64_t now) { n.Tick(now); });
  if (Chance(options_.crash_permille_per_tick)) Kill(node);
  After(static_cast<uint64_t>(options_.tick_ms), [this, node] { Tick(node); });
}

void Cluster::Send(consensus::Message message) {
  int from = static_cast<int>(message.from.value()) - 1,
      to = static_cast<int>(message.to.value()) - 1;
  if (Cut(from, to) || Chance(options_.loss_permille)) return;
  int copies = Chance(options_.duplicate_permille) ? 2 : 1;
  uint64_t life = incarnation_[static_cast<size_t>(to)];
  for (int i = 0; i < copies; ++i) {
    uint64_t delay = healing_ ? 1 : Draw(options_.delay_ms_min, options_.delay_ms_max);
    After(delay, [this, message, to, life] {
      if (life == incarnation_[static_cast<size_t>(to)]) Deliver(message);
    });
  }
}

void Cluster::Deliver(const consensus::Message& message) {
  int to = static_cast<int>(message.to.value()) - 1;
  Note("deliver " + std::string(consensus::ToString(message.type)) + " " +
       std::to_string(message.from.value()) + ">" + std::to_string(message.to.value()) + " t" +
       std::to_string(message.term.value()) + " i" + std::to_string(message.index.value()) + " n" +
       std::to_string(message.entries.size()) + (message.reject ? " no" : ""));
  OnNode(to, [&](SimNode& n, uint64_t now) { n.Receive(message, now); });
}

void Cluster::Forward(int from, int to, const ledger::Parcel& parcel) {
  if (Cut(from, to) || Chance(options_.loss_permille)) return;
  const TxId id = ledger::PeekTransactionId(*parcel.envelope).value();
  After(healing_ ? 1 : Draw(options_.delay_ms_min, options_.delay_ms_max), [this, to, parcel, id] {
    OnNode(to, [&](SimNode& n, uint64_t now) { n.Submit(parcel, id, false, now); });
  });
}

// A client sends its transaction to some node and tries again, the same bytes through another one,
// until it has an answer.
void Cluster::Client(size_t transaction) {
  const auto& tx = world_.transactions[transaction];
  if (!unanswered_.contains(tx.id)) return;
  int node = static_cast<int>(Draw(0, options_.nodes - 1));
  if (!Chance(options_.loss_permille))
    OnNode(node, [&](SimNode& n, uint64_t now) { n.Submit(tx.parcel, tx.id, true, now); });
  After(Draw(100, 300), [this, transaction] { Client(transaction); });
}

void Cluster::Trouble() {
  if (healing_) return;
  if (!cuts_.empty() && random_() % 20 == 0) {
    cuts_.clear();
    Note("mended");
  }
  if (Chance(options_.partition_permille_per_tick)) {
    int lonely = static_cast<int>(Draw(0, options_.nodes - 1));
    for (int other = 0; other < options_.nodes; ++other) {
      if (other == lonely) continue;
      cuts_.insert({lonely, other});
      if (options_.one_way == 0) cuts_.insert({other, lonely});
    }
    Note("cut " + std::to_string(lonely));
  }
  After(static_cast<uint64_t>(options_.tick_ms), [this] { Trouble(); });
}

bool Cluster::AtRest() const {
  if (!unanswered_.empty()) return false;
  for (const auto& n : nodes_)
    if (!n->up() || n->store().head().height.value() != history_.highest() ||
        n->raft().commit() != n->raft().LastIndex())
      return false;
  return true;
}

void Cluster::CheckEnd() {
  for (int i = 0; i < options_.nodes; ++i) {
    const SimNode& n = *nodes_[static_cast<size_t>(i)];
    acknowledged_.Check(i, n.store());
    Note("end " + std::to_string(i) + " " + ToHex(n.store().head().state_root));
  }
  outcome_.blocks = history_.highest();
}

Outcome Cluster::Run() {
  try {
    for (int i = 0; i < options_.nodes; ++i) {
      Start(i);
      At(Draw(0, options_.tick_ms), [this, i] { Tick(i); });
    }
    int count = std::min(options_.transactions, static_cast<int>(world_.transactions.size()));
    for (int i = 0; i < count; ++i) {
      size_t which = (options_.seed * 7 + static_cast<size_t>(i)) % world_.transactions.size();
      unanswered_.insert(world_.transactions[which].id);
      At(Draw(50, options_.duration_ms), [this, which] { Client(which); });
    }
    At(0, [this] { Trouble(); });
    uint64_t heal_at = static_cast<uint64_t>(options_.duration_ms);
    uint64_t end = heal_at + static_cast<uint64_t>(options_.heal_ms_max);
    while (!(healing_ && AtRest())) {
      auto next = events_.extract(events_.begin());
      now_ms_ = next.key().first;
      if (now_ms_ >= heal_at && !healing_) {
        healing_ = true;
        cuts_.clear();
        Note("healing");
      }
      if (now_ms_ > end) throw Violation("no progress within the bound after healing");
      next.mapped()();
    }
    CheckEnd();
  } catch (const Violation& violation) {
    outcome_.violation = "event " + std::to_string(outcome_.events) + " at " +
                         std::to_string(now_ms_) + " ms: " + violation.what();
  }
  outcome_.trace = trace_.Final();
  return outcome_;
}

}  // namespace

Outcome Simulate(const World& world, const Options& options, std::string* transcript) {
  return Cluster(world, options, transcript).Run();
}

}  // namespace suyuan::simulation
