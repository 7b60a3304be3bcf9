#include "node/executor.h"

#include <chrono>
#include <cstdlib>

#include "contracts/outcome.h"
#include "node/snapshot_reader.h"

namespace suyuan::node {

Executor::Executor(ExecutorParts parts, const LedgerId& ledger, const LedgerLimits& limits)
    : parts_(parts),
      applied_(parts.store.head().height.value()),
      block_time_ms_(parts.store.head().time_ms) {
  context_.ledger = ledger;
  context_.limits = limits;
  context_.cache = &parts_.cache;
  context_.earlier = [this](const TxId& id) {
    auto found = parts_.store.FindTransaction(id);
    if (!found.ok()) {
      parts_.log.Error("index_unreadable", {{"error", found.error()}, {"action", "the node ends"}});
      std::_Exit(1);  // as SnapshotReader: no outcome may depend on a failed read
    }
    return contracts::WhetherApplied(*found);
  };
}

Executor::~Executor() { Stop(); }

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

void Executor::Run() {
  for (;;) {
    std::deque<Item> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      batch.swap(queue_);
    }
    for (Item& item : batch) {
      if (Status status = Apply(item); !status.ok()) {
        parts_.log.Error("apply_failed",
                         {{"height", item.height.value()}, {"error", status.error()}});
        return parts_.stop.Fail(status.error());
      }
      if (item.bytes) queued_bytes_.fetch_sub(item.bytes->size(), std::memory_order_relaxed);
      item.bytes.reset();
    }
  }
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
  SnapshotReader state(parts_.store.Snapshot(), parts_.log);
  contracts::BlockExecution execution = contracts::ExecuteBlock(context_, state, entry);

  std::vector<ResolvedTransaction> results;
  results.reserve(execution.transactions.size());
  uint64_t leaf = parts_.store.head().leaf_count;
  for (const ledger::ExecutedTransaction& tx : execution.transactions)
    results.push_back({tx.id, {{item.height, tx.position, LeafIndex(leaf++)}, tx.outcome}});
  SUYUAN_RETURN_IF_ERROR(parts_.store.ApplyBlock(
      entry, {std::move(execution.transactions), std::move(execution.writes)}));
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
