// Answers to POSTs that carried an Idempotency-Key, so that a client that lost the answer gets it
// again instead of a second effect. Bounded in bytes; the oldest go first. Thread-safe.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/http_message.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan::api {

class IdempotencyCache {
 public:
  explicit IdempotencyCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // First request of (caller, key): returns true, and the caller must call Finish. Later ones with
  // the same body get the answer through `respond`, now or when it is there, and false.
  // E_CONFLICT: another body under the same key.
  Result<bool> Begin(const std::string& caller, const std::string& key, const Hash& body,
                     const Responder& respond);
  // Keeps the answer and sends it to those who wait. Server errors (5xx, 429) are passed on but not
  // kept, so that the client may try again.
  void Finish(const std::string& caller, const std::string& key, const Response& response);

 private:
  struct Entry {
    std::string name;
    Hash body;
    bool done = false;
    Response response;
    std::vector<Responder> waiting;
  };
  using Order = std::list<Entry>;  // oldest first
  void Trim();

  const size_t bytes_max_;
  std::mutex mutex_;
  size_t bytes_ = 0;  // guarded by mutex_, as all below
  Order order_;
  std::unordered_map<std::string, Order::iterator> entries_;
};

}  // namespace suyuan::api
