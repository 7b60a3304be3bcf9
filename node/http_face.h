// The node's HTTP listener: the api room's routes over the gateway, on a thread of its own, so that
// no number of requests delays a heartbeat.
#pragma once

#include <memory>

#include "api/gateway.h"
#include "common/result.h"
#include "node/config.h"

namespace suyuan::node {

// Start and Stop on the node's own thread.
class HttpFace {
 public:
  // `config.api_listen` is not empty. E_CONFIG, E_PORT.
  static Result<std::unique_ptr<HttpFace>> Start(api::Gateway& gateway, const NodeConfig& config);
  ~HttpFace();
  // Accepts no more; running requests may finish, then everything is closed.
  void StopAccepting();
  // After StopAccepting, and when nobody answers requests any more: ends the thread.
  void Stop();

 private:
  struct Impl;
  explicit HttpFace(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::node
