// The one table of routes: what is served is what is described. /openapi.json is generated from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_message.h"
#include "api/uri.h"
#include "common/json.h"
#include "ledger/store.h"

namespace suyuan::api {

// One request on its way through a handler. `snapshot` is the state that it reads, taken after a
// wait for `?at`; nullptr for routes that do not read state.
struct Call {
  Request request;
  Responder respond;
  std::shared_ptr<const ledger::StateSnapshot> snapshot;

  uint64_t height() const { return snapshot ? snapshot->head().height.value() : 0; }
};
using CallPtr = std::shared_ptr<Call>;

struct Parameter {
  std::string_view name;
  std::string_view in;  // path, query, header
  std::string_view description;
  bool required = false;
  std::string_view schema = R"({"type":"string"})";  // JSON Schema text
};

struct ResponseInfo {
  int status = 200;
  std::string_view description;
  std::string_view content_type = "application/json";
};

struct Route {
  std::string_view method;
  // Segments are literals, "{name}" for one segment (without '/') or, at the end, "{name...}" for
  // one or more, given with canonical escapes.
  std::string_view pattern;
  std::string_view summary;
  std::vector<Parameter> parameters = {};
  std::vector<std::string_view> request_types = {};  // content types of the body
  std::vector<ResponseInfo> responses = {};          // beside the problem responses
  bool reads_state = true;                           // takes `?at`, says the height
  bool cacheable = false;  // the same for everybody who asks at one height
  std::function<void(CallPtr)> handle = nullptr;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  // The route of (method, path) with its captures; literals win over captures. E_NOT_FOUND;
  // E_METHOD when another method is offered (`allow` then lists them).
  Result<const Route*> Find(std::string_view method, const Target& target,
                            std::vector<std::pair<std::string, std::string>>* captures,
                            std::string* allow) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  const std::vector<Route> routes_;
};

// OpenAPI 3.1 of the table.
json::Value OpenApi(const Router& router, std::string_view version);

}  // namespace suyuan::api
