#include "api/nonce_cache.h"

#include <algorithm>

#include "common/hash.h"

namespace suyuan::api {
namespace {

constexpr size_t kShares = 16;

// Sixteen bytes of a hash: a second nonce of the same name would hurt its own sender only.
Nonce16 NameOf(const KeyId& key, std::string_view nonce) {
  const Hash hash = Sha256(key.str() + std::string(nonce));
  return *Nonce16::From(hash.view().substr(0, Nonce16::kSize));
}

}  // namespace

NonceCache::NonceCache(size_t entries_max) : entries_max_(entries_max) {}

void NonceCache::DropOldest() {
  const Entry& oldest = order_.front();
  seen_.erase(oldest.name);
  if (!oldest.member) --strangers_;
  const auto count = counts_.find(oldest.key);
  if (--count->second == 0) counts_.erase(count);
  order_.pop_front();
}

bool NonceCache::IsFull(const KeyId& key, bool member) const {
  const size_t share = std::max<size_t>(entries_max_ / kShares, 1);
  const auto count = counts_.find(key);
  const size_t used = count == counts_.end() ? 0 : count->second;
  if (seen_.size() >= entries_max_) return true;
  if (member) return used >= share;
  return strangers_ >= share || used >= std::max<size_t>(share / kShares, 1);
}

Status NonceCache::Insert(const KeyId& key, std::string_view nonce, bool member,
                          int64_t forget_at_s, int64_t now_s) {
  const Nonce16 name = NameOf(key, nonce);
  std::lock_guard lock(mutex_);
  while (!order_.empty() && order_.front().forget_at_s < now_s) DropOldest();
  if (seen_.contains(name))
    return Error{ErrorCode::kReplay, "this nonce was used with this key before"};
  if (IsFull(key, member))
    return Error{ErrorCode::kBusy, "too many requests signed with this key in the last minutes"};
  order_.push_back({forget_at_s, key, name, member});
  seen_.insert(name);
  ++counts_[key];
  if (!member) ++strangers_;
  return {};
}

}  // namespace suyuan::api
