// What an attacker or a clumsy client does to the server (reliability §5), through raw sockets.
#include <atomic>
#include <fstream>

#include <sys/resource.h>

#include "api/problem.h"
#include "tests/api/raw_client.h"

namespace suyuan::api {
namespace {

using test::BodyOf;
using test::RawClient;
using test::RunningServer;
using test::StatusOf;

class CountingHandler : public RequestHandler {
 public:
  std::atomic<int> handled{0};
  std::shared_ptr<const PreparedResponse> Ready(std::string_view, std::string_view) override {
    return nullptr;
  }
  void Handle(Request request, Responder respond) override {
    ++handled;
    respond(Response::Of(200, "text/plain", std::to_string(request.body.size())));
  }
};

ServerOptions Small() {
  ServerOptions options;
  options.body_bytes_max = 100'000;
  options.header_bytes_max = 8192;
  options.headers_max = 32;
  return options;
}

// Resident memory of this process in KiB.
size_t ResidentKib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  return 0;
}

// One attack: what is sent, and the status that ends the connection.
struct Attack {
  const char* name;
  std::string bytes;
  int status;
};

std::vector<Attack> Attacks() {
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n", post = "POST / HTTP/1.1\r\nHost: a\r\n";
  std::string many;
  for (int i = 0; i < 40; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
  return {
      {"both length headers",
       post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400},
      {"both, other order",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400},
      {"two Content-Lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"two equal Content-Lengths", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
       400},
      {"a list of lengths", post + "Content-Length: 3, 3\r\n\r\nabc", 400},
      {"negative length", post + "Content-Length: -1\r\n\r\n", 400},
      {"length not a number", post + "Content-Length: 0x10\r\n\r\n", 400},
      {"length past 2^64", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"1 GiB body", post + "Content-Length: 1073741824\r\n\r\n", 413},
      {"giant chunk", post + "Transfer-Encoding: chunked\r\n\r\n40000000\r\n", 413},
      {"chunk size overflow", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
       400},
      {"bad chunk size", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", 400},
      {"chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400},
      {"too many headers", get + many + "\r\n", 431},
      {"giant header", get + "X: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
      {"giant target", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n", 431},
      {"header without a colon", get + "nonsense\r\n\r\n", 400},
      {"space before the colon", get + "X : 1\r\n\r\n", 400},
      {"NUL in a header", get + "X: a" + std::string(1, '\0') + "b\r\n\r\n", 400},
      {"NUL in the target", "GET /a" + std::string(1, '\0') + " HTTP/1.1\r\n\r\n", 400},
      {"bare line feed in a header", get + "X: a\nY: b\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", get + "Host: b\r\n\r\n", 400},
      {"no version", "GET /\r\n\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"TLS to a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"noise", std::string(64, '\xff'), 400},
  };
}

TEST(ServerGuards, RefusesWhatIsMalformedOrAmbiguousAndEndsTheConnection) {
  auto handler = std::make_shared<CountingHandler>();
  RunningServer server(handler, Small());
  for (const Attack& attack : Attacks()) {
    RawClient client(server.port());
    client.Send(attack.bytes);
    const std::string answer = client.ReadAll();
    EXPECT_EQ(StatusOf(answer), attack.status) << attack.name << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << attack.name;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << attack.name;
  }
  EXPECT_EQ(handler->handled, 0);
}

TEST(ServerGuards, NothingAfterARefusedRequestIsTakenForAnother) {
  auto handler = std::make_shared<CountingHandler>();
  RunningServer server(handler, Small());
  RawClient client(server.port());
  client.Send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = client.ReadAll();
  EXPECT_EQ(answer.find("Date: "), answer.rfind("Date: ")) << "one answer only";
  EXPECT_EQ(handler->handled, 0);
}

TEST(ServerGuards, LimitsAChunkedBodyThatNeverEnds) {
  auto handler = std::make_shared<CountingHandler>();
  RunningServer server(handler, Small());
  RawClient client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
  int sent = 0;
  while (sent < 10'000 && client.Send(chunk)) ++sent;
  EXPECT_LT(sent, 10'000) << "10 MiB were taken against a limit of 100 kB";
  EXPECT_EQ(handler->handled, 0);
}

TEST(ServerGuards, TakesABodyOfExactlyTheLimit) {
  auto handler = std::make_shared<CountingHandler>();
  RunningServer server(handler, Small());
  RawClient client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'x'));
  EXPECT_EQ(BodyOf(client.ReadResponse()), "100000");
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" +
              std::string(100'000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(BodyOf(client.ReadResponse()), "100000");
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponse()), 413);
}

TEST(ServerGuards, BodiesTogetherStayWithinTheirMemory) {
  auto handler = std::make_shared<CountingHandler>();
  ServerOptions options = Small();
  options.all_bodies_bytes_max = 350'000;  // two bodies with the buffers that read them
  RunningServer server(handler, options);
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  RawClient first(server.port()), second(server.port()), third(server.port());
  first.Send(head + "x");
  second.Send(head + "x");
  // Both hold their share once they were read: wait for it by the count of requests.
  while (server.server().counters().requests < 2) std::this_thread::yield();
  third.Send(head);
  EXPECT_EQ(StatusOf(third.ReadAll()), 429);
  first.Send(std::string(99'999, 'x'));
  EXPECT_EQ(BodyOf(first.ReadResponse()), "100000");
  RawClient fourth(server.port());
  fourth.Send(head + std::string(100'000, 'x'));
  EXPECT_EQ(BodyOf(fourth.ReadResponse()), "100000") << "the first one's share came back";
}

TEST(ServerGuards, SlowHeadersAndBodiesMeetTheDeadlineOfTheWholeRequest) {
  auto handler = std::make_shared<CountingHandler>();
  ServerOptions options = Small();
  options.request_timeout_ms = 150;
  RunningServer server(handler, options);
  for (const std::string begin :
       {"GET / HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n"}) {
    RawClient client(server.port());
    ASSERT_TRUE(client.Send(begin));
    // A byte now and then does not move the deadline. The loop ends when the server has closed.
    int bytes = 0;
    while (bytes < 3000 && client.Send("a")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      ++bytes;
    }
    EXPECT_LT(bytes, 3000) << begin;
  }
  EXPECT_EQ(handler->handled, 0);
  EXPECT_GE(server.server().counters().timeouts, 3u);
}

TEST(ServerGuards, ClosesIdleConnections) {
  ServerOptions options = Small();
  options.idle_timeout_ms = 50;
  RunningServer server(std::make_shared<CountingHandler>(), options);
  RawClient fresh(server.port()), used(server.port());
  used.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusOf(used.ReadResponse()), 200);
  EXPECT_EQ(fresh.ReadAll(), "");
  EXPECT_EQ(used.ReadAll(), "");
}

TEST(ServerGuards, CapsConnections) {
  ServerOptions options = Small();
  options.connections_max = 3;
  RunningServer server(std::make_shared<CountingHandler>(), options);
  std::vector<RawClient> held;
  for (int i = 0; i < 3; ++i) {
    held.emplace_back(server.port());
    held.back().Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(StatusOf(held.back().ReadResponse()), 200);
  }
  EXPECT_EQ(RawClient(server.port()).ReadAll(), "");
  EXPECT_EQ(server.server().counters().connections_refused, 1u);
  held.pop_back();
  for (;;) {  // the place becomes free once the server has seen the end
    RawClient again(server.port());
    again.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    if (StatusOf(again.ReadResponse()) == 200) break;
  }
}

// The address sanitizer keeps freed memory aside, so there the process's size says nothing.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SUYUAN_SIZE_SAYS_NOTHING
#endif
#endif
#ifndef SUYUAN_SIZE_SAYS_NOTHING
TEST(ServerGuards, AnIdleConnectionKeepsNothingOfItsLastBody) {
  RunningServer server(std::make_shared<CountingHandler>(), Small());
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n";
  std::vector<RawClient> idle;
  size_t before_kib = 0;
  for (int i = 0; i < 400; ++i) {
    if (i == 20) before_kib = ResidentKib();
    idle.emplace_back(server.port());
    idle.back().Send(post + std::string(90'000, 'x'));
    ASSERT_EQ(BodyOf(idle.back().ReadResponse()), "90000");
  }
  EXPECT_LT(ResidentKib() - before_kib, 380u * 30) << "a kept buffer is of 64 KiB and more";
}
#endif

TEST(ServerGuards, CapsConnectionsOfOneAddress) {
  ServerOptions options = Small();
  options.connections_per_address_max = 1;
  RunningServer server(std::make_shared<CountingHandler>(), options);
  RawClient first(server.port());
  first.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(StatusOf(first.ReadResponse()), 200);
  EXPECT_EQ(RawClient(server.port()).ReadAll(), "");
}

TEST(ServerGuards, AThousandIdleConnectionsDoNotKeepAnybodyWaiting) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  RunningServer server(std::make_shared<CountingHandler>());
  const size_t before_kib = ResidentKib();
  std::vector<RawClient> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(server.port());
    ASSERT_TRUE(idle.back().connected()) << i;
  }
  RawClient client(server.port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponse()), 200);
  EXPECT_EQ(server.server().counters().connections_open, 1001u);
  EXPECT_LT(ResidentKib() - before_kib, 64u * 1024) << "64 KiB a connection";
}

}  // namespace
}  // namespace suyuan::api
