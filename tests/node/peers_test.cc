// Who may speak to a node: mutual TLS 1.3 with pinned node keys (design, "The rooms"; reliability
// §6), and only members of the same genesis (DC-7-b).
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "node/transport/context.h"
#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

PeerPins AcceptAll() {
  PeerPins pins;
  for (size_t i = 0; i < 3; ++i) pins.keys.push_back(SigningKey(NodeSeed(i)).public_key());
  pins.on_unlisted = [](const std::optional<PublicKey>&) {};
  return pins;
}

// Connects, shakes hands, sends `hello` and waits for an answer. True when the node answered.
bool NodeAnswers(const Endpoint& at, asio::ssl::context& tls, const Bytes& hello) {
  asio::io_context io;
  TlsStream stream(io, tls);
  boost::system::error_code error;
  stream.next_layer().connect({asio::ip::make_address(at.host), at.port}, error);
  EXPECT_FALSE(error) << error.message();
  stream.handshake(asio::ssl::stream_base::client, error);
  if (error) return false;
  asio::write(stream, asio::buffer(hello), error);
  char answer[64];
  asio::read(stream, asio::buffer(answer), error);
  return !error;
}

Bytes HelloOf(const LedgerId& ledger, const SecretSeed& key) {
  Bytes out;
  AppendFrame(&out, FrameType::kHello,
              EncodeHello({.ledger = ledger, .node = SigningKey(key).key_id(), .incarnation = 1}));
  return out;
}

class PeersTest : public ::testing::Test {
 protected:
  PeersTest() : cluster_(3) {
    NodeStart start = cluster_.StartOf(0);
    start.config.log_level = "warn";
    ::testing::internal::CaptureStderr();
    cluster_.Start(0, std::move(start));
  }
  ~PeersTest() override { Log(); }
  // Stops the node and returns what it logged.
  std::string Log() {
    if (!cluster_.running(0)) return "";
    cluster_.Stop(0);
    return ::testing::internal::GetCapturedStderr();
  }
  bool Answers(asio::ssl::context& tls, const SecretSeed& key) {
    return NodeAnswers(cluster_.peer_endpoint(0), tls, HelloOf(cluster_.ledger().ledger, key));
  }
  Cluster cluster_;
};

TEST_F(PeersTest, AListedKeyIsWelcome) {
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(tls.ok());
  EXPECT_TRUE(Answers(**tls, NodeSeed(1)));
  // Another certificate of the same key changes nothing: every context makes a fresh one.
  auto renewed = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(renewed.ok());
  EXPECT_TRUE(Answers(**renewed, NodeSeed(1)));
}

TEST_F(PeersTest, AnUnlistedKeyIsRefusedInTheHandshakeAndLogged) {
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(7), &pins);
  ASSERT_TRUE(tls.ok());
  EXPECT_FALSE(Answers(**tls, NodeSeed(7)));
  std::string log = Log();
  EXPECT_NE(log.find("event=peer_key_not_listed key_id=" + ToHex(SigningKey(NodeSeed(7)).key_id())),
            std::string::npos)
      << log;
}

TEST_F(PeersTest, Tls12IsRefused) {
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(tls.ok());
  SSL_CTX* context = (*tls)->native_handle();
  ASSERT_TRUE(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION));
  ASSERT_TRUE(SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION));
  EXPECT_FALSE(Answers(**tls, NodeSeed(1)));
}

TEST_F(PeersTest, NoCertificateIsRefused) {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_verify_mode(asio::ssl::verify_none);
  EXPECT_FALSE(Answers(tls, NodeSeed(1)));
}

TEST_F(PeersTest, HelloInAnotherMembersNameIsRefused) {
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(tls.ok());
  EXPECT_TRUE(Answers(**tls, NodeSeed(2)));  // the reply carries the verdict
  std::string log = Log();
  EXPECT_NE(log.find("E_AUTH"), std::string::npos) << log;
}

