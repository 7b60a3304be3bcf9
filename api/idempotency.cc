#include "api/idempotency.h"

namespace suyuan::api {
namespace {

constexpr size_t kEntryOverheadBytes = 512;

std::string NameOf(const std::string& caller, const std::string& key) {
  return caller + "\n" + key;
}

}  // namespace

Result<bool> IdempotencyCache::Begin(const std::string& caller, const std::string& key,
                                     const Hash& body, const Responder& respond) {
  std::string name = NameOf(caller, key);
  Response kept;
  {
    std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end()) {
      order_.push_back({name, body, false, {}, {}});
      entries_.emplace(std::move(name), std::prev(order_.end()));
      bytes_ += kEntryOverheadBytes;
      Trim();
      return true;
    }
    Entry& entry = *found->second;
    if (entry.body != body)
      return Error{ErrorCode::kConflict, "this Idempotency-Key came with another body before"};
    if (!entry.done) {
      entry.waiting.push_back(respond);
      return false;
    }
    kept = entry.response;
  }
  kept.With("Idempotency-Replayed", "true");
  respond(std::move(kept));
  return false;
}

void IdempotencyCache::Finish(const std::string& caller, const std::string& key,
                              const Response& response) {
  std::vector<Responder> waiting;
  {
    std::lock_guard lock(mutex_);
    const auto found = entries_.find(NameOf(caller, key));
    if (found == entries_.end()) return;
    Entry& entry = *found->second;
    waiting.swap(entry.waiting);
    if (response.status >= 500 || response.status == 429) {
      order_.erase(found->second);
      entries_.erase(found);
      bytes_ -= kEntryOverheadBytes;
    } else {
      entry.done = true;
      entry.response = response;
      bytes_ += response.body ? response.body->size() : 0;
      Trim();
    }
  }
  for (const Responder& respond : waiting) respond(response);
}

// Unfinished entries stay: their requests are bounded by the server's connections.
void IdempotencyCache::Trim() {
  for (auto it = order_.begin(); bytes_ > bytes_max_ && it != order_.end();) {
    if (!it->done) {
      ++it;
      continue;
    }
    bytes_ -= kEntryOverheadBytes + (it->response.body ? it->response.body->size() : 0);
    entries_.erase(it->name);
    it = order_.erase(it);
  }
}

}  // namespace suyuan::api
