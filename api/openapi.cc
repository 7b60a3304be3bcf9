// OpenAPI 3.1 from the table of routes.
#include <set>

#include "api/router.h"

namespace suyuan::api {
namespace {

json::Value Schema(std::string_view text) {
  Result<json::Value> schema = json::Parse(text);
  SUYUAN_CHECK(schema.ok(), "schema in the route table: " + std::string(text));
  return *std::move(schema);
}

// "/v1/trace/{code...}" → "/v1/trace/{code}".
std::string PathOf(std::string_view pattern) {
  std::string out(pattern);
  const size_t dots = out.find("...}");
  if (dots != std::string::npos) out.erase(dots, 3);
  return out;
}

json::Value ParameterOf(const Parameter& parameter) {
  json::Object out;
  out.emplace("name", parameter.name);
  out.emplace("in", parameter.in);
  out.emplace("description", parameter.description);
  out.emplace("required", parameter.required || parameter.in == "path");
  out.emplace("schema", Schema(parameter.schema));
  // A code such as 01/<gtin>/21/<serial> keeps its slashes.
  if (parameter.in == "path") out.emplace("allowReserved", true);
  return out;
}

json::Value Content(std::string_view type, json::Value schema) {
  json::Object media;
  media.emplace("schema", std::move(schema));
  json::Object out;
  out.emplace(std::string(type), std::move(media));
  return out;
}

json::Value SchemaOf(std::string_view content_type) {
  if (content_type.find("json") != std::string_view::npos) return Schema(R"({"type":"object"})");
  return Schema(R"({"type":"string"})");
}

json::Value Responses(const Route& route) {
  json::Object out;
  for (const ResponseInfo& info : route.responses) {
    json::Object response;
    response.emplace("description", info.description);
    // Without a body (307), or with the problem that every route may answer.
    const bool bare = info.status >= 300 && info.content_type == "application/json";
    if (!bare && !info.content_type.empty())
      response.emplace("content", Content(info.content_type, SchemaOf(info.content_type)));
    out.emplace(std::to_string(info.status), std::move(response));
  }
  json::Object problem;
  problem.emplace("$ref", "#/components/responses/Problem");
  out.emplace("default", std::move(problem));
  return out;
}

json::Object Operation(const Route& route) {
  json::Object out;
  out.emplace("summary", route.summary);
  json::Array parameters;
  for (const Parameter& parameter : route.parameters) parameters.push_back(ParameterOf(parameter));
  if (route.reads_state) {
    json::Object at;
    at.emplace("$ref", "#/components/parameters/at");
    parameters.emplace_back(std::move(at));
  }
  if (!parameters.empty()) out.emplace("parameters", std::move(parameters));
  if (!route.request_types.empty()) {
    json::Object content;
    for (std::string_view type : route.request_types) {
      json::Object media;
      media.emplace("schema", SchemaOf(type));
      content.emplace(std::string(type), std::move(media));
    }
    json::Object body;
    body.emplace("required", true);
    body.emplace("content", std::move(content));
    out.emplace("requestBody", std::move(body));
  }
  out.emplace("responses", Responses(route));
  return out;
}

constexpr std::string_view kComponents = R"json({
  "parameters": {"at": {"name": "at", "in": "query", "required": false,
    "description": "A height: wait (bounded) until this node has applied it. `latest`: wait until it has applied all that a majority of the nodes had committed when the request came (a linearizable read). Without it the answer is this node's own newest state, whose height the header names.",
    "schema": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "enum": ["latest"]}]}}},
  "responses": {"Problem": {"description": "What went wrong (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
  "schemas": {"Problem": {"type": "object", "required": ["type", "title", "status", "code"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"},
      "status": {"type": "integer"}, "code": {"type": "string"}, "detail": {"type": "string"},
      "remedy": {"type": "string"}, "transaction": {"type": "string"},
      "record": {"type": "integer"}, "field": {"type": "string"}, "item": {"type": "integer"},
      "height": {"type": "integer"}}}},
  "securitySchemes": {"signature": {"type": "apiKey", "in": "header", "name": "Signature",
    "description": "RFC 9421, ed25519, over @method @authority @path @query content-digest, with created, nonce, keyid (hex key id) and alg. Without it a request is anonymous."}}
})json";

}  // namespace

json::Value OpenApi(const Router& router, std::string_view version) {
  json::Object paths;
  for (const Route& route : router.routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    json::Value& path = paths.try_emplace(PathOf(route.pattern), json::Object()).first->second;
    path.if_object()->emplace(std::move(method), Operation(route));
  }
  json::Object info;
  info.emplace("title", "Suyuan ledger node");
  info.emplace("version", version);
  info.emplace("description",
               "Every read says the height it was read at, in the header Suyuan-Height and in JSON "
               "bodies as `height`.");
  json::Object out;
  out.emplace("openapi", "3.1.0");
  out.emplace("info", std::move(info));
  out.emplace("paths", std::move(paths));
  out.emplace("components", Schema(kComponents));
  return out;
}

}  // namespace suyuan::api
