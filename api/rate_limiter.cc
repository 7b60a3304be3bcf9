#include "api/rate_limiter.h"

#include <algorithm>

#include <arpa/inet.h>

#include "common/encoding.h"

namespace suyuan::api {

uint32_t RateLimiter::Take(std::string_view caller, int64_t now_ms) {
  if (limit_.per_second == 0) return 0;
  const int64_t full = int64_t{limit_.burst} * 1000;
  std::lock_guard lock(mutex_);
  auto found = buckets_.find(caller);
  if (found == buckets_.end()) {
    if (buckets_.size() >= entries_max_) {
      buckets_.erase(order_.back().caller);
      order_.pop_back();
    }
    order_.push_front({std::string(caller), now_ms, full});
    found = buckets_.emplace(order_.front().caller, order_.begin()).first;
  } else {
    order_.splice(order_.begin(), order_, found->second);
  }
  Bucket& bucket = order_.front();
  const int64_t elapsed_ms = std::max<int64_t>(now_ms - bucket.updated_ms, 0);
  // Within an hour every bucket is full; the bound keeps the product small.
  const int64_t gained = std::min<int64_t>(elapsed_ms, 3'600'000) * limit_.per_second;
  bucket.millitokens = std::min(full, bucket.millitokens + gained);
  bucket.updated_ms = std::max(bucket.updated_ms, now_ms);
  if (bucket.millitokens >= 1000) {
    bucket.millitokens -= 1000;
    return 0;
  }
  const int64_t wait = (1000 - bucket.millitokens + limit_.per_second - 1) / limit_.per_second;
  return static_cast<uint32_t>(std::max<int64_t>(wait, 1));
}

size_t RateLimiter::entries() const {
  std::lock_guard lock(mutex_);
  return buckets_.size();
}

std::string RateLimitKey(std::string_view address) {
  const std::string text(address);
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return text;
  return HexEncode({reinterpret_cast<const char*>(v6.s6_addr), 8}) + "/64";
}

}  // namespace suyuan::api
