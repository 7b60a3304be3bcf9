// The executor thread: committed entries, in order, become state. It alone writes the state
// database and the executed log. About once a second, and when it ends, it signs the head and keeps
// the checkpoint, so that a data directory carries its node's word for what an auditor finds in it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "contracts/block_executor.h"
#include "ledger/store.h"
#include "node/checkpoint_signer.h"
#include "node/failure.h"
#include "node/log.h"
#include "node/metrics.h"
#include "node/subscriptions.h"
#include "node/tx_pool.h"

namespace suyuan::node {

// What the executor works with; all of it outlives the thread.
struct ExecutorParts {
  ledger::Store& store;
  CheckpointSigner& checkpoints;
  ledger::VerifiedCache& cache;
  TxPool& pool;
  Subscriptions& subscriptions;
  StopSignal& stop;
  Metrics& metrics;
  const Logger& log;
};

class Executor {
 public:
  Executor(ExecutorParts parts, const LedgerId& ledger, const LedgerLimits& limits);
  // Executes what is queued, then joins.
  ~Executor();

  void Start();
  // The next committed entry, durable in the store. Heights without gaps; consensus thread.
  // While much is queued the bytes are not kept but read from the store again later.
  void Push(Height height, std::shared_ptr<const Bytes> bytes);
  // True while so much is queued that a caller need not load bytes for Push.
  bool backlogged() const { return queued_bytes_.load(std::memory_order_relaxed) > kQueuedBytes; }
  Height applied() const { return Height(applied_.load(std::memory_order_acquire)); }
  // How many blocks with findings were applied since the start.
  uint64_t findings() const { return findings_.load(std::memory_order_acquire); }
  // Time of the last applied block.
  uint64_t block_time_ms() const { return block_time_ms_.load(std::memory_order_relaxed); }
  void Stop();

 private:
  static constexpr size_t kQueuedBytes = 64 << 20;
  struct Item {
    Height height;
    std::shared_ptr<const Bytes> bytes;
  };
  void Run();
  // What is queued, perhaps nothing while a checkpoint is due; false when it is time to end.
  bool Next(std::deque<Item>* batch);
  Status Apply(const Item& item);
  Status SaveCheckpoint();
  void Fail(Height height, const Error& error);
  // No outcome may depend on a failed read: says so and ends the process.
  [[noreturn]] void Unreadable(const Error& error) const;
  void Announce(const ledger::BlockEntry& entry, const std::vector<ResolvedTransaction>& results);

  ExecutorParts parts_;
  contracts::ExecutionContext context_;
  std::atomic<uint64_t> applied_, block_time_ms_, findings_{0};
  std::atomic<size_t> queued_bytes_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;  // guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  Height saved_;            // height of the kept checkpoint; executor thread
  std::chrono::steady_clock::time_point next_save_{};  // executor thread
  std::thread thread_;
};

}  // namespace suyuan::node
