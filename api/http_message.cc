#include "api/http_message.h"

#include <atomic>

#include "api/problem.h"

namespace suyuan::api {
namespace {

template <typename Pairs>
const std::string* FindIn(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return &value;
  return nullptr;
}

}  // namespace

const std::string* Request::Header(std::string_view name) const { return FindIn(headers, name); }

const std::string* Request::Query(std::string_view name) const { return FindIn(query, name); }

const std::string& Request::Capture(std::string_view name) const {
  static const std::string kNone;
  const std::string* found = FindIn(captures, name);
  return found ? *found : kNone;
}

Response Response::Of(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

struct Responder::State {
  std::function<void(Response)> send;
  std::atomic<bool> sent{false};
  explicit State(std::function<void(Response)> f) : send(std::move(f)) {}
  ~State() {
    if (!sent.load())
      send(ProblemResponse({ErrorCode::kInternal, "the handler ended without an answer"}));
  }
};

Responder::Responder(std::function<void(Response)> send)
    : state_(std::make_shared<State>(std::move(send))) {}

void Responder::operator()(Response response) const {
  if (!state_->sent.exchange(true)) state_->send(std::move(response));
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

PreparedResponse Prepare(const Response& response, bool keep_alive, bool head_only) {
  PreparedResponse out;
  out.status_line = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.status_line += ReasonPhrase(response.status);
  out.status_line += "\r\n";
  const size_t length = response.body ? response.body->size() : 0;
  std::string& rest = out.rest;
  rest.reserve(256 + (head_only ? 0 : length));
  if (length > 0 || response.stream) rest += "Content-Type: " + response.content_type + "\r\n";
  if (!response.stream) rest += "Content-Length: " + std::to_string(length) + "\r\n";
  rest += "X-Content-Type-Options: nosniff\r\n";
  for (const auto& [name, value] : response.headers) rest += name + ": " + value + "\r\n";
  if (!keep_alive) rest += "Connection: close\r\n";
  rest += "\r\n";
  if (response.body && !head_only) rest += *response.body;
  return out;
}

}  // namespace suyuan::api
