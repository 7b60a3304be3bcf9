// The command line's HTTP client: one node, one keep-alive connection, blocking. cpp-httplib stays
// inside http_client.cc. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan::cli {

// An answer is no longer: a block, the largest of what nodes serve, is 8 MiB, in base64 11.
inline constexpr size_t kAnswerBytesMax = 64 << 20;

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

class NodeClient {
 public:
  // `url` is http://host:port or https://host:port (E_CONFIG otherwise). Requests are signed with
  // `key` when there is one (RFC 9421), anonymous otherwise; `key` outlives the client.
  static Result<NodeClient> Connect(std::string_view url, const SigningKey* key,
                                    int timeout_s = 30);
  NodeClient(NodeClient&&) noexcept;
  NodeClient& operator=(NodeClient&&) noexcept;
  ~NodeClient();

  const std::string& url() const;
  // `target` is path and query. E_UNREACHABLE when there is no answer at all, E_SIZE when it is
  // longer than kAnswerBytesMax; the node's own error (code, detail, record, field of its
  // problem+json) for any status from 400 on.
  Result<HttpReply> Get(const std::string& target);
  Result<HttpReply> Post(const std::string& target, const std::string& body,
                         const std::string& content_type);
  // As Post, but any HTTP answer is a reply, whatever its status.
  Result<HttpReply> PostAnyStatus(const std::string& target, const std::string& body,
                                  const std::string& content_type);
  // Get, and the answer parsed as JSON.
  Result<json::Value> GetJson(const std::string& target);

 private:
  struct Impl;
  explicit NodeClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The error in a problem+json body; a general one when the body is something else.
Error ProblemError(int status, std::string_view body);
// Percent-encodes everything but unreserved characters and, with `keep_slashes`, '/'.
std::string UrlEncode(std::string_view text, bool keep_slashes);

}  // namespace suyuan::cli
