// Nonces of accepted signed requests, until those are too old to be accepted again (RFC 9421 §7.2.2
// asks for it; created ± 300 s bounds the time).
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::api {

// A bounded table. An old nonce is never forgotten to make room; instead a key that has filled its
// share waits, and it alone: a sixteenth of the table for a member's key. Whoever has only
// registered itself has a 256th, and all of those together a sixteenth, because anybody can make
// such keys. Thread-safe.
class NonceCache {
 public:
  explicit NonceCache(size_t entries_max);

  // `forget_at_s`: seconds UTC after which the request would be refused for its age. E_REPLAY when
  // (key, nonce) is in the table; E_BUSY when this key's share, or the table, is full.
  Status Insert(const KeyId& key, std::string_view nonce, bool member, int64_t forget_at_s,
                int64_t now_s);

 private:
  struct Entry {
    int64_t forget_at_s = 0;
    KeyId key;
    Nonce16 name;  // of key and nonce
    bool member = false;
  };
  void DropOldest();  // mutex_ is held
  bool IsFull(const KeyId& key, bool member) const;

  const size_t entries_max_;
  mutable std::mutex mutex_;
  std::deque<Entry> order_;                   // guarded by mutex_, as all below
  std::unordered_set<Nonce16> seen_;          // names of order_
  std::unordered_map<KeyId, size_t> counts_;  // of each key in order_
  size_t strangers_ = 0;                      // entries of keys that are no member's
};

}  // namespace suyuan::api
