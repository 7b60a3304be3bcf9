// The node's HTTP interface: routes, authentication, disclosure, caches, over a Gateway. The
// composition root makes one Api and, for each listener, one face of it:
//
//   Api api(gateway, options);
//   auto server = Server::Start(io, server_options, api.MakeFace(face_options));
//
// Thread-safe. Reads of the state happen on the thread that runs the connection: they are point
// reads or bounded scans of a LevelDB snapshot. Nothing here blocks on consensus.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/gateway.h"
#include "api/http_message.h"
#include "api/rate_limiter.h"

namespace suyuan::api {

class Router;

struct ApiOptions {
  std::string version = "0.1.0";
  // Host values that signed requests may name; empty: any. A signature made for one node must not
  // be replayed at another, so a node that is reached over a network names its own.
  std::vector<std::string> authorities;
  size_t cache_bytes_max = 64 << 20;
  uint32_t at_wait_ms_max = 10'000;  // how long a read waits for `?at`
  size_t nonces_max = 1'000'000;     // remembered nonces of signed requests, 120 B each
  size_t idempotency_bytes_max = 32 << 20;
  size_t verified_records_max = 100'000;  // whose blocks were read and checked before
  size_t streams_max = 2'000;             // event streams at once
  // Counters of the listeners, in Prometheus text, put beside the API's own in /metrics.
  std::function<std::string()> listener_metrics;
};

// What distinguishes the listeners.
struct FaceOptions {
  RateLimit per_address{200, 400};    // every request
  RateLimit per_identity{500, 1000};  // signed requests, for each key
  size_t callers_max = 100'000;       // rows of each of the two tables
};

class Api {
 public:
  // `gateway` must outlive the Api and every face.
  Api(Gateway& gateway, ApiOptions options);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  std::shared_ptr<RequestHandler> MakeFace(const FaceOptions& options);
  const Router& router() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace suyuan::api
