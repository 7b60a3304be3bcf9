// Errors as RFC 9457 problem documents. Shape:
//   {"type":"/problems/E_FORMAT","title":cause,"status":422,"code":"E_FORMAT","detail":…,
//    "transaction":hex,"record":n,"field":identifier,"item":n,"remedy":…,"height":n}
// Members without a value are absent. `status` repeats the HTTP status.
//
// Status: that of common/error.h's table, with one exception. E_FORMAT and E_SIZE of the request
// itself (its target, headers or body could not be read at all) are 400 and 413; E_FORMAT inside a
// well-formed request, that is of a transaction, stays 422 as in the table.
#pragma once

#include <optional>

#include "api/http_message.h"
#include "common/error.h"
#include "common/json.h"

namespace suyuan::api {

struct ProblemContext {
  std::optional<TxId> transaction = std::nullopt;
  std::optional<uint64_t> height = std::nullopt;
  // Overrides the table's status, for malformed requests.
  int status = 0;
  uint32_t retry_after_s = 1;  // sent with 429 and 503
};

// The problem as a JSON object, also used for each answer of a batch.
json::Object Problem(const Error& error, const ProblemContext& context = {});
// The response with its headers (Retry-After on 429 and 503, WWW-Authenticate on 401).
Response ProblemResponse(const Error& error, const ProblemContext& context = {});
// A request that cannot be read: status 400.
Response MalformedRequest(std::string detail);

}  // namespace suyuan::api
