// The HTTP/1.1 server: Boost.Beast's parser on an Asio io_context, one coroutine a connection, no
// thread of its own.
//
// Guards (reliability §5), all of them here and not in handlers: size and number of headers, size
// of bodies (chunked ones too), memory of all bodies together, a deadline for a whole request, an
// idle limit, a cap on connections, in all and for each address. Ambiguous lengths (both length
// headers, two Content-Lengths) are refused with 400 and the connection ends.
//
// Threading: the io_context may be run by any number of threads. Handlers are called on the
// connection's strand and may answer later from any thread; the io_context must outlive them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http_message.h"
#include "common/result.h"

namespace boost::asio {
class io_context;
}

namespace suyuan::api {

struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, or "localhost"
  uint16_t port = 0;                  // 0: any free one
  // PEM files. Required when the address is not a loopback address. TLS 1.3 only.
  std::string tls_certificate_file;
  std::string tls_key_file;

  uint32_t header_bytes_max = 16 * 1024;
  uint32_t headers_max = 64;
  uint64_t body_bytes_max = 8 * 1024 * 1024;
  // Of bodies being read or handled, each with 64 KiB to read it; those up to 16 KiB do not count.
  uint64_t all_bodies_bytes_max = 256ull * 1024 * 1024;
  uint32_t request_timeout_ms = 30'000;   // from the first byte to the last, and for each answer
  uint32_t idle_timeout_ms = 60'000;      // between requests
  uint32_t handler_timeout_ms = 120'000;  // until the handler answers
  uint32_t stream_keep_alive_ms = 15'000;
  uint32_t connections_max = 20'000;
  uint32_t connections_per_address_max = 0;  // 0: no limit of its own; of IPv6 the /64
};

struct ServerCounters {
  uint64_t connections_open = 0;
  uint64_t connections_total = 0;
  uint64_t connections_refused = 0;
  uint64_t requests = 0;
  uint64_t timeouts = 0;
};

class Server {
 public:
  // Binds and starts to accept. E_CONFIG (address, TLS files, no TLS off loopback), E_PORT.
  static Result<std::unique_ptr<Server>> Start(boost::asio::io_context& io,
                                               const ServerOptions& options,
                                               std::shared_ptr<RequestHandler> handler);
  // Ends everything at once if `Stop` was not called before.
  ~Server();

  uint16_t port() const;
  ServerCounters counters() const;

  // Stops accepting, closes idle connections and streams, lets running requests finish for
  // `grace_ms`, then cuts. `done` runs on the io_context when the last connection has ended.
  void Stop(uint32_t grace_ms, std::function<void()> done);

 private:
  struct Impl;
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace suyuan::api
