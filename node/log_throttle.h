// For log lines that others can cause at will: a peer, or whoever reaches a port, must not fill the
// disk or bury what matters.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "node/clock.h"

namespace suyuan::node {

// Lets one line a second pass; that one tells how many did not. Thread-safe.
class LogThrottle {
 public:
  // Lines left out since the last that passed; nullopt: leave this one out, too. `now_ms`: of a
  // clock that never goes back.
  std::optional<uint64_t> Pass(int64_t now_ms = SteadyMs()) {
    std::lock_guard lock(mutex_);
    if (passed_ms_ && now_ms - *passed_ms_ < kIntervalMs) {
      ++left_out_;
      return std::nullopt;
    }
    passed_ms_ = now_ms;
    return std::exchange(left_out_, 0);
  }

 private:
  static constexpr int64_t kIntervalMs = 1000;
  std::mutex mutex_;
  std::optional<int64_t> passed_ms_;  // guarded by mutex_
  uint64_t left_out_ = 0;             // guarded by mutex_
};

}  // namespace suyuan::node
