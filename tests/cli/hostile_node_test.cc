// Answers that no node of ours gives: the command line refuses them and stays upright.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>

#include "api/chain.h"
#include "node/cli/http_client.h"
#include "node/cli/trace_open.h"
#include "node/cli/trace_tree.h"

namespace suyuan::cli {
namespace {

// Serves one path on loopback.
class OneAnswer {
 public:
  explicit OneAnswer(httplib::Server::Handler handler) {
    server_.Get("/", std::move(handler));
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    for (int i = 0; i < 5000 && !server_.is_running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~OneAnswer() {
    server_.stop();
    thread_.join();
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;
  NodeClient Client() const {
    return NodeClient::Connect("http://127.0.0.1:" + std::to_string(port_), nullptr).value();
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

Result<OpenedTrace> OpenListOf(size_t values) {
  json::Value answer = json::Object{
      {"batch",
       json::Object{{"kind", "flow"},
                    {"fields", json::Object{{"flow_codes", json::Array(values, json::Value("c"))}}},
                    {"sources", json::Array{json::Object{{"fields", json::Array{"flow_codes"}},
                                                         {"record", 0},
                                                         {"transaction", "00"}}}}}}};
  InitCrypto();
  NodeClient client = NodeClient::Connect("http://127.0.0.1:1", nullptr).value();
  std::vector<SealingKey> keys;
  keys.emplace_back(SecretSeed::Random());
  sealing::SealedReader reader(std::move(keys));
  return OpenTrace(answer, client, reader);
}

TEST(HostileNode, AListThatIsLongerThanARecord) {
  EXPECT_TRUE(OpenListOf(UINT16_MAX).ok());
  for (const size_t values : {size_t{UINT16_MAX} + 1, size_t{UINT16_MAX} + 2}) {
    const auto opened = OpenListOf(values);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kFormat);
  }
}

// A chain whose codes hang on these positions; -1: on none.
json::Value ChainOf(const std::vector<int64_t>& from, size_t flows = 0, size_t named = 0) {
  json::Array codes;
  for (const int64_t position : from) {
    json::Object code{{"code", "c"}, {"state", "ISSUED"}};
    code.emplace("flows", json::Array(named, json::Value("f")));
    if (position >= 0) code.emplace("link", json::Object{{"from", position}});
    codes.emplace_back(std::move(code));
  }
  json::Object chain{{"direction", "both"}};
  chain.emplace("codes", std::move(codes));
  chain.emplace("flows", json::Array(flows, json::Value(json::Object{{"id", "f"}})));
  return json::Object{{"chain", std::move(chain)}};
}

TEST(HostileNode, AChainThatIsNone) {
  const auto refused = [](const json::Value& answer) {
    const Status status = CheckChain(answer);
    return !status.ok() && status.error().code == ErrorCode::kFormat;
  };
  EXPECT_TRUE(CheckChain(json::Object()).ok());
  std::vector<int64_t> star(api::kChainCodesMax, 0), line;
  star.front() = -1;
  for (int64_t i = 0; i <= int64_t{api::kChainDepthMax}; ++i) line.push_back(i - 1);
  EXPECT_TRUE(CheckChain(ChainOf(star, api::kChainFlowsMax, api::kFlowsOfCodeMax)).ok());
  EXPECT_TRUE(CheckChain(ChainOf(line)).ok());
  EXPECT_EQ(ChainLines(ChainOf(line)).size(), 1 + line.size());
  EXPECT_TRUE(refused(ChainOf({-1}, api::kChainFlowsMax + 1)));
  EXPECT_TRUE(refused(ChainOf({-1}, 0, api::kFlowsOfCodeMax + 1)));
  line.push_back(line.back() + 1);
  EXPECT_TRUE(refused(ChainOf(line)));
  star.push_back(0);
  EXPECT_TRUE(refused(ChainOf(star)));
  EXPECT_TRUE(refused(ChainOf({-1, 1})));  // on itself
  EXPECT_TRUE(refused(ChainOf({-1, 2, 0})));
  EXPECT_TRUE(refused(ChainOf({0})));
}

TEST(HostileNode, AnAnswerWithoutAnEnd) {
  const std::string piece(1 << 20, ' ');
  size_t sent = 0;
  const OneAnswer node([&](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [&](size_t, httplib::DataSink& sink) {
      sent += piece.size();
      return sent < 4 * kAnswerBytesMax && sink.write(piece.data(), piece.size());
    });
  });
  NodeClient client = node.Client();
  const auto answer = client.GetJson("/");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kSize);
  EXPECT_LT(sent, 2 * kAnswerBytesMax);
}

TEST(HostileNode, OrdinaryAnswersAndErrorsArrive) {
  const OneAnswer node([](const httplib::Request& request, httplib::Response& response) {
    response.status = request.has_param("bad") ? 422 : 200;
    response.set_content(R"({"code":"E_REF","detail":"so"})", "application/json");
  });
  NodeClient client = node.Client();
  EXPECT_EQ(client.GetJson("/")->Text("detail"), "so");
  EXPECT_EQ(client.Get("/")->content_type, "application/json");
  const auto bad = client.Get("/?bad=1");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::kRef);
  EXPECT_EQ(bad.error().detail, "so");
}

}  // namespace
}  // namespace suyuan::cli
