// What of HTTP needs no HTTP library: problem documents and percent-encoding.
#include "node/cli/http_client.h"

namespace suyuan::cli {

Error ProblemError(int status, std::string_view body) {
  Error error{ErrorCode::kInternal, "the node answered with HTTP status " + std::to_string(status)};
  if (status == 404) error.code = ErrorCode::kNotFound;
  auto problem = json::Parse(body);
  if (!problem.ok() || problem->if_object() == nullptr) return error;
  if (auto code = ParseErrorCode(problem->Text("code"))) error.code = *code;
  if (!problem->Text("detail").empty()) error.detail = problem->Text("detail");
  if (const json::Value* record = problem->Find("record"); record && record->if_int())
    error.record = static_cast<uint32_t>(*record->if_int());
  if (!problem->Text("field").empty()) error.detail += " [field " + problem->Text("field") + "]";
  return error;
}

std::string UrlEncode(std::string_view text, bool keep_slashes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == '~' || (keep_slashes && c == '/');
    if (unreserved) {
      out += c;
    } else {
      auto byte = static_cast<uint8_t>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

}  // namespace suyuan::cli
