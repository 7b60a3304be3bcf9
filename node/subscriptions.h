// Who wants to hear of applied blocks: event streams, and callers that wait for a height.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "api/gateway.h"

namespace suyuan::node {

// Thread-safe. Callbacks run on the thread of Publish or Sweep, with no lock of this class held.
class Subscriptions {
 public:
  std::shared_ptr<void> Subscribe(std::function<void(const api::BlockEvent&)> event);
  // `applied` is asked again under the lock, so that no block slips through in between.
  void WhenApplied(Height height, int64_t deadline_ms, std::function<void(Status)> done,
                   const std::function<Height()>& applied);
  bool has_subscribers() const { return subscribers_count_.load() > 0; }
  void Publish(const api::BlockEvent& event);
  // Calls back whoever waits for a height up to `applied`.
  void Applied(Height applied);
  // E_NOT_YET for waits that are over.
  void Sweep(int64_t steady_ms);
  // Every wait ends with `error`, now and later.
  void Close(const Error& error);

 private:
  struct Subscriber {
    std::function<void(const api::BlockEvent&)> event;
  };
  struct HeightWaiter {
    int64_t deadline_ms;
    std::function<void(Status)> done;
  };
  std::mutex mutex_;
  std::vector<std::weak_ptr<Subscriber>> subscribers_;  // guarded by mutex_
  std::multimap<Height, HeightWaiter> waiters_;         // guarded by mutex_
  std::optional<Error> closed_;                         // guarded by mutex_
  std::atomic<size_t> subscribers_count_{0};
};

}  // namespace suyuan::node
