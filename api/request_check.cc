#include "api/request_check.h"

#include "api/problem.h"

namespace suyuan::api::internal {

namespace http = boost::beast::http;

namespace {

bool AllDigits(boost::beast::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

std::string Lower(boost::beast::string_view text) {
  std::string out(text.data(), text.size());
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

Response ParseProblem(const boost::beast::error_code& ec) {
  if (ec == http::error::header_limit) {
    ProblemContext context;
    context.status = 431;
    return ProblemResponse({ErrorCode::kSize, "the header is too large"}, context);
  }
  if (ec == http::error::body_limit)
    return ProblemResponse({ErrorCode::kSize, "the body is too large"});
  return MalformedRequest("not a well-formed HTTP/1.1 request: " + ec.message());
}

std::optional<Response> CheckFields(const Parser::value_type& message,
                                    const ServerOptions& options) {
  size_t count = 0, lengths = 0, codings = 0, hosts = 0;
  for (const auto& field : message) {
    ++count;
    if (field.name() == http::field::content_length) {
      ++lengths;
      if (!AllDigits(field.value())) return MalformedRequest("Content-Length is not one number");
    } else if (field.name() == http::field::transfer_encoding) {
      ++codings;
      if (!boost::beast::iequals(field.value(), "chunked"))
        return MalformedRequest("the only transfer coding is chunked");
    } else if (field.name() == http::field::host) {
      ++hosts;
    }
  }
  if (lengths + codings > 1) return MalformedRequest("more than one length of the body");
  if (hosts > 1 || (hosts == 0 && message.version() == 11))
    return MalformedRequest("exactly one Host is needed");
  if (count <= options.headers_max) return std::nullopt;
  ProblemContext context;
  context.status = 431;
  return ProblemResponse({ErrorCode::kSize, "too many header fields"}, context);
}

bool IsPlainGet(const Parser::value_type& message) {
  static constexpr std::string_view kSigned[] = {"signature", "signature-input"};
  if (message.method() != http::verb::get || !message.body().empty()) return false;
  for (const auto& field : message)
    for (std::string_view name : kSigned)
      if (boost::beast::iequals(field.name_string(), {name.data(), name.size()})) return false;
  return true;
}

Request TakeRequest(Parser& parser, const std::string& remote_address, bool tls) {
  auto& message = parser.get();
  Request request;
  request.method =
      message.method() == http::verb::head ? "GET" : std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message)
    request.headers.emplace_back(Lower(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  request.remote_address = remote_address;
  request.tls = tls;
  return request;
}

}  // namespace suyuan::api::internal
