#include "tests/simulation/sim_node.h"

#include "contracts/snapshot_reader.h"
#include "tests/simulation/checkers.h"

namespace suyuan::simulation {

using consensus::Index;

namespace {

void Require(const Status& status, const char* what) {
  if (!status.ok()) throw Violation(std::string(what) + ": " + status.error().ToString());
}

void RunInline(size_t count, const std::function<void(size_t)>& job) {
  for (size_t i = 0; i < count; ++i) job(i);
}

consensus::Membership ThreeVoters(size_t n) {
  consensus::Membership m;
  for (uint32_t i = 1; i <= n; ++i) m.voters.push_back(consensus::NodeId(i));
  return m;
}

}  // namespace

SimNode::SimNode(const World& world, int index, const NodeHooks& hooks, int block_transactions_max)
    : world_(world),
      index_(index),
      hooks_(hooks),
      block_transactions_max_(block_transactions_max),
      env_(std::make_unique<test::SimEnv>()),
      directory_(ledger::DecodeConfiguration(world.configuration).value()) {}

SimNode::~SimNode() {
  if (up()) Kill();
}

void SimNode::Start(uint64_t seed) {
  ledger::StoreOptions options;
  options.directory = "/node";
  options.env = env_.get();
  options.create = !store_exists_;
  options.log_write_buffer_bytes = 64 << 10;
  options.state_write_buffer_bytes = 64 << 10;
  options.block_cache_bytes = 1 << 16;
  options.tree_cache_pages = 64;
  options.tree_flush_pages = 8;
  auto opened = ledger::Store::Open(options, world_.genesis.ledger_id);
  if (!opened.ok()) throw Violation("store does not open: " + opened.error().ToString());
  store_ = std::move(opened).value();
  if (store_->head().leaf_count == 0)
    Require(
        store_->ApplyGenesis(world_.genesis.time_ms, world_.configuration, world_.genesis_writes),
        "genesis");
  store_exists_ = true;
  env_->Drain();
  log_ = std::make_unique<node::StoreLog>(*store_, world_.genesis.ledger_id, directory_);
  consensus::RaftConfig config;
  config.id = consensus::NodeId(static_cast<uint32_t>(index_ + 1));
  config.membership = ThreeVoters(world_.node_keys.size());
  config.seed = seed;
  config.append_bytes_max = 4096;  // several messages for one catch-up
  config.inflight_appends_max = 4;
  raft_ = std::make_unique<consensus::Raft>(config, *log_, Index(store_->head().height.value()));
}

void SimNode::Kill() {
  raft_.reset();
  log_.reset();
  env_->Kill();  // from here on nothing reaches the disk
  store_.reset();
  env_->Crash();
  pool_.clear();
  waiting_.clear();
}

void SimNode::DieIfPlanned() {
  if (hooks_.dies()) throw Crash{};
}

void SimNode::Tick(uint64_t now_ms) {
  raft_->Tick();
  Pump(now_ms);
}

// The check before acknowledging (formats §4): a follower steps no entry that it would not sign
// for. In this world no leader lies, so a refusal is a bug.
bool SimNode::Acceptable(const consensus::Message& message) {
  for (const consensus::Entry& entry : message.entries) {
    auto decoded = ledger::DecodeEntry(entry.data);
    if (!decoded.ok()) return false;
    if (!ledger::CheckEntry(*decoded, world_.genesis.ledger_id, world_.genesis.limits,
                            world_.cache.get(), RunInline)
             .ok())
      return false;
  }
  return true;
}

void SimNode::Receive(const consensus::Message& message, uint64_t now_ms) {
  if (!Acceptable(message)) throw Violation("an honest leader's entry was refused");
  Require(raft_->Step(message), "step");
  Pump(now_ms);
}

void SimNode::Submit(ledger::Parcel parcel, const TxId& id, bool from_client, uint64_t now_ms) {
  auto known = store_->FindTransaction(id);
  if (known.ok() && known->has_value()) {
    if (from_client) hooks_.answer(id, **known);
    return;
  }
  if (from_client) waiting_.insert(id);
  if (raft_->role() == consensus::Role::kLeader) {
    pool_.emplace(id, std::move(parcel));
  } else if (from_client && raft_->leader() != consensus::kNobody) {
    hooks_.forward(static_cast<int>(raft_->leader().value()) - 1, std::move(parcel));
  }
  Pump(now_ms);
}

void SimNode::Pump(uint64_t now_ms) {
  for (;;) {
    MaybePropose(now_ms);
    if (!raft_->HasReady()) break;
    HandleReady(raft_->TakeReady(), now_ms);
    env_->Drain();
  }
}

void SimNode::HandleReady(consensus::Ready ready, uint64_t now_ms) {
  for (auto& m : ready.messages) hooks_.send(std::move(m));
  DieIfPlanned();
  if (ready.hard_state || !ready.entries.empty()) {
    std::optional<ledger::LogHardState> hs;
    if (ready.hard_state)
      hs = ledger::LogHardState{ready.hard_state->term, ready.hard_state->vote.value(),
                                Height(ready.hard_state->commit.value())};
    std::vector<std::shared_ptr<const Bytes>> entries;
    for (const auto& e : ready.entries) entries.push_back(e.data);
    Require(store_->AppendLog(hs, entries), "append");
    DieIfPlanned();
    if (!ready.entries.empty()) {
      const auto& last = ready.entries.back();
      Require(store_->Mark({Height(last.index.value()), last.term, last.hash}), "mark");
    }
    DieIfPlanned();
  }
  for (auto& m : ready.messages_after_persist) {
    if (m.type == consensus::MessageType::kVoteReply && !m.reject)
      hooks_.voted(index_, m.term, m.to);
    hooks_.send(std::move(m));
  }
  raft_->Persisted(ready.number);
  if (ready.became_leader) {
    hooks_.leads(index_, raft_->term());
    ProposeBlock(ledger::BlockKind::kElection, {}, now_ms);
  }
  if (ready.lost_leadership) pool_.clear();
  if (ready.committed_to > ready.committed_from) Apply(ready.committed_to);
}

void SimNode::MaybePropose(uint64_t now_ms) {
  if (pool_.empty() || raft_->role() != consensus::Role::kLeader) return;
  // One block under way at a time, and only after the term's first.
  if (raft_->commit() != raft_->LastIndex() || raft_->LastTerm() != raft_->term()) return;
  std::vector<ledger::Parcel> parcels;
  for (auto it = pool_.begin();
       it != pool_.end() && parcels.size() < static_cast<size_t>(block_transactions_max_);) {
    auto known = store_->FindTransaction(it->first);
    if (!(known.ok() && known->has_value())) parcels.push_back(it->second);
    it = pool_.erase(it);
  }
  if (!parcels.empty()) ProposeBlock(ledger::BlockKind::kTransactions, parcels, now_ms);
}

void SimNode::ProposeBlock(ledger::BlockKind kind, const std::vector<ledger::Parcel>& parcels,
                           uint64_t now_ms) {
  Index last = raft_->LastIndex();
  uint64_t previous_ms = world_.genesis.time_ms;
  if (last > Index(0)) {
    auto entry = raft_->EntryAt(last);
    if (!entry.ok()) throw Violation("tail is unreadable: " + entry.error().ToString());
    previous_ms = ledger::DecodeEntry(entry->data).value().header.time_ms;
  }
  ledger::EntryDraft draft;
  draft.kind = kind;
  draft.height = Height(last.value() + 1);
  draft.term = raft_->term();
  draft.time_ms = std::max(previous_ms + 1, now_ms);
  draft.prev_entry_hash =
      last == Index(0) ? Hash{world_.genesis.ledger_id.data} : raft_->LastHash();
  for (const ledger::Parcel& parcel : parcels) {
    draft.envelopes.push_back(*parcel.envelope);
    draft.sealed_items.insert(draft.sealed_items.end(), parcel.sealed_items->begin(),
                              parcel.sealed_items->end());
  }
  auto bytes = std::make_shared<const Bytes>(
      ledger::BuildEntry(draft, world_.node_keys[static_cast<size_t>(index_)]));
  auto decoded = ledger::DecodeEntry(bytes);
  if (!decoded.ok()) throw Violation("own block is malformed: " + decoded.error().ToString());
  Require(raft_->Propose({Index(draft.height.value()), draft.term, decoded->hash, bytes}),
          "propose");
}

void SimNode::Apply(Index to) {
  for (Index i(store_->head().height.value() + 1); i <= to; ++i) {
    auto entry = raft_->EntryAt(i);
    if (!entry.ok()) throw Violation("committed entry is unreadable: " + entry.error().ToString());
    auto block = ledger::DecodeEntry(entry->data).value();
    contracts::ExecutionContext context{
        world_.genesis.ledger_id, world_.genesis.limits,
        [this](const TxId& id) {
          return contracts::WhetherApplied(store_->FindTransaction(id).value());
        },
        world_.cache.get()};
    const auto snapshot = store_->Snapshot();
    const contracts::SnapshotReader state(
        *snapshot, [](const Error& error) { throw Violation("state: " + error.ToString()); });
    auto executed = contracts::ExecuteBlock(context, state, block);
    Require(store_->ApplyBlock(block, {executed.transactions, executed.writes}), "apply");
    env_->Drain();
    raft_->Applied(i);
    hooks_.applied(index_, *store_);
    for (const auto& tx : executed.transactions)
      if (waiting_.erase(tx.id) > 0) hooks_.answer(tx.id, *store_->FindTransaction(tx.id).value());
    DieIfPlanned();
  }
}

}  // namespace suyuan::simulation
