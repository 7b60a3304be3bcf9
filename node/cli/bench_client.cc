#include "node/cli/bench_client.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "common/json.h"

namespace suyuan::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;

// After the end of the measurement, answers under way get this long.
constexpr std::chrono::seconds kDrain{10};

struct Shared {
  explicit Shared(const BenchPlan& p) : plan(p) {}
  const BenchPlan& plan;
  asio::io_context io{1};
  BenchCounts counts;
  Clock::time_point start, end;
  uint64_t planned = 0;  // open loop: transactions handed out so far
  uint32_t connected = 0;
  Clock::time_point last_answer;

  // When the next transaction is due; nullopt once the measurement is over.
  std::optional<Clock::time_point> NextDue() {
    Clock::time_point now = Clock::now();
    if (plan.rate <= 0) return now < end ? std::optional(now) : std::nullopt;
    Clock::time_point due =
        start + std::chrono::duration_cast<Clock::duration>(
                    std::chrono::duration<double>(static_cast<double>(planned) / plan.rate));
    if (due >= end) return std::nullopt;
    ++planned;
    return due;
  }
};

struct Answer {
  int status = 0;
  std::string body;
};

// Content-Length of a header section in any case; 0 when there is none.
size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  for (size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    std::string_view line = head.substr(at + 1, kName.size());
    bool same = line.size() == kName.size() &&
                std::equal(line.begin(), line.end(), kName.begin(), [](char a, char b) {
                  return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
                });
    if (same) return std::strtoull(head.data() + at + 1 + kName.size(), nullptr, 10);
  }
  return 0;
}

asio::awaitable<error_code> Exchange(tcp::socket& socket, const std::string& request,
                                     std::string& buffer, Answer& answer) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await asio::async_write(socket, asio::buffer(request), token);
  if (error) co_return error;
  size_t head =
      co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n", token);
  if (error) co_return error;
  answer.status = buffer.size() > 12 ? std::atoi(buffer.c_str() + 9) : 0;
  size_t total = head + ContentLength(std::string_view(buffer).substr(0, head));
  if (buffer.size() < total) {
    size_t missing = total - buffer.size();
    co_await asio::async_read(socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(missing),
                              token);
    if (error) co_return error;
  }
  answer.body = buffer.substr(head, total - head);
  buffer.erase(0, total);
  co_return error;
}

// "" when applied, otherwise the code of the refusal or the HTTP status.
std::string ErrorOf(const Answer& answer) {
  if (answer.status == 200 && answer.body.find("\"state\":\"applied\"") != std::string::npos)
    return {};
  auto body = json::Parse(answer.body);
  if (body.ok()) {
    const json::Value* problem = &*body;
    if (const json::Value* results = body->Find("results"))
      if (const json::Array* list = results->if_array(); list != nullptr && !list->empty())
        problem = list->front().Find("problem");
    if (problem != nullptr && !problem->Text("code").empty()) return problem->Text("code");
  }
  return "HTTP " + std::to_string(answer.status);
}

void Count(Shared& shared, const Answer& answer, Clock::time_point since) {
  Clock::time_point now = Clock::now();
  shared.last_answer = now;
  std::string error = ErrorOf(answer);
  if (!error.empty()) {
    ++shared.counts.errors[error];
    return;
  }
  ++shared.counts.applied;
  shared.counts.latency.Add(static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now - since).count()));
}

std::string RequestHead(const std::string& host, size_t length) {
  return "POST /v1/txs HTTP/1.1\r\nHost: " + host +
         "\r\nContent-Type: application/x-protobuf\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

// One connection: takes the next transaction that is due, sends it, waits for its answer.
asio::awaitable<void> Client(Shared& shared, std::string host) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  tcp::socket socket(shared.io);
  size_t colon = host.rfind(':');
  tcp::endpoint endpoint(asio::ip::make_address(host.substr(0, colon), error),
                         static_cast<uint16_t>(std::atoi(host.c_str() + colon + 1)));
  if (!error) co_await socket.async_connect(endpoint, token);
  if (error) {
    ++shared.counts.errors["connect: " + error.message()];
    co_return;
  }
  socket.set_option(tcp::no_delay(true), error);
  ++shared.connected;
  std::string buffer;
  asio::steady_timer timer(shared.io);
  while (auto due = shared.NextDue()) {
    if (*due > Clock::now()) {
      timer.expires_at(*due);
      co_await timer.async_wait(token);
    } else if (Clock::now() > shared.end) {
      ++shared.counts.unsent;
      continue;
    }
    Bytes body = shared.plan.next_body();
    if (body.empty()) {
      ++shared.counts.errors["prepared goods used up"];
      break;
    }
    Clock::time_point since = shared.plan.rate > 0 ? *due : Clock::now();
    Answer answer;
    error = co_await Exchange(socket, RequestHead(host, body.size()) + body, buffer, answer);
    if (error) {
      ++shared.counts.errors["connection: " + error.message()];
      co_return;
    }
    Count(shared, answer, since);
  }
}

}  // namespace

Result<BenchCounts> RunLoad(const BenchPlan& plan) {
  Shared shared(plan);
  shared.start = Clock::now();
  shared.last_answer = shared.start;
  shared.end = shared.start + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(plan.seconds));
  for (uint32_t i = 0; i < plan.clients; ++i)
    asio::co_spawn(shared.io, Client(shared, plan.hosts[i % plan.hosts.size()]), asio::detached);
  shared.io.run_until(shared.end + kDrain);
  if (shared.connected == 0)
    return Error{
        ErrorCode::kUnreachable,
        "no connection to " + plan.hosts.front() +
            (shared.counts.errors.empty() ? "" : " (" + shared.counts.errors.begin()->first + ")")};
  shared.counts.seconds = std::chrono::duration<double>(shared.last_answer - shared.start).count();
  return std::move(shared.counts);
}

}  // namespace suyuan::cli
