#include "api/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/session.h"

namespace suyuan::api {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;

constexpr int kBacklog = 4096;
constexpr uint32_t kSweepMsMax = 250;

Result<std::unique_ptr<net::ssl::context>> MakeTls(const ServerOptions& options) {
  auto tls = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_mode(tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // of idle connections
  error_code ec;
  tls->use_certificate_chain_file(options.tls_certificate_file, ec);
  if (ec)
    return Error{ErrorCode::kConfig,
                 "certificate " + options.tls_certificate_file + ": " + ec.message()};
  tls->use_private_key_file(options.tls_key_file, net::ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(tls->native_handle()) != 1)
    return Error{ErrorCode::kConfig,
                 "key " + options.tls_key_file +
                     (ec ? ": " + ec.message() : " does not belong to the certificate")};
  return tls;
}

Result<tcp::endpoint> MakeEndpoint(const ServerOptions& options) {
  error_code ec;
  const net::ip::address address =
      net::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, ec);
  if (ec) return Error{ErrorCode::kConfig, "not an IP address: " + options.address};
  const bool tls = !options.tls_certificate_file.empty();
  if (!address.is_loopback() && !tls)
    return Error{ErrorCode::kConfig,
                 options.address +
                     " is not a loopback address: the API needs tls_certificate and "
                     "tls_key there"};
  return tcp::endpoint(address, options.port);
}

Status Bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(kBacklog, ec);
  if (ec)
    return Error{ErrorCode::kPort, endpoint.address().to_string() + ":" +
                                       std::to_string(endpoint.port()) + ": " + ec.message()};
  return {};
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(net::io_context& io, const ServerOptions& options, std::shared_ptr<RequestHandler> handler)
      : core(std::make_shared<internal::ServerCore>(options, std::move(handler))),
        strand(net::make_strand(io)),
        acceptor(strand),
        sweep_timer(strand),
        retry_timer(strand),
        io_context(io) {}

  const std::shared_ptr<internal::ServerCore> core;
  std::unique_ptr<net::ssl::context> tls;
  net::strand<net::io_context::executor_type> strand;
  tcp::acceptor acceptor;  // used on the strand, as the timers
  net::steady_timer sweep_timer, retry_timer;
  net::io_context& io_context;
  uint16_t port = 0;
  int64_t cut_at_ms = internal::kNoDeadline;  // on the strand
  bool ended = false;                         // on the strand

  net::awaitable<void> Accept() {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
      error_code ec;
      tcp::socket socket(net::make_strand(io_context));
      co_await acceptor.async_accept(socket, net::redirect_error(net::use_awaitable, ec));
      if (ec == net::error::operation_aborted || ec == net::error::bad_descriptor) co_return;
      if (ec) {  // out of descriptors, most likely: let some end
        retry_timer.expires_after(std::chrono::milliseconds(100));
        co_await retry_timer.async_wait(net::redirect_error(net::use_awaitable, ec));
        continue;
      }
      Take(std::move(socket));
    }
  }

  void Take(tcp::socket socket) {
    error_code ec;
    const tcp::endpoint remote = socket.remote_endpoint(ec);
    if (ec) return;
    std::string address = remote.address().to_string();
    if (!core->Admit(address)) return;  // closes
    socket.set_option(tcp::no_delay(true), ec);
    internal::StartSession(core, std::move(socket), tls.get(), std::move(address));
  }

  net::awaitable<void> Sweep() {
    const auto self = shared_from_this();
    const ServerOptions& o = core->options;
    const uint32_t interval =
        std::clamp<uint32_t>(std::min(o.request_timeout_ms, o.idle_timeout_ms) / 4, 5, kSweepMsMax);
    while (!ended) {
      error_code ec;
      sweep_timer.expires_after(std::chrono::milliseconds(core->stopping ? 10 : interval));
      co_await sweep_timer.async_wait(net::redirect_error(net::use_awaitable, ec));
      core->Sweep(internal::SteadyMs() >= cut_at_ms);
    }
  }

  void Stop(uint32_t grace_ms, std::function<void()> done) {
    net::dispatch(strand, [self = shared_from_this(), grace_ms, done = std::move(done)]() mutable {
      error_code ignored;
      self->acceptor.close(ignored);
      self->retry_timer.cancel();
      self->core->stopping = true;
      self->cut_at_ms = internal::SteadyMs() + grace_ms;
      self->sweep_timer.cancel();
      // `self` is held by the core until then, so that the sweeper goes on.
      self->core->WhenEmpty([self, done = std::move(done)] {
        net::post(self->strand, [self, done] {
          self->ended = true;
          self->sweep_timer.cancel();
          if (done) done();
        });
      });
    });
  }
};

Result<std::unique_ptr<Server>> Server::Start(net::io_context& io, const ServerOptions& options,
                                              std::shared_ptr<RequestHandler> handler) {
  SUYUAN_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, MakeEndpoint(options));
  auto impl = std::make_shared<Impl>(io, options, std::move(handler));
  if (!options.tls_certificate_file.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(impl->tls, MakeTls(options));
  }
  SUYUAN_RETURN_IF_ERROR(Bind(impl->acceptor, endpoint));
  impl->port = impl->acceptor.local_endpoint().port();
  net::co_spawn(impl->strand, impl->Accept(), net::detached);
  net::co_spawn(impl->strand, impl->Sweep(), net::detached);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  if (!impl_->core->stopping) impl_->Stop(0, nullptr);
}

uint16_t Server::port() const { return impl_->port; }

ServerCounters Server::counters() const {
  const internal::ServerCore& core = *impl_->core;
  return {core.open(), core.connections_total, core.connections_refused, core.requests,
          core.timeouts};
}

void Server::Stop(uint32_t grace_ms, std::function<void()> done) {
  impl_->Stop(grace_ms, std::move(done));
}

}  // namespace suyuan::api
