#include "node/cli/http_face.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "api/api.h"
#include "api/server.h"
#include "node/config.h"

namespace suyuan::cli {
namespace {

constexpr uint32_t kGraceMs = 2000;

unsigned ThreadCount() { return std::clamp(std::thread::hardware_concurrency(), 1u, 4u); }

std::string ListenerMetrics(const api::ServerCounters& c) {
  auto line = [](const char* name, const char* kind, uint64_t value) {
    return "# TYPE " + std::string(name) + " " + kind + "\n" + name + " " + std::to_string(value) +
           "\n";
  };
  return line("suyuan_http_connections_open", "gauge", c.connections_open) +
         line("suyuan_http_connections_total", "counter", c.connections_total) +
         line("suyuan_http_connections_refused_total", "counter", c.connections_refused) +
         line("suyuan_http_requests_total", "counter", c.requests) +
         line("suyuan_http_timeouts_total", "counter", c.timeouts);
}

}  // namespace

struct HttpFace::Impl {
  // Constructed before and destroyed after everything that runs on it.
  boost::asio::io_context io{static_cast<int>(ThreadCount())};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::unique_ptr<api::Api> api;
  std::unique_ptr<api::Server> server;
  std::vector<std::thread> threads;
};

HttpFace::HttpFace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<HttpFace>> HttpFace::Start(const std::string& listen,
                                                  api::Gateway& gateway) {
  SUYUAN_ASSIGN_OR_RETURN(node::Endpoint endpoint, node::ParseEndpoint(listen));
  auto impl = std::make_unique<Impl>();
  Impl* raw = impl.get();
  api::ApiOptions options;
  options.listener_metrics = [raw] {
    return raw->server ? ListenerMetrics(raw->server->counters()) : std::string();
  };
  impl->api = std::make_unique<api::Api>(gateway, std::move(options));
  api::ServerOptions server;
  server.address = endpoint.host;
  server.port = endpoint.port;
  SUYUAN_ASSIGN_OR_RETURN(
      impl->server, api::Server::Start(impl->io, server, impl->api->MakeFace(api::FaceOptions())));
  for (unsigned i = 0; i < ThreadCount(); ++i) impl->threads.emplace_back([raw] { raw->io.run(); });
  return std::unique_ptr<HttpFace>(new HttpFace(std::move(impl)));
}

HttpFace::~HttpFace() {
  impl_->server->Stop(kGraceMs, [this] { impl_->work.reset(); });
  for (std::thread& thread : impl_->threads) thread.join();
}

}  // namespace suyuan::cli
