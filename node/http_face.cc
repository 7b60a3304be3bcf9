#include "node/http_face.h"

#include <future>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "api/api.h"
#include "api/server.h"
#include "node/metrics.h"

namespace suyuan::node {
namespace {

constexpr uint32_t kGraceMs = 5'000;

// One listener with a thread of its own.
struct Listener {
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::unique_ptr<api::Server> server;
  std::promise<void> ended;
  std::thread thread;
};
using Listeners = std::vector<std::unique_ptr<Listener>>;

// Of all listeners together.
std::string ListenerMetrics(const Listeners& listeners) {
  api::ServerCounters sum;
  for (const auto& listener : listeners) {
    const api::ServerCounters now = listener->server->counters();
    sum.connections_open += now.connections_open;
    sum.connections_total += now.connections_total;
    sum.connections_refused += now.connections_refused;
    sum.requests += now.requests;
    sum.timeouts += now.timeouts;
  }
  std::string out;
  auto metric = [&out](std::string_view name, std::string_view type, std::string_view help,
                       uint64_t value) {
    AppendMetric(&out, name, type, help, static_cast<int64_t>(value));
  };
  metric("http_connections_open", "gauge", "Open HTTP connections.", sum.connections_open);
  metric("http_connections_total", "counter", "HTTP connections.", sum.connections_total);
  metric("http_connections_refused_total", "counter", "Refused for a limit.",
         sum.connections_refused);
  metric("http_requests_total", "counter", "HTTP requests.", sum.requests);
  metric("http_timeouts_total", "counter", "Connections ended by a deadline.", sum.timeouts);
  return out;
}

api::RateLimit LimitOf(uint32_t per_second) { return {per_second, 2 * per_second}; }

// Rate limits and connections of its own: what fills one listener leaves the other free.
Result<std::unique_ptr<Listener>> StartListener(api::Api& api, const NodeConfig& config,
                                                const std::string& address) {
  SUYUAN_ASSIGN_OR_RETURN(Endpoint endpoint, ParseEndpoint(address));
  api::FaceOptions face;
  face.per_address = LimitOf(config.limits.requests_per_address);
  face.per_identity = LimitOf(config.limits.requests_per_identity);
  api::ServerOptions options;
  options.address = endpoint.host;
  options.port = endpoint.port;
  options.tls_certificate_file = config.api_certificate_file;
  options.tls_key_file = config.api_key_file;
  options.connections_per_address_max = config.limits.connections_per_address;
  auto listener = std::make_unique<Listener>();
  SUYUAN_ASSIGN_OR_RETURN(listener->server,
                          api::Server::Start(listener->io, options, api.MakeFace(face)));
  return listener;
}

}  // namespace

std::vector<std::string> OwnAuthorities(const NodeConfig& config, const std::string& genesis_api) {
  if (!config.api_authorities.empty()) return config.api_authorities;
  std::vector<std::string> out;
  for (const std::string& listen : {config.api_listen, config.member_listen}) {
    const Result<Endpoint> endpoint = ParseEndpoint(listen);
    if (!endpoint) continue;
    for (const std::string& host :
         {endpoint->host, std::string("127.0.0.1"), std::string("::1"), std::string("localhost")})
      out.push_back(ToString(Endpoint{host, endpoint->port}));
  }
  if (!genesis_api.empty()) out.push_back(genesis_api);
  return out;
}

struct HttpFace::Impl {
  std::unique_ptr<api::Api> api;
  Listeners listeners;  // complete before the first thread starts
  bool stopping = false;
};

HttpFace::HttpFace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpFace::~HttpFace() { Stop(); }

Result<std::unique_ptr<HttpFace>> HttpFace::Start(api::Gateway& gateway, const NodeConfig& config,
                                                  const std::string& genesis_api) {
  auto impl = std::make_unique<Impl>();
  api::ApiOptions options;
  options.authorities = OwnAuthorities(config, genesis_api);
  options.listener_metrics = [face = impl.get()] { return ListenerMetrics(face->listeners); };
  impl->api = std::make_unique<api::Api>(gateway, options);
  for (const std::string& address : {config.api_listen, config.member_listen}) {
    if (address.empty()) continue;
    SUYUAN_ASSIGN_OR_RETURN(impl->listeners.emplace_back(),
                            StartListener(*impl->api, config, address));
  }
  for (const auto& listener : impl->listeners)
    listener->thread = std::thread([io = &listener->io] { io->run(); });
  return std::unique_ptr<HttpFace>(new HttpFace(std::move(impl)));
}

void HttpFace::StopAccepting() {
  if (std::exchange(impl_->stopping, true)) return;
  for (const auto& listener : impl_->listeners)
    listener->server->Stop(kGraceMs, [to = listener.get()] { to->ended.set_value(); });
}

void HttpFace::Stop() {
  StopAccepting();
  for (const auto& listener : impl_->listeners) {
    if (!listener->thread.joinable()) continue;
    listener->ended.get_future().wait();
    listener->work.reset();
    listener->thread.join();
  }
}

}  // namespace suyuan::node