// What a peer says of our entries is logged, but it can neither fill the log nor a line of it.
TEST_F(PeersTest, RefusalsOfAPeerDoNotFillTheLog) {
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(tls.ok());
  Bytes said = HelloOf(cluster_.ledger().ledger, NodeSeed(1));
  for (int i = 0; i < 500; ++i)
    AppendFrame(&said, FrameType::kRefused,
                EncodeRefusal({Height(1), Hash{}, ErrorCode::kFormat, Bytes(5000, 'r')}));
  AppendFrame(&said, FrameType::kHello, "");  // out of place: the node closes, having read it all
  asio::io_context io;
  TlsStream stream(io, **tls);
  const Endpoint at = cluster_.peer_endpoint(0);
  stream.next_layer().connect({asio::ip::make_address(at.host), at.port});
  stream.handshake(asio::ssl::stream_base::client);
  asio::write(stream, asio::buffer(said));
  boost::system::error_code closed;
  Bytes answer;
  asio::read(stream, asio::dynamic_buffer(answer), closed);
  const std::string log = Log();
  EXPECT_NE(log.find("event=our_entry_refused"), std::string::npos) << log;
  EXPECT_LT(log.size(), 20'000u);
}

// Whoever can reach the port can connect and say nothing: that must not keep members out.
TEST_F(PeersTest, SilentStrangersDoNotKeepAMemberOut) {
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> silent;
  const Endpoint at = cluster_.peer_endpoint(0);
  for (int i = 0; i < 300; ++i) {
    silent.emplace_back(io);
    silent.back().connect({asio::ip::make_address(at.host), at.port});
  }
  PeerPins pins = AcceptAll();
  auto tls = MakePeerTls(NodeSeed(1), &pins);
  ASSERT_TRUE(tls.ok());
  EXPECT_TRUE(Answers(**tls, NodeSeed(1)));
}

TEST(GenesisTest, NodesOfAnotherGenesisRefuseEachOtherOnBothSides) {
  ::testing::internal::CaptureStderr();
  {
    Cluster one(3, "one"), two(3, "two");
    NodeStart start_one = one.StartOf(0), start_two = two.StartOf(1);
    start_one.config.peer_addresses[two.peer(1).name] = two.peer_endpoint(1);
    start_two.config.peer_addresses[one.peer(0).name] = one.peer_endpoint(0);
    start_one.config.log_level = start_two.config.log_level = "error";
    one.Start(0, std::move(start_one));
    two.Start(1, std::move(start_two));
    // No quorum can form: each of the two waits for members of its own ledger.
    EXPECT_TRUE(Eventually(
        [&] { return one.gateway(0).metrics().find("peers_connected 0") != std::string::npos; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_TRUE(one.gateway(0).status().leader.empty());
    EXPECT_TRUE(two.gateway(1).status().leader.empty());
    for (const auto& peer : two.gateway(1).status().peers) EXPECT_FALSE(peer.connected);
  }
  std::string log = ::testing::internal::GetCapturedStderr();
  for (std::string_view event : {"event=peer_refused ", "event=peer_refused_us "}) {
    size_t line = log.find(event);
    ASSERT_NE(line, std::string::npos) << log;
    EXPECT_NE(log.find("E_GENESIS", line), std::string::npos);
  }
}

TEST(GenesisTest, ADataDirectoryOfAnotherLedgerIsRefused) {
  Cluster one(1, "one"), two(1, "two");
  one.Start(0);
  one.Stop(0);
  NodeStart start = two.StartOf(0);
  start.config.data_directory = one.directory(0);
  auto node = Node::Start(std::move(start));
  EXPECT_FALSE(node.ok());
}

TEST(StartTest, APortInUseIsNamed) {
  Cluster cluster(1);
  cluster.Start(0);
  NodeStart start = cluster.StartOf(0);
  start.config.data_directory += "-other";
  ASSERT_TRUE(Node::CreateLedger(start.config.data_directory, start.ledger).ok());
  auto node = Node::Start(std::move(start));
  ASSERT_FALSE(node.ok());
  EXPECT_EQ(node.error().code, ErrorCode::kPort);
  EXPECT_NE(node.error().detail.find(std::to_string(cluster.peer_endpoint(0).port)),
            std::string::npos);
}

TEST(StartTest, WhatANodeKeepsIsNobodyElsesToRead) {
  Cluster cluster(1);
  cluster.Start(0);
  for (const char* part : {"", "/ledger"})
    EXPECT_EQ(std::filesystem::status(cluster.directory(0) + part).permissions(),
              std::filesystem::perms::owner_all)
        << part;
}

TEST(StartTest, KeysThatAreNoMembersAreRefused) {
  Cluster cluster(2);
  NodeStart start = cluster.StartOf(0);
  start.keys.node = NodeSeed(8);
  auto node = Node::Start(std::move(start));
  ASSERT_FALSE(node.ok());
  EXPECT_EQ(node.error().code, ErrorCode::kConfig);
  NodeStart wrong_log = cluster.StartOf(0);
  wrong_log.keys.log = SigningKey(LogSeed(1));
  EXPECT_FALSE(Node::Start(std::move(wrong_log)).ok());
  NodeStart wrong_party = cluster.StartOf(0);
  wrong_party.config.party = TestParty(1);
  EXPECT_FALSE(Node::Start(std::move(wrong_party)).ok());
}

}  // namespace
}  // namespace suyuan::node::testing
