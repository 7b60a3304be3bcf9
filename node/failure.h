// Why the node has to stop. Any thread may report; the first report counts.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "common/error.h"

namespace suyuan::node {

class StopSignal {
 public:
  // A failure that makes going on impossible (failed fsync, corruption, full disk).
  void Fail(Error error) {
    std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
    wake_.notify_all();
  }
  void Request() {
    std::lock_guard lock(mutex_);
    requested_ = true;
    wake_.notify_all();
  }
  // Until the first of either.
  void Wait() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return requested_ || failure_.has_value(); });
  }
  std::optional<Error> failure() const {
    std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool requested_ = false;        // guarded by mutex_
  std::optional<Error> failure_;  // guarded by mutex_
};

}  // namespace suyuan::node
