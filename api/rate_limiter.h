// Token buckets for callers, in a table of bounded size. When it is full the bucket that was used
// longest ago goes, which is the one most likely full again. Thread-safe; time is given by the
// caller.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace suyuan::api {

struct RateLimit {
  uint32_t per_second = 0;  // 0: no limit
  uint32_t burst = 0;       // size of the bucket
};

class RateLimiter {
 public:
  RateLimiter(RateLimit limit, size_t entries_max) : limit_(limit), entries_max_(entries_max) {}

  // Takes one token. 0 when there was one; otherwise the milliseconds until there is.
  uint32_t Take(std::string_view caller, int64_t now_ms);
  size_t entries() const;

 private:
  struct Bucket {
    std::string caller;
    int64_t updated_ms = 0;
    int64_t millitokens = 0;
  };
  using Order = std::list<Bucket>;  // most recently used first

  const RateLimit limit_;
  const size_t entries_max_;
  mutable std::mutex mutex_;
  Order order_;                                                    // guarded by mutex_
  std::unordered_map<std::string_view, Order::iterator> buckets_;  // guarded by mutex_; keys
                                                                   // point into order_
};

// What counts as one caller: an IPv4 address, the /64 of an IPv6 address (one customer's network).
std::string RateLimitKey(std::string_view address);

}  // namespace suyuan::api
