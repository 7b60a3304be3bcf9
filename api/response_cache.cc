#include "api/response_cache.h"

namespace suyuan::api {
namespace {
constexpr size_t kEntryOverheadBytes = 256;
}  // namespace

void ResponseCache::Advance(uint64_t height) {
  std::lock_guard lock(mutex_);
  if (height <= height_) return;
  height_ = height;
  entries_.clear();
  bytes_ = 0;
}

std::shared_ptr<const PreparedResponse> ResponseCache::Find(std::string_view target) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(target);
  if (found == entries_.end()) return nullptr;
  ++hits_;
  return found->second;
}

void ResponseCache::Insert(std::string_view target, uint64_t height,
                           std::shared_ptr<const PreparedResponse> response) {
  const size_t bytes = target.size() + response->rest.size() + kEntryOverheadBytes;
  std::lock_guard lock(mutex_);
  if (height != height_ || bytes > bytes_max_) return;
  if (bytes_ + bytes > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
  }
  if (entries_.emplace(target, std::move(response)).second) bytes_ += bytes;
}

}  // namespace suyuan::api
