#include "node/subscriptions.h"

namespace suyuan::node {
namespace {

constexpr size_t kHeightWaitersMax = 10'000;

}  // namespace

std::shared_ptr<void> Subscriptions::Subscribe(std::function<void(const api::BlockEvent&)> event) {
  auto out = std::make_shared<Subscriber>(Subscriber{std::move(event)});
  std::lock_guard lock(mutex_);
  subscribers_.push_back(out);
  subscribers_count_.store(subscribers_.size());
  return out;
}

void Subscriptions::Publish(const api::BlockEvent& event) {
  std::vector<std::shared_ptr<Subscriber>> listeners;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
    subscribers_count_.store(subscribers_.size());
    for (const auto& weak : subscribers_)
      if (auto strong = weak.lock()) listeners.push_back(std::move(strong));
  }
  for (const auto& listener : listeners) listener->event(event);
}

void Subscriptions::WhenApplied(Height height, int64_t deadline_ms,
                                std::function<void(Status)> done,
                                const std::function<Height()>& applied) {
  Status now;
  {
    std::lock_guard lock(mutex_);
    if (applied() < height) {
      if (closed_) {
        now = *closed_;
      } else if (waiters_.size() >= kHeightWaitersMax) {
        now = Error{ErrorCode::kBusy, "too many requests wait for a height"};
      } else {
        waiters_.emplace(height, HeightWaiter{deadline_ms, std::move(done)});
        return;
      }
    }
  }
  done(std::move(now));
}

void Subscriptions::Applied(Height applied) {
  std::vector<std::function<void(Status)>> ready;
  {
    std::lock_guard lock(mutex_);
    auto end = waiters_.upper_bound(applied);
    for (auto at = waiters_.begin(); at != end; ++at) ready.push_back(std::move(at->second.done));
    waiters_.erase(waiters_.begin(), end);
  }
  for (auto& done : ready) done({});
}

void Subscriptions::Sweep(int64_t steady_ms) {
  std::vector<std::pair<Height, std::function<void(Status)>>> over;
  {
    std::lock_guard lock(mutex_);
    for (auto at = waiters_.begin(); at != waiters_.end();) {
      if (at->second.deadline_ms > steady_ms) {
        ++at;
        continue;
      }
      over.emplace_back(at->first, std::move(at->second.done));
      at = waiters_.erase(at);
    }
  }
  for (auto& [height, done] : over)
    done(Error{ErrorCode::kNotYet,
               "height " + std::to_string(height.value()) + " is not applied here yet"});
}

void Subscriptions::Close(const Error& error) {
  std::multimap<Height, HeightWaiter> waiters;
  {
    std::lock_guard lock(mutex_);
    closed_ = error;
    waiters.swap(waiters_);
  }
  for (auto& [height, waiter] : waiters) waiter.done(error);
}

}  // namespace suyuan::node
