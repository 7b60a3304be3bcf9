// Answers to anonymous GETs, kept for as long as the applied height stands. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/http_message.h"

namespace suyuan::api {

class ResponseCache {
 public:
  explicit ResponseCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // From now on only answers read at `height` count. Heights only rise.
  void Advance(uint64_t height);
  // The answer for this target at the current height; nullptr when there is none.
  std::shared_ptr<const PreparedResponse> Find(std::string_view target) const;
  // Ignored when `height` is not the current one. A full cache starts anew.
  void Insert(std::string_view target, uint64_t height,
              std::shared_ptr<const PreparedResponse> response);
  uint64_t hits() const { return hits_; }

 private:
  struct Hasher {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  const size_t bytes_max_;
  mutable std::atomic<uint64_t> hits_{0};
  mutable std::mutex mutex_;
  uint64_t height_ = 0;  // guarded by mutex_, as all below
  size_t bytes_ = 0;
  std::unordered_map<std::string, std::shared_ptr<const PreparedResponse>, Hasher, std::equal_to<>>
      entries_;
};

}  // namespace suyuan::api
