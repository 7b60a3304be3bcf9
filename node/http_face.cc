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

std::string ListenerMetrics(const api::Server& server) {
  api::ServerCounters now = server.counters();
  std::string out;
  auto metric = [&out](std::string_view name, std::string_view type, std::string_view help,
                       uint64_t value) {
    AppendMetric(&out, name, type, help, static_cast<int64_t>(value));
  };
  metric("http_connections_open", "gauge", "Open HTTP connections.", now.connections_open);
  metric("http_connections_total", "counter", "HTTP connections.", now.connections_total);
  metric("http_connections_refused_total", "counter", "Refused for a limit.",
         now.connections_refused);
  metric("http_requests_total", "counter", "HTTP requests.", now.requests);
  metric("http_timeouts_total", "counter", "Connections ended by a deadline.", now.timeouts);
  return out;
}

api::RateLimit LimitOf(uint32_t per_second) { return {per_second, 2 * per_second}; }

}  // namespace

struct HttpFace::Impl {
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::unique_ptr<api::Api> api;
  std::unique_ptr<api::Server> server;
  std::promise<void> ended;
  bool stopping = false;
  std::thread thread;
};

HttpFace::HttpFace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpFace::~HttpFace() { Stop(); }

Result<std::unique_ptr<HttpFace>> HttpFace::Start(api::Gateway& gateway, const NodeConfig& config) {
  auto impl = std::make_unique<Impl>();
  SUYUAN_ASSIGN_OR_RETURN(Endpoint listen, ParseEndpoint(config.api_listen));
  api::ApiOptions options;
  options.listener_metrics = [face = impl.get()] {
    return face->server ? ListenerMetrics(*face->server) : std::string();
  };
  impl->api = std::make_unique<api::Api>(gateway, options);
  api::FaceOptions face;
  face.per_address = LimitOf(config.limits.requests_per_address);
  face.per_identity = LimitOf(config.limits.requests_per_identity);
  api::ServerOptions server;
  server.address = listen.host;
  server.port = listen.port;
  server.tls_certificate_file = config.api_certificate_file;
  server.tls_key_file = config.api_key_file;
  SUYUAN_ASSIGN_OR_RETURN(impl->server,
                          api::Server::Start(impl->io, server, impl->api->MakeFace(face)));
  impl->thread = std::thread([io = &impl->io] { io->run(); });
  return std::unique_ptr<HttpFace>(new HttpFace(std::move(impl)));
}

void HttpFace::StopAccepting() {
  if (std::exchange(impl_->stopping, true)) return;
  impl_->server->Stop(kGraceMs, [this] { impl_->ended.set_value(); });
}

void HttpFace::Stop() {
  if (!impl_->thread.joinable()) return;
  StopAccepting();
  impl_->ended.get_future().wait();
  impl_->work.reset();
  impl_->thread.join();
}

}  // namespace suyuan::node
