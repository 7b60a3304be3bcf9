// Transactions that this node has verified and that no executed block carries yet, with those who
// wait for them. On the leader they become blocks; elsewhere they are forwarded, and forwarded
// again after a change of leadership, until their result is known or they expire: consensus may
// lose a proposal, and the state's dedupe makes repeats harmless.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "api/gateway.h"
#include "common/ids.h"
#include "ledger/store.h"

namespace suyuan::node {

struct PooledTransaction {
  TxId id;
  ledger::Parcel parcel;
  uint64_t expiry_ms = 0;
};

struct Waiter {
  api::SubmitCallback done;
  int64_t deadline_ms = 0;  // steady clock
};

struct ResolvedTransaction {
  TxId id;
  ledger::StoredOutcome outcome;
};

// Where a transaction came from: accepted from a client here, or forwarded by another node, which
// then is the one that repeats it.
enum class TxOrigin : uint8_t { kClient, kPeer };

// Thread-safe. Callbacks run on the thread of the call that ends the wait, with no lock held.
class TxPool {
 public:
  TxPool(uint32_t transactions_max, uint64_t bytes_max);

  // Room for one transaction from its arrival to its end; false when full (E_BUSY). Peers'
  // transactions may fill twice the room, so that one busy node's clients do not lock out
  // another's.
  bool Reserve(size_t bytes, TxOrigin origin);
  void Release(size_t bytes);

  // Takes over a reservation. A transaction that is known already only gains the waiter. True when
  // the queue for the leader was empty before: somebody must be woken.
  bool Add(PooledTransaction tx, TxOrigin origin, std::optional<Waiter> waiter);
  bool has_ready() const { return ready_count_.load(std::memory_order_acquire) > 0; }
  size_t ready_count() const { return ready_count_.load(std::memory_order_acquire); }
  size_t ready_bytes() const { return ready_bytes_.load(std::memory_order_acquire); }
  // The oldest transactions that are not under way; at least one if there is one.
  std::vector<PooledTransaction> Take(size_t count_max, size_t bytes_max);
  // They were not sent after all: first in the queue again.
  void GiveBack(const std::vector<PooledTransaction>& txs);
  // There is a new leader: what clients gave us is sent again, what peers forwarded is dropped.
  void LeaderChanged();

  // Results of an executed block.
  void Resolve(const std::vector<ResolvedTransaction>& results);
  // Ends waits that are over (E_TIMEOUT), drops what expired (E_EXPIRED) and queues anew what has
  // been under way for long. Returns the number of timeouts.
  size_t Sweep(int64_t steady_ms, uint64_t wall_ms);
  // Every waiter gets `error`; nothing is added afterwards.
  void Close(const Error& error);

  uint64_t transactions() const { return count_.load(std::memory_order_relaxed); }
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Clients that still wait.
  size_t waiting() const;

 private:
  struct Pending {
    PooledTransaction tx;
    TxOrigin origin = TxOrigin::kClient;
    bool ready = false;  // in ready_, not under way
    int64_t sent_ms = 0;
    std::vector<Waiter> waiters;
  };
  using Map = std::unordered_map<TxId, Pending>;
  void MakeReady(Pending& pending);
  // Sets `ready`, and keeps the sum of bytes.
  void SetReady(Pending& pending, bool ready);
  Map::iterator Erase(Map::iterator at);

  const uint32_t transactions_max_;
  const uint64_t bytes_max_;
  std::atomic<uint64_t> count_{0}, bytes_{0};
  std::atomic<size_t> ready_count_{0};  // ids in ready_, stale ones included
  std::atomic<size_t> ready_bytes_{0};  // envelopes not under way
  mutable std::mutex mutex_;
  Map pending_;             // guarded by mutex_
  std::deque<TxId> ready_;  // guarded by mutex_; ids that left the pool are skipped
  bool closed_ = false;     // guarded by mutex_
  Error closed_with_;       // guarded by mutex_
};

}  // namespace suyuan::node
