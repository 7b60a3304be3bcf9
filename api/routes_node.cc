// Health, status, descriptions: what operators, probes and clients ask of a node itself.
#include "api/services.h"
#include "contracts/contract.h"
#include "contracts/fields.h"
#include "contracts/types.h"

namespace suyuan::api {
namespace {

json::Array Peers(const NodeStatus& status) {
  json::Array out;
  for (const NodeStatus::Peer& peer : status.peers)
    out.emplace_back(
        json::Object{{"node", peer.node}, {"connected", peer.connected}, {"match", peer.match}});
  return out;
}

Response Status(const Services& services, const Call& call) {
  const NodeStatus status = services.gateway.status();
  const LedgerLimits& limits = services.gateway.limits();
  json::Object body;
  body.emplace("ledger_id", ToHex(services.gateway.ledger_id()));
  body.emplace("origin", services.gateway.origin());
  body.emplace("version", services.options.version);
  body.emplace("node", status.node);
  body.emplace("party", ToString(services.gateway.own_party()));
  body.emplace("role", status.role);
  body.emplace("leader", status.leader);
  body.emplace("term", status.term);
  body.emplace("commit", status.commit);
  body.emplace("applied", status.applied);
  body.emplace("leaf_count", call.snapshot->head().leaf_count);
  body.emplace("block_hash", ToHex(call.snapshot->head().entry_hash));
  body.emplace("state_root", ToHex(call.snapshot->head().state_root));
  body.emplace("pool", json::Object{{"transactions", status.pool_transactions},
                                    {"bytes", status.pool_bytes}});
  body.emplace("clock_ahead_ms", status.clock_ahead_ms);
  body.emplace("peers", Peers(status));
  body.emplace("limits", json::Object{{"transaction_bytes", limits.transaction_bytes_max},
                                      {"entry_bytes", limits.entry_bytes_max},
                                      {"records", limits.records_max},
                                      {"codes", limits.codes_max}});
  return JsonAt(call, std::move(body));
}

// Ready: knows a leader and is not far behind what is committed.
Result<Response> Ready(const Services& services) {
  constexpr uint64_t kLagMax = 1000;
  const NodeStatus status = services.gateway.status();
  if (status.leader.empty()) return Error{ErrorCode::kNoLeader, "no leader is known to this node"};
  if (status.commit > status.applied + kLagMax)
    return Error{ErrorCode::kNotYet, "applied " + std::to_string(status.applied) + " of " +
                                         std::to_string(status.commit)};
  return Response::Of(200, "text/plain", "ready\n");
}

Response Metrics(const Services& services) {
  std::string out = services.gateway.metrics();
  const auto line = [&out](std::string_view name, std::string_view labels, uint64_t value) {
    out += std::string(name) + std::string(labels) + " " + std::to_string(value) + "\n";
  };
  out += "# TYPE suyuan_http_responses_total counter\n";
  line("suyuan_http_responses_total", "{class=\"2xx\"}", services.responses_2xx);
  line("suyuan_http_responses_total", "{class=\"3xx\"}", services.responses_3xx);
  line("suyuan_http_responses_total", "{class=\"4xx\"}", services.responses_4xx);
  line("suyuan_http_responses_total", "{class=\"5xx\"}", services.responses_5xx);
  out += "# TYPE suyuan_http_cache_hits_total counter\n";
  line("suyuan_http_cache_hits_total", "", services.cache.hits());
  out += "# TYPE suyuan_http_event_streams gauge\n";
  line("suyuan_http_event_streams", "", services.events->streams());
  if (services.options.listener_metrics) out += services.options.listener_metrics();
  return Response::Of(200, "text/plain; version=0.0.4", std::move(out));
}

std::string_view ObligationName(contracts::Obligation value) {
  switch (value) {
    case contracts::Obligation::kMandatory:
      return "mandatory";
    case contracts::Obligation::kConditional:
      return "conditional";
    case contracts::Obligation::kOptional:
      return "optional";
    case contracts::Obligation::kSystem:
      break;
  }
  return "set by the ledger";
}

// All that a client needs to build records: an outside signer reads the numbers from here.
Response Types(const Call& call) {
  json::Array types;
  for (const contracts::Contract& contract : contracts::AllContracts())
    types.emplace_back(json::Object{{"type", contracts::TypeName(contract.type)},
                                    {"number", static_cast<int>(contract.type.value())},
                                    {"version", static_cast<int>(contract.version)}});
  json::Array fields;
  for (const contracts::FieldInfo& field : contracts::AllFields()) {
    json::Object about{{"number", static_cast<int>(field.number)},
                       {"section", contracts::SectionName(field.section())},
                       {"identifier", field.identifier},
                       {"chinese", field.chinese},
                       {"list", field.list},
                       {"class", contracts::ToString(field.disclosure)},
                       {"obligation", ObligationName(field.obligation)}};
    if (field.max != 0) about.insert({{"min", field.min}, {"max", field.max}});
    if (!field.choices.empty()) about.emplace("choices", field.choices);
    fields.emplace_back(std::move(about));
  }
  return JsonAt(call, {{"types", std::move(types)}, {"fields", std::move(fields)}});
}

json::Array Problems() {
  size_t count = 0;
  const ErrorInfo* table = ErrorTable(&count);
  json::Array out;
  for (size_t i = 1; i < count; ++i)
    out.emplace_back(json::Object{{"code", table[i].name},
                                  {"status", table[i].http_status},
                                  {"cause", table[i].cause},
                                  {"remedy", table[i].remedy}});
  return out;
}

Result<Response> OneProblem(const Call& call) {
  const auto code = ParseErrorCode(call.request.Capture("code"));
  if (!code) return Error{ErrorCode::kNotFound, "no error has this code"};
  return Response::Of(200, "application/json", json::Canonical(Problem({*code})));
}

void AddProbeRoutes(Services* s, std::vector<Route>& routes) {
  routes.push_back({"GET",
                    "/healthz",
                    "The process is alive",
                    {},
                    {},
                    {{200, "alive", "text/plain"}},
                    false,
                    false,
                    Sync([](const Call&) -> Result<Response> {
                      return Response::Of(200, "text/plain", "ok\n");
                    })});
  routes.push_back({"GET",
                    "/readyz",
                    "The node can serve reads and writes",
                    {},
                    {},
                    {{200, "ready", "text/plain"}},
                    false,
                    false,
                    Sync([s](const Call&) { return Ready(*s); })});
  routes.push_back({"GET",
                    "/metrics",
                    "Metrics for Prometheus",
                    {},
                    {},
                    {{200, "metrics", "text/plain"}},
                    false,
                    false,
                    Sync([s](const Call&) -> Result<Response> { return Metrics(*s); })});
}

void AddDescriptionRoutes(Services* s, std::vector<Route>& routes) {
  routes.push_back({"GET",
                    "/openapi.json",
                    "This description",
                    {},
                    {},
                    {{200, "OpenAPI 3.1"}},
                    false,
                    false,
                    Sync([s](const Call&) -> Result<Response> {
                      return Response::Of(200, "application/json", s->openapi);
                    })});
  routes.push_back({"GET",
                    "/genesis",
                    "The genesis file, whose hash is the ledger id",
                    {},
                    {},
                    {{200, "genesis file", "application/octet-stream"}},
                    false,
                    false,
                    Sync([s](const Call&) -> Result<Response> {
                      return Response::Of(200, "application/octet-stream",
                                          std::string(s->gateway.genesis_file()));
                    })});
  routes.push_back({"GET",
                    "/v1/status",
                    "State of this node and limits of its ledger",
                    {},
                    {},
                    {{200, "status"}},
                    true,
                    false,
                    Sync([s](const Call& c) -> Result<Response> { return Status(*s, c); })});
  routes.push_back({"GET",
                    "/v1/types",
                    "Transaction types and fields",
                    {},
                    {},
                    {{200, "types, fields"}},
                    true,
                    true,
                    Sync([](const Call& c) -> Result<Response> { return Types(c); })});
  routes.push_back({"GET",
                    "/problems",
                    "Every error code with cause and remedy",
                    {},
                    {},
                    {{200, "codes"}},
                    false,
                    false,
                    Sync([](const Call&) -> Result<Response> {
                      return Response::Of(200, "application/json", json::Canonical(Problems()));
                    })});
  routes.push_back({"GET",
                    "/problems/{code}",
                    "One error code",
                    {{"code", "path", "such as E_FORMAT", true}},
                    {},
                    {{200, "the code"}},
                    false,
                    false,
                    Sync(OneProblem)});
}

}  // namespace

void AddNodeRoutes(Services& services, std::vector<Route>& routes) {
  AddProbeRoutes(&services, routes);
  AddDescriptionRoutes(&services, routes);
}

}  // namespace suyuan::api
