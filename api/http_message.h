// Requests and responses as handlers see them: plain values, no Beast. The server (server.h) makes
// the one and sends the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/ids.h"

namespace suyuan::api {

// Names are lower case; values without surrounding white space. Order as received.
using Headers = std::vector<std::pair<std::string, std::string>>;

// Who sent a request: nobody known (a consumer), or the holder of a registered key.
struct Identity {
  KeyId key;
  PartyId party;
  bool member = false;     // of an active or suspended party
  bool regulator = false;  // an active one
};

struct Request {
  std::string method;  // "GET"; HEAD arrives as GET, the server drops the body
  std::string target;  // as received: path and query
  Headers headers;
  std::string body;
  std::string remote_address;  // textual IP, no port
  bool tls = false;

  // Filled in by the router.
  std::string path;                                           // raw part of the target before '?'
  std::vector<std::pair<std::string, std::string>> query;     // percent-decoded
  std::vector<std::pair<std::string, std::string>> captures;  // of the route's pattern, decoded
  std::optional<Identity> identity;

  // First header of that (lower-case) name; nullptr when there is none.
  const std::string* Header(std::string_view name) const;
  // Value of a query parameter; nullptr when there is none.
  const std::string* Query(std::string_view name) const;
  // Captured part of the path; "" when the pattern has no such part.
  const std::string& Capture(std::string_view name) const;
};

// A response body without an end, such as an event stream. Polled on the session's executor.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  // Bytes to send now; "" to wait until woken; nullopt to end the stream.
  virtual std::optional<std::string> Poll() = 0;
  // `wake` may be called from any thread, also after the session has ended.
  virtual void SetWaker(std::function<void()> wake) = 0;
  // Sent when nothing else was for a while, so that a vanished client is noticed.
  virtual std::string KeepAlive() = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers;
  std::shared_ptr<const std::string> body;  // nullptr: empty
  std::shared_ptr<StreamSource> stream;     // instead of a body
  bool close = false;                       // end the connection afterwards
  bool wipe = false;                        // holds secrets: the copy that is sent is overwritten

  static Response Of(int status, std::string content_type, std::string body);
  Response& With(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

// Sends the one response of a request. Copyable; callable from any thread; the first call counts.
// When the last copy dies without a call, the client gets E_INTERNAL instead of silence.
class Responder {
 public:
  explicit Responder(std::function<void(Response)> send);
  void operator()(Response response) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A whole response kept for repetition: everything after the Date line, ready to write.
struct PreparedResponse {
  std::string status_line;  // "HTTP/1.1 200 OK\r\n"
  std::string rest;         // further headers, blank line, body
};
// Lays a bodied response out; `head_only` drops the body but keeps its length.
PreparedResponse Prepare(const Response& response, bool keep_alive, bool head_only);
std::string_view ReasonPhrase(int status);

// What the server calls. Implementations are thread-safe.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  // Asked first for a bodiless GET on a keep-alive connection without signature: an answer kept
  // ready, or nullptr. Must not block.
  virtual std::shared_ptr<const PreparedResponse> Ready(std::string_view target,
                                                        std::string_view remote_address) = 0;
  virtual void Handle(Request request, Responder respond) = 0;
};

}  // namespace suyuan::api
