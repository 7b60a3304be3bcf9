// What the handlers of all routes share; internal to the api room.
#pragma once

#include <atomic>

#include "api/api.h"
#include "api/event_stream.h"
#include "api/http_signature.h"
#include "api/idempotency.h"
#include "api/problem.h"
#include "api/record_verifier.h"
#include "api/response_cache.h"
#include "api/router.h"

namespace suyuan::api {

struct Services : std::enable_shared_from_this<Services> {
  Services(Gateway& g, ApiOptions o)
      : gateway(g),
        options(std::move(o)),
        cache(options.cache_bytes_max),
        started_s(g.now_ms() / 1000),
        nonces(options.nonces_max),
        idempotency(options.idempotency_bytes_max),
        verifier(g.store(), g.limits(), options.verified_records_max),
        events(std::make_shared<EventHub>(g.store(), options.streams_max)) {}

  Gateway& gateway;
  const ApiOptions options;
  ResponseCache cache;
  // Seconds UTC. Rounded down: what is signed in the second of the start counts, or a client that
  // waits for the node would be refused.
  const int64_t started_s;
  NonceCache nonces;
  IdempotencyCache idempotency;
  RecordVerifier verifier;
  const std::shared_ptr<EventHub> events;
  std::string openapi;  // set once the table is complete
  std::atomic<uint64_t> responses_2xx{0}, responses_3xx{0}, responses_4xx{0}, responses_5xx{0};
};

// A handler that answers at once; an Error becomes a problem with the height.
std::function<void(CallPtr)> Sync(std::function<Result<Response>(const Call&)> f);

// JSON of a read: `body` with the member "height".
Response JsonAt(const Call& call, json::Object body);

// Each adds its routes to the table.
void AddNodeRoutes(Services& services, std::vector<Route>& routes);
void AddTransactionRoutes(Services& services, std::vector<Route>& routes);
void AddLedgerRoutes(Services& services, std::vector<Route>& routes);
void AddFindingRoutes(Services& services, std::vector<Route>& routes);
void AddEntityRoutes(Services& services, std::vector<Route>& routes);
void AddReaderRoutes(Services& services, std::vector<Route>& routes);
void AddTraceRoutes(Services& services, std::vector<Route>& routes);

}  // namespace suyuan::api
