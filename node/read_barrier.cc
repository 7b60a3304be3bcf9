#include "node/read_barrier.h"

#include <algorithm>
#include <iterator>

namespace suyuan::node {
namespace {

constexpr size_t kWaitersMax = 10'000;

}  // namespace

void ReadBarrier::Ask(int64_t deadline_ms, Done done) {
  Error refused;
  {
    std::lock_guard lock(mutex_);
    if (!closed_ && gathered_.size() + asked_.size() < kWaitersMax) {
      gathered_.push_back({deadline_ms, std::move(done)});
      return;
    }
    refused = closed_ ? *closed_ : Error{ErrorCode::kBusy, "too many reads wait for the leader"};
  }
  done(std::move(refused));
}

void ReadBarrier::StartRound(consensus::Raft& raft) {
  std::lock_guard lock(mutex_);
  if (under_way_ || gathered_.empty()) return;
  // A context of its own each time: an answer to an earlier round is older than who asks now.
  // Without a leader, or when the core has enough to do, all wait for a later turn.
  if (!raft.ReadIndex(++round_).ok()) return;
  under_way_ = true;
  asked_ = std::exchange(gathered_, {});
}

void ReadBarrier::Answer(const std::vector<consensus::ReadState>& reads,
                         const std::vector<uint64_t>& failed) {
  std::vector<Waiter> answered;
  Height height;
  {
    std::lock_guard lock(mutex_);
    if (!under_way_) return;
    for (const consensus::ReadState& read : reads) {
      if (read.context != round_) continue;
      height = Height(read.index.value());
      answered = std::exchange(asked_, {});
      under_way_ = false;
    }
    if (under_way_ && std::ranges::find(failed, round_) != failed.end()) {
      std::ranges::move(asked_, std::back_inserter(gathered_));
      asked_.clear();
      under_way_ = false;
    }
  }
  for (const Waiter& waiter : answered) waiter.done(height);
}

void ReadBarrier::Sweep(int64_t steady_ms) {
  std::vector<Waiter> over;
  {
    std::lock_guard lock(mutex_);
    for (std::vector<Waiter>* waiters : {&gathered_, &asked_}) {
      auto late = std::stable_partition(
          waiters->begin(), waiters->end(),
          [&](const Waiter& waiter) { return waiter.deadline_ms > steady_ms; });
      std::move(late, waiters->end(), std::back_inserter(over));
      waiters->erase(late, waiters->end());
    }
  }
  for (const Waiter& waiter : over)
    waiter.done(Error{ErrorCode::kNoLeader, "no majority has confirmed a leader in time"});
}

void ReadBarrier::Close(const Error& error) {
  std::vector<Waiter> over;
  {
    std::lock_guard lock(mutex_);
    closed_ = error;
    over = std::exchange(gathered_, {});
    std::ranges::move(asked_, std::back_inserter(over));
    asked_.clear();
  }
  for (const Waiter& waiter : over) waiter.done(error);
}

}  // namespace suyuan::node
