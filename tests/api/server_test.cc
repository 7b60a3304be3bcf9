// The server's ordinary life: keep-alive, pipelining, answers from other threads, streams, stop.
#include <condition_variable>
#include <future>
#include <mutex>

#include "api/problem.h"
#include "tests/api/raw_client.h"

namespace suyuan::api {
namespace {

using test::BodyOf;
using test::RawClient;
using test::RunningServer;
using test::StatusOf;

// Answers with what it was asked. "/later" is answered by another thread, "/never" not at all.
class EchoHandler : public RequestHandler {
 public:
  ~EchoHandler() override {
    for (auto& thread : threads_) thread.join();
  }
  std::shared_ptr<const PreparedResponse> Ready(std::string_view target,
                                                std::string_view) override {
    if (target != "/ready") return nullptr;
    return std::make_shared<const PreparedResponse>(
        Prepare(Response::Of(200, "text/plain", "ready"), true, false));
  }
  void Handle(Request request, Responder respond) override {
    if (request.target == "/never") return;
    if (request.target == "/hold") {
      std::lock_guard lock(mutex_);
      held_.push_back(respond);
      changed_.notify_all();
      return;
    }
    Response response =
        Response::Of(200, "text/plain", request.method + " " + request.target + " " + request.body);
    if (request.target != "/later") return respond(std::move(response));
    std::lock_guard lock(mutex_);
    threads_.emplace_back(
        [respond, response = std::move(response)]() mutable { respond(std::move(response)); });
  }
  void WaitForHeld(size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= n; });
  }
  void AnswerHeld() {
    std::vector<Responder> held;
    {
      std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (const Responder& respond : held) respond(Response::Of(200, "text/plain", "held"));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Responder> held_;
  std::vector<std::thread> threads_;
};

TEST(Server, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  RunningServer server(std::make_shared<EchoHandler>());
  RawClient client(server.port());
  std::string burst;
  for (int i = 0; i < 50; ++i)
    burst += i % 3 == 0   ? "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
             : i % 3 == 1 ? "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                          : "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.Send(burst));
  for (int i = 0; i < 50; ++i) {
    const std::string wanted = i % 3 == 0 ? "GET /later " : i % 3 == 1 ? "POST /p hi" : "ready";
    ASSERT_EQ(BodyOf(client.ReadResponse()), wanted) << i;
  }
}

TEST(Server, HeadHasTheLengthAndNoBody) {
  RunningServer server(std::make_shared<EchoHandler>());
  RawClient client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadAll();
  EXPECT_EQ(StatusOf(answer), 200);
  EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos);  // "GET /x "
  EXPECT_EQ(BodyOf(answer), "");
}

TEST(Server, Http10EndsTheConnection) {
  RunningServer server(std::make_shared<EchoHandler>());
  RawClient client(server.port());
  client.Send("GET /x HTTP/1.0\r\n\r\n");
  EXPECT_EQ(BodyOf(client.ReadAll()), "GET /x ");
}

TEST(Server, ExpectContinueIsAnsweredBeforeTheBody) {
  RunningServer server(std::make_shared<EchoHandler>());
  RawClient client(server.port());
  client.Send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.ReadUntil("100 Continue\r\n\r\n"));
  client.Send("abc");
  ASSERT_TRUE(client.ReadUntil("POST /x abc"));
}

TEST(Server, AHandlerThatForgetsItsAnswerGivesAnInternalError) {
  RunningServer server(std::make_shared<EchoHandler>());
  RawClient client(server.port());
  client.Send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = client.ReadResponse();
  EXPECT_EQ(StatusOf(answer), 500);
  EXPECT_NE(answer.find("E_INTERNAL"), std::string::npos);
}

TEST(Server, AnswersFromManyThreadsReachTheirConnections) {
  RunningServer server(std::make_shared<EchoHandler>(), {}, 2);
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&, c] {
      RawClient client(server.port());
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
        client.Send("GET " + (i % 2 ? path : std::string("/later")) +
                    " HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_EQ(BodyOf(client.ReadResponse()), "GET " + (i % 2 ? path : "/later") + " ");
      }
    });
  for (auto& client : clients) client.join();
}

