// The node's HTTP listeners: the api room's routes over the gateway, each listener on a thread of
// its own, so that no number of requests delays a heartbeat, and a flood of the public one no
// member (reliability §5).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/gateway.h"
#include "common/result.h"
#include "node/config.h"

namespace suyuan::node {

// Hosts that signed requests may name: those of the configuration, otherwise the listeners'
// addresses, loopback names with their ports, and this node's address in the genesis file.
std::vector<std::string> OwnAuthorities(const NodeConfig& config, const std::string& genesis_api);

// Start and Stop on the node's own thread.
class HttpFace {
 public:
  // `config.api_listen` is not empty; `genesis_api` may be. E_CONFIG, E_PORT.
  static Result<std::unique_ptr<HttpFace>> Start(api::Gateway& gateway, const NodeConfig& config,
                                                 const std::string& genesis_api);
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
