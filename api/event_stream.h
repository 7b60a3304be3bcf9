// /v1/events: server-sent events, one for each block. A client's place is a height, so a stream
// resumes anywhere (Last-Event-ID) and needs no queue: each client reads the blocks that it has not
// seen from the store, and rendered blocks are shared among clients.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/gateway.h"
#include "api/http_message.h"

namespace suyuan::api {

// Thread-safe.
class EventHub : public std::enable_shared_from_this<EventHub> {
 public:
  EventHub(const ledger::Store& store, size_t streams_max)
      : store_(store), streams_max_(streams_max) {}

  // A new block is applied.
  void OnBlock(const BlockEvent& event);
  // A stream from `next` on; E_BUSY when there are too many.
  Result<std::shared_ptr<StreamSource>> Open(uint64_t next);
  size_t streams() const;

 private:
  class Stream;
  // The event text of a block; counts a read of the store in `reads`.
  std::shared_ptr<const std::string> Render(uint64_t height, size_t& reads);

  const ledger::Store& store_;
  const size_t streams_max_;
  mutable std::mutex mutex_;
  std::unordered_map<Stream*, std::weak_ptr<Stream>> streams_;  // guarded by mutex_
  // Rendered blocks of consecutive heights, the newest last; guarded by mutex_.
  std::deque<std::pair<uint64_t, std::shared_ptr<const std::string>>> recent_;
};

}  // namespace suyuan::api