TEST(Server, StopsGracefully) {
  // The handler outlives the server, whose destructor waits for the connections.
  auto handler = std::make_shared<EchoHandler>();
  RunningServer server(handler);
  RawClient running(server.port()), idle(server.port());
  running.Send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  handler->WaitForHeld(1);
  std::promise<void> stopped;
  server.server().Stop(10'000, [&] { stopped.set_value(); });
  EXPECT_EQ(idle.ReadAll(), "");  // closed at once, while the other still runs
  handler->AnswerHeld();
  const std::string answer = running.ReadAll();  // answered, then closed
  EXPECT_EQ(BodyOf(answer), "held");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  stopped.get_future().wait();
  EXPECT_EQ(server.server().counters().connections_open, 0u);
  EXPECT_FALSE(RawClient(server.port()).connected());
}

TEST(Server, StopCutsWhatDoesNotEnd) {
  auto handler = std::make_shared<EchoHandler>();
  RunningServer server(handler);
  RawClient running(server.port());
  running.Send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  handler->WaitForHeld(1);
  std::promise<void> stopped;
  server.server().Stop(20, [&] { stopped.set_value(); });
  EXPECT_EQ(running.ReadAll(), "");
  stopped.get_future().wait();
  handler->AnswerHeld();  // too late, and harmless
}

TEST(Server, RefusesAPortInUse) {
  RunningServer server(std::make_shared<EchoHandler>());
  ServerOptions options;
  options.port = server.port();
  boost::asio::io_context io;
  const auto second = Server::Start(io, options, std::make_shared<EchoHandler>());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kPort);
}

TEST(Server, RefusesToListenOnTheNetworkWithoutTls) {
  boost::asio::io_context io;
  for (const char* address : {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1"}) {
    ServerOptions options;
    options.address = address;
    const auto server = Server::Start(io, options, std::make_shared<EchoHandler>());
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kConfig) << address;
  }
}

TEST(Server, NamesAMissingCertificate) {
  boost::asio::io_context io;
  ServerOptions options;
  options.tls_certificate_file = "/nonexistent/cert.pem";
  options.tls_key_file = "/nonexistent/key.pem";
  const auto server = Server::Start(io, options, std::make_shared<EchoHandler>());
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().code, ErrorCode::kConfig);
  EXPECT_NE(server.error().detail.find("/nonexistent/cert.pem"), std::string::npos);
}

// Sends numbers until it is told to end.
class CountingStream : public StreamSource {
 public:
  std::optional<std::string> Poll() override {
    std::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    return std::exchange(pending_, {});
  }
  void SetWaker(std::function<void()> wake) override {
    std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  std::string KeepAlive() override { return "still here"; }
  void Put(const std::string& text) {
    std::lock_guard lock(mutex_);
    pending_ += text;
    if (wake_) wake_();
  }
  void End() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    if (wake_) wake_();
  }

 private:
  std::mutex mutex_;
  std::string pending_;
  bool ended_ = false;
  std::function<void()> wake_;
};

class StreamHandler : public RequestHandler {
 public:
  std::shared_ptr<CountingStream> stream = std::make_shared<CountingStream>();
  std::shared_ptr<const PreparedResponse> Ready(std::string_view, std::string_view) override {
    return nullptr;
  }
  void Handle(Request, Responder respond) override {
    Response response;
    response.stream = stream;
    respond(std::move(response));
  }
};

TEST(Server, StreamsInChunksKeepsAliveAndEnds) {
  auto handler = std::make_shared<StreamHandler>();
  ServerOptions options;
  options.stream_keep_alive_ms = 5;
  RunningServer server(handler, options);
  RawClient client(server.port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(client.ReadUntil("Transfer-Encoding: chunked"));
  ASSERT_TRUE(client.ReadUntil("still here"));
  handler->stream->Put("hello");
  ASSERT_TRUE(client.ReadUntil("5\r\nhello\r\n"));
  handler->stream->End();
  EXPECT_TRUE(client.ReadAll().ends_with("0\r\n\r\n"));
}

TEST(Server, StopEndsStreams) {
  auto handler = std::make_shared<StreamHandler>();
  RunningServer server(handler);
  RawClient client(server.port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(client.ReadUntil("Transfer-Encoding: chunked"));
  server.server().Stop(10'000, nullptr);
  EXPECT_TRUE(client.ReadAll().ends_with("0\r\n\r\n"));
}

}  // namespace
}  // namespace suyuan::api
