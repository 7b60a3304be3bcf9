// Time as the node sees it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace suyuan::node {

// Wall clock, milliseconds UTC. May jump; used for block times and expiry only.
using WallClock = std::function<int64_t()>;

inline int64_t SystemWallMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Milliseconds of a clock that never goes back; for waiting and timeouts.
inline int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace suyuan::node
