#include "node/executor.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "contracts/namespaces.h"
#include "contracts/outcome.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {
namespace {
constexpr std::chrono::seconds kCheckpointEvery{1};

bool IsFinding(const ledger::StateWrite& write) {
  return write.name_space == static_cast<uint8_t>(contracts::Namespace::kFinding);
}
}  // namespace

Executor::Executor(ExecutorParts parts, const LedgerId& ledger, const LedgerLimits& limits)
    : parts_(parts),
      applied_(parts.store.head().height.value()),
      block_time_ms_(parts.store.head().time_ms) {
  context_.ledger = ledger;
  context_.limits = limits;
  context_.cache = &parts_.cache;
  context_.earlier = [this](const TxId& id) {
    auto found = parts_.store.FindTransaction(id);
    if (!found.ok()) Unreadable(found.error());
    return contracts::WhetherApplied(*found);
  };
}

Executor::~Executor() { Stop(); }

void Executor::Unreadable(const Error& error) const {
  parts_.log.Error("state_unreadable", {{"error", error}, {"action", "the node ends"}});
  std::_Exit(1);
}

void Executor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Executor::Push(Height height, std::shared_ptr<const Bytes> bytes) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    wake = queue_.empty();
    if (bytes) queued_bytes_.fetch_add(bytes->size(), std::memory_order_relaxed);
    queue_.push_back({height, std::move(bytes)});
  }
  if (wake) wake_.notify_one();
}

void Executor::Stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Executor::Next(std::deque<Item>* batch) {
  std::unique_lock lock(mutex_);
  const auto awaited = [this] { return stopping_ || !queue_.empty(); };
  if (saved_ == applied())
    wake_.wait(lock, awaited);
  else
    wake_.wait_until(lock, next_save_, awaited);
  batch->swap(queue_);
  return !batch->empty() || !stopping_;
}

void Executor::Run() {
  for (std::deque<Item> batch; Next(&batch); batch.clear()) {
    for (Item& item : batch) {
      if (Status status = Apply(item); !status.ok()) return Fail(item.height, status.error());
      if (item.bytes) queued_bytes_.fetch_sub(item.bytes->size(), std::memory_order_relaxed);
      item.bytes.reset();
    }
    if (std::chrono::steady_clock::now() < next_save_) continue;
    if (Status status = SaveCheckpoint(); !status.ok()) return Fail(applied(), status.error());
  }
  if (Status status = SaveCheckpoint(); !status.ok()) Fail(applied(), status.error());
}

void Executor::Fail(Height height, const Error& error) {
  parts_.log.Error("apply_failed", {{"height", height.value()}, {"error", error}});
  parts_.stop.Fail(error);
}

Status Executor::SaveCheckpoint() {
  next_save_ = std::chrono::steady_clock::now() + kCheckpointEvery;
  if (saved_ == applied()) return {};
  if (!parts_.checkpoints.IsNamed()) {
    saved_ = applied();
    return {};
  }
  SUYUAN_ASSIGN_OR_RETURN(std::string note, parts_.checkpoints.Note());
  SUYUAN_RETURN_IF_ERROR(parts_.store.SaveCheckpoint(note));
  saved_ = applied();
  return {};
}

Status Executor::Apply(const Item& item) {
  auto started = std::chrono::steady_clock::now();
  std::shared_ptr<const Bytes> bytes = item.bytes;
  if (!bytes) {
    SUYUAN_ASSIGN_OR_RETURN(bytes, parts_.store.EntryBytes(item.height));
  }
  // Whether read from the store, checked on arrival or made here: its hashes were compared before.
  SUYUAN_ASSIGN_OR_RETURN(ledger::BlockEntry entry,
                          ledger::DecodeEntry(bytes, ledger::Hashes::kKnown));
  SUYUAN_CHECK(entry.header.height == item.height, "a committed entry of another height");
  const auto snapshot = parts_.store.Snapshot();
  contracts::SnapshotReader state(*snapshot, [this](const Error& error) { Unreadable(error); });
  SUYUAN_RETURN_IF_ERROR(contracts::CheckFollows(state, entry));
  contracts::BlockExecution execution = contracts::ExecuteBlock(context_, state, entry);

  std::vector<ResolvedTransaction> results;
  results.reserve(execution.transactions.size());
  uint64_t leaf = parts_.store.head().leaf_count;
  for (const ledger::ExecutedTransaction& tx : execution.transactions)
    results.push_back({tx.id, {{item.height, tx.position, LeafIndex(leaf++)}, tx.outcome}});
  const bool findings = std::ranges::any_of(execution.writes, IsFinding);
  SUYUAN_RETURN_IF_ERROR(parts_.store.ApplyBlock(
      entry, {std::move(execution.transactions), std::move(execution.writes)}));
  if (findings) findings_.fetch_add(1, std::memory_order_release);
  block_time_ms_.store(entry.header.time_ms, std::memory_order_relaxed);
  applied_.store(item.height.value(), std::memory_order_release);

  auto spent = std::chrono::steady_clock::now() - started;
  Metrics::Add(parts_.metrics.execute_us,
               std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  Metrics::Add(parts_.metrics.blocks_applied);
  Metrics::Add(parts_.metrics.transactions_applied, results.size());
  Announce(entry, results);
  return {};
}

void Executor::Announce(const ledger::BlockEntry& entry,
                        const std::vector<ResolvedTransaction>& results) {
  parts_.pool.Resolve(results);
  parts_.subscriptions.Applied(entry.header.height);
  if (!parts_.subscriptions.has_subscribers()) return;
  api::BlockEvent event{entry.header.height, entry.header.time_ms, {}};
  event.transactions.reserve(results.size());
  for (const ResolvedTransaction& result : results) event.transactions.push_back(result.id);
  parts_.subscriptions.Publish(event);
}

}  // namespace suyuan::node
