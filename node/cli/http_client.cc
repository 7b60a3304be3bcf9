#include "node/cli/http_client.h"

#include <algorithm>
#include <chrono>

#include <httplib.h>

#include "api/http_signature.h"
#include "common/encoding.h"

namespace suyuan::cli {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

HttpReply ToReply(const httplib::Response& response, std::string body) {
  HttpReply reply;
  reply.status = response.status;
  reply.body = std::move(body);
  for (const auto& [name, value] : response.headers) reply.headers[Lower(name)] = value;
  reply.content_type = reply.headers["content-type"];
  return reply;
}

Result<HttpReply> OnlyGood(Result<HttpReply> reply) {
  if (reply.ok() && reply->status >= 400) return ProblemError(reply->status, reply->body);
  return reply;
}

}  // namespace

struct NodeClient::Impl {
  Impl(std::string url_text, std::string authority_text, bool uses_tls, const SigningKey* signing)
      : url(std::move(url_text)),
        authority(std::move(authority_text)),
        tls(uses_tls),
        key(signing),
        http(url) {}

  httplib::Headers Sign(const char* method, const std::string& target,
                        const std::string& body) const {
    httplib::Headers headers{{"Host", authority}};
    if (key == nullptr) return headers;
    size_t mark = target.find('?');
    std::string path = target.substr(0, mark);
    std::string query = mark == std::string::npos ? "" : target.substr(mark + 1);
    api::SignedMessage message{
        method, authority, path,
        query,  tls,       [](std::string_view) { return std::optional<std::string>(); }};
    auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    std::string nonce = HexEncode(RandomFixed<Nonce16>().view());
    for (auto& [name, value] : api::SignRequest(message, body, *key, now.count(), nonce))
      headers.emplace(name, value);
    return headers;
  }

  Result<HttpReply> Send(const char* method, const std::string& target, const std::string& body,
                         const std::string& content_type) {
    httplib::Request request;
    request.method = method;
    request.path = target;
    request.headers = Sign(method, target, body);
    request.body = body;
    if (!content_type.empty()) request.headers.emplace("Content-Type", content_type);
    std::string answer;
    bool too_long = false;
    request.content_receiver = [&](const char* data, size_t size, uint64_t, uint64_t) {
      too_long = size > kAnswerBytesMax - answer.size();
      if (!too_long) answer.append(data, size);
      return !too_long;
    };
    const httplib::Result result = http.send(request);
    if (too_long)
      return Error{ErrorCode::kSize, url + " answers with more than " +
                                         std::to_string(kAnswerBytesMax >> 20) + " MiB"};
    if (!result)
      return Error{ErrorCode::kUnreachable,
                   "no answer from " + url + " (" + httplib::to_string(result.error()) + ")"};
    return ToReply(*result, std::move(answer));
  }

  const std::string url, authority;
  const bool tls;
  const SigningKey* const key;
  httplib::Client http;
};

NodeClient::NodeClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NodeClient::NodeClient(NodeClient&&) noexcept = default;
NodeClient& NodeClient::operator=(NodeClient&&) noexcept = default;
NodeClient::~NodeClient() = default;

Result<NodeClient> NodeClient::Connect(std::string_view url, const SigningKey* key, int timeout_s) {
  bool tls = url.starts_with("https://");
  if (!tls && !url.starts_with("http://"))
    return Error{ErrorCode::kConfig,
                 "\"" + std::string(url) + "\" is no node URL; write http://host:port"};
  std::string_view rest = url.substr(tls ? 8 : 7);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?# @") != std::string_view::npos)
    return Error{ErrorCode::kConfig,
                 "\"" + std::string(url) + "\" must be a scheme, a host and a port, no path"};
  std::string base = std::string(tls ? "https://" : "http://") + std::string(rest);
  auto impl = std::make_unique<Impl>(base, Lower(std::string(rest)), tls, key);
  if (!impl->http.is_valid())
    return Error{ErrorCode::kConfig, "\"" + std::string(url) + "\" is no node URL"};
  impl->http.set_tcp_nodelay(true);
  impl->http.set_keep_alive(true);
  impl->http.set_connection_timeout(5);
  impl->http.set_read_timeout(timeout_s);
  impl->http.set_write_timeout(timeout_s);
  return NodeClient(std::move(impl));
}

const std::string& NodeClient::url() const { return impl_->url; }

Result<HttpReply> NodeClient::Get(const std::string& target) {
  return OnlyGood(impl_->Send("GET", target, "", ""));
}

Result<HttpReply> NodeClient::Post(const std::string& target, const std::string& body,
                                   const std::string& content_type) {
  return OnlyGood(PostAnyStatus(target, body, content_type));
}

Result<HttpReply> NodeClient::PostAnyStatus(const std::string& target, const std::string& body,
                                            const std::string& content_type) {
  return impl_->Send("POST", target, body, content_type);
}

Result<json::Value> NodeClient::GetJson(const std::string& target) {
  SUYUAN_ASSIGN_OR_RETURN(HttpReply reply, Get(target));
  return json::Parse(reply.body);
}

}  // namespace suyuan::cli
