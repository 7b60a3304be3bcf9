#include "api/problem.h"

#include "contracts/fields.h"

namespace suyuan::api {
namespace {

// Identifier of a field; its number in hex when the table does not know it.
std::string FieldName(uint16_t number) {
  if (const contracts::FieldInfo* info = contracts::FindField(number))
    return std::string(info->identifier);
  const Bytes big_endian{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
  return "0x" + HexEncode(big_endian);
}

}  // namespace

json::Object Problem(const Error& error, const ProblemContext& context) {
  const ErrorInfo& info = Describe(error.code);
  json::Object out;
  out.emplace("type", "/problems/" + std::string(info.name));
  out.emplace("title", info.cause);
  out.emplace("status", context.status ? context.status : info.http_status);
  out.emplace("code", info.name);
  // Details can quote what a client sent; JSON must be UTF-8 whatever that was.
  if (!error.detail.empty())
    out.emplace("detail", IsValidUtf8(error.detail) ? error.detail : HexEncode(error.detail));
  if (!info.remedy.empty()) out.emplace("remedy", info.remedy);
  if (error.record) out.emplace("record", *error.record);
  if (error.field != 0) {
    out.emplace("field", FieldName(error.field));
    out.emplace("item", static_cast<int>(error.item));
  }
  if (context.transaction) out.emplace("transaction", ToHex(*context.transaction));
  if (context.height) out.emplace("height", *context.height);
  return out;
}

Response ProblemResponse(const Error& error, const ProblemContext& context) {
  json::Object body = Problem(error, context);
  const int status = static_cast<int>(*body.at("status").if_int());
  Response response =
      Response::Of(status, "application/problem+json", json::Canonical(std::move(body)));
  response.With("Cache-Control", "no-store");
  if (status == 429 || status == 503)
    response.With("Retry-After", std::to_string(context.retry_after_s));
  if (status == 401) response.With("WWW-Authenticate", "Signature");
  return response;
}

Response MalformedRequest(std::string detail) {
  ProblemContext context;
  context.status = 400;
  return ProblemResponse({ErrorCode::kFormat, std::move(detail)}, context);
}

}  // namespace suyuan::api
