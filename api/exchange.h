// How a session gets an answer and how long it keeps it. Internal to the server.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include "api/http_message.h"
#include "common/agreement.h"

namespace suyuan::api::internal {

// The answer's way from any thread back to the session.
struct Exchange {
  std::mutex mutex;
  std::optional<Response> response;  // guarded by mutex
  bool waiting = false;              // guarded by mutex: the session sleeps and wants a wake-up

  // True when the session has to be woken.
  bool Put(Response r) {
    std::lock_guard lock(mutex);
    response = std::move(r);
    return waiting;
  }
  std::optional<Response> Take() {
    std::lock_guard lock(mutex);
    waiting = !response;
    return std::move(response);
  }
};

// What is being sent, overwritten at its end where it holds secrets, also when the connection is
// cut.
struct WipedResponse {
  PreparedResponse prepared;
  const bool wipe;
  ~WipedResponse() {
    if (wipe) Wipe(prepared.rest);
  }
};

}  // namespace suyuan::api::internal
