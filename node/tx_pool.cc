#include "node/tx_pool.h"

#include <algorithm>

#include "node/clock.h"

namespace suyuan::node {
namespace {

constexpr size_t kWaitersMax = 64;        // of one transaction
constexpr int64_t kResendAfterMs = 2000;  // a forwarded transaction may have been dropped

Error TimedOut() {
  return Error{ErrorCode::kTimeout,
               "the transaction may still be committed; ask for it by id or send it again"};
}

}  // namespace

TxPool::TxPool(uint32_t transactions_max, uint64_t bytes_max)
    : transactions_max_(transactions_max), bytes_max_(bytes_max) {}

bool TxPool::Reserve(size_t bytes, TxOrigin origin) {
  uint64_t factor = origin == TxOrigin::kPeer ? 2 : 1;
  uint64_t count = count_.fetch_add(1, std::memory_order_relaxed) + 1;
  uint64_t total = bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (count <= transactions_max_ * factor && total <= bytes_max_ * factor) return true;
  Release(bytes);
  return false;
}

void TxPool::Release(size_t bytes) {
  count_.fetch_sub(1, std::memory_order_relaxed);
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

void TxPool::SetReady(Pending& pending, bool ready) {
  if (pending.ready == ready) return;
  pending.ready = ready;
  const size_t bytes = pending.tx.parcel.bytes();
  ready ? ready_bytes_.fetch_add(bytes, std::memory_order_release)
        : ready_bytes_.fetch_sub(bytes, std::memory_order_release);
}

void TxPool::MakeReady(Pending& pending) {
  SetReady(pending, true);
  ready_.push_back(pending.tx.id);
  ready_count_.store(ready_.size(), std::memory_order_release);
}

TxPool::Map::iterator TxPool::Erase(Map::iterator at) {
  SetReady(at->second, false);
  Release(at->second.tx.parcel.bytes());
  return pending_.erase(at);
}

bool TxPool::Add(PooledTransaction tx, TxOrigin origin, std::optional<Waiter> waiter) {
  std::unique_lock lock(mutex_);
  std::optional<Error> refusal;
  bool wake = false;
  auto known = pending_.find(tx.id);
  if (closed_) {
    refusal = closed_with_;
  } else if (known != pending_.end() && known->second.waiters.size() >= kWaitersMax) {
    refusal = Error{ErrorCode::kBusy, "too many requests wait for this transaction"};
  } else {
    if (known == pending_.end()) {
      wake = ready_.empty();
      known = pending_.emplace(tx.id, Pending{std::move(tx), origin, false, 0, {}}).first;
      MakeReady(known->second);
    } else {
      Release(tx.parcel.bytes());
      if (origin == TxOrigin::kClient) known->second.origin = origin;
    }
    if (waiter) known->second.waiters.push_back(*std::move(waiter));
    return wake;
  }
  Release(tx.parcel.bytes());
  lock.unlock();
  if (waiter) waiter->done(*refusal);
  return false;
}

std::vector<PooledTransaction> TxPool::Take(size_t count_max, size_t bytes_max) {
  std::vector<PooledTransaction> out;
  size_t bytes = 0;
  int64_t now = SteadyMs();
  std::lock_guard lock(mutex_);
  while (!ready_.empty() && out.size() < count_max) {
    auto at = pending_.find(ready_.front());
    if (at != pending_.end() && at->second.ready) {
      size_t size = at->second.tx.parcel.bytes();
      if (!out.empty() && bytes + size > bytes_max) break;
      bytes += size;
      SetReady(at->second, false);
      at->second.sent_ms = now;
      out.push_back(at->second.tx);
    }
    ready_.pop_front();
  }
  ready_count_.store(ready_.size(), std::memory_order_release);
  return out;
}

void TxPool::GiveBack(const std::vector<PooledTransaction>& txs) {
  std::lock_guard lock(mutex_);
  for (auto tx = txs.rbegin(); tx != txs.rend(); ++tx) {
    auto at = pending_.find(tx->id);
    if (at == pending_.end() || at->second.ready) continue;
    SetReady(at->second, true);
    ready_.push_front(tx->id);
  }
  ready_count_.store(ready_.size(), std::memory_order_release);
}

void TxPool::LeaderChanged() {
  std::lock_guard lock(mutex_);
  for (auto at = pending_.begin(); at != pending_.end();) {
    Pending& pending = at->second;
    if (!pending.ready && pending.origin == TxOrigin::kPeer && pending.waiters.empty()) {
      at = Erase(at);
      continue;
    }
    if (!pending.ready) MakeReady(pending);
    ++at;
  }
}

void TxPool::Resolve(const std::vector<ResolvedTransaction>& results) {
  std::vector<std::pair<const ResolvedTransaction*, std::vector<Waiter>>> answers;
  {
    std::lock_guard lock(mutex_);
    for (const ResolvedTransaction& result : results) {
      auto at = pending_.find(result.id);
      if (at == pending_.end()) continue;
      if (!at->second.waiters.empty()) answers.emplace_back(&result, std::move(at->second.waiters));
      Erase(at);
    }
  }
  for (auto& [result, waiters] : answers)
    for (Waiter& waiter : waiters) waiter.done(api::SubmitResult{result->id, result->outcome});
}

size_t TxPool::Sweep(int64_t steady_ms, uint64_t wall_ms) {
  std::vector<std::pair<Waiter, Error>> over;
  {
    std::lock_guard lock(mutex_);
    for (auto at = pending_.begin(); at != pending_.end();) {
      Pending& pending = at->second;
      bool expired = pending.tx.expiry_ms + limits::kBlockTimeAheadMsMax < wall_ms;
      auto ended =
          std::partition(pending.waiters.begin(), pending.waiters.end(),
                         [&](const Waiter& w) { return !expired && w.deadline_ms > steady_ms; });
      for (auto w = ended; w != pending.waiters.end(); ++w)
        over.emplace_back(
            std::move(*w),
            expired ? Error{ErrorCode::kExpired, "expired before a block carried it"} : TimedOut());
      pending.waiters.erase(ended, pending.waiters.end());
      if (expired) {
        at = Erase(at);
        continue;
      }
      if (!pending.ready && pending.origin == TxOrigin::kClient &&
          steady_ms - pending.sent_ms > kResendAfterMs)
        MakeReady(pending);
      ++at;
    }
  }
  for (auto& [waiter, error] : over) waiter.done(error);
  return over.size();
}

void TxPool::Close(const Error& error) {
  std::vector<Waiter> waiters;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    closed_with_ = error;
    for (auto& [id, pending] : pending_) {
      for (Waiter& waiter : pending.waiters) waiters.push_back(std::move(waiter));
      Release(pending.tx.parcel.bytes());
    }
    pending_.clear();
    ready_.clear();
    ready_count_.store(0, std::memory_order_release);
    ready_bytes_.store(0, std::memory_order_release);
  }
  for (Waiter& waiter : waiters) waiter.done(error);
}

size_t TxPool::waiting() const {
  std::lock_guard lock(mutex_);
  size_t out = 0;
  for (const auto& [id, pending] : pending_) out += pending.waiters.size();
  return out;
}

}  // namespace suyuan::node
