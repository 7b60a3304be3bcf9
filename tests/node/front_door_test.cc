// What a node lets in: transactions before its pool, clients at its listeners.
#include <gtest/gtest.h>
#include <httplib.h>

#include "contracts/types.h"
#include "node/admission.h"
#include "node/clock.h"
#include "node/http_face.h"
#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

struct Draft {
  contracts::TxType type = contracts::tx::kDocAnchor;
  uint16_t version = 1;
  PartyId party = TestParty(9);
  const SigningKey* key = &ClientKey();
  int64_t ahead_ms = 0;
  size_t bytes = 100;
};

class FrontDoorTest : public ::testing::Test {
 protected:
  FrontDoorTest() {
    cluster_.StartAll();
    cluster_.WaitForLeader();
    // The election's own block comes first, and would count as a leaf.
    EXPECT_TRUE(
        Eventually([this] { return cluster_.gateway(0).store().head().height > Height(0); }));
  }
  std::shared_ptr<const Bytes> Make(const Draft& wanted) {
    ledger::TransactionDraft draft;
    draft.core.ledger_id = cluster_.ledger().ledger;
    draft.core.type = wanted.type;
    draft.core.type_version = wanted.version;
    draft.core.submitter = wanted.party;
    draft.core.signers = {{ledger::SignerRole::kSubmitter, wanted.party, wanted.key->key_id()}};
    draft.core.nonce = RandomFixed<Nonce16>();
    draft.core.created_ms = static_cast<uint64_t>(SystemWallMs() + wanted.ahead_ms);
    draft.core.expiry_ms = draft.core.created_ms + 3'600'000;
    ledger::RecordDraft record;
    record.schema = 6;
    for (size_t left = wanted.bytes; left > 0;) {
      ledger::RecordDraft::LeafDraft leaf;
      leaf.field = 0x0602;
      leaf.item = static_cast<uint16_t>(record.leaves.size());
      const size_t part = std::min<size_t>(left, 60'000);
      leaf.value = "\"" + std::string(part, 'x') + "\"";
      left -= part;
      record.leaves.push_back(std::move(leaf));
    }
    draft.records = {record};
    return std::make_shared<const Bytes>(ledger::SignTransaction(draft, *wanted.key));
  }
  uint64_t Leaves() { return cluster_.gateway(0).store().head().leaf_count; }
  // Refused before the pool, and nothing of it is kept.
  void ExpectRefused(const Draft& wanted, ErrorCode code, const std::string& says) {
    const uint64_t before = Leaves();
    const auto result = cluster_.Submit(0, Make(wanted));
    ASSERT_FALSE(result.ok()) << says;
    EXPECT_EQ(result.error().code, code) << result.error().ToString();
    EXPECT_NE(result.error().detail.find(says), std::string::npos) << result.error().detail;
    EXPECT_EQ(cluster_.gateway(0).status().pool_transactions, 0u);
    EXPECT_EQ(Leaves(), before);
  }
  bool IsOrdered(const Draft& wanted) { return cluster_.Submit(0, Make(wanted)).ok(); }

  Cluster cluster_{1};
};

TEST_F(FrontDoorTest, NobodyUnknownHasJunkOrdered) {
  const SigningKey stranger(SecretSeed::Random());
  ExpectRefused({.key = &stranger}, ErrorCode::kSig, "send the same transaction again");
  ExpectRefused({.party = TestParty(8)}, ErrorCode::kSig, "not registered for its party");
  ExpectRefused({.type = contracts::TxType(0x7777)}, ErrorCode::kType, "in force");
  ExpectRefused({.version = 2}, ErrorCode::kType, "in force");
  ExpectRefused({.type = contracts::TxType(0x7777), .key = &stranger}, ErrorCode::kSig, "height");
  EXPECT_TRUE(IsOrdered({}));
}

TEST_F(FrontDoorTest, NothingFromTheFutureIsOrdered) {
  constexpr int64_t kFiveMinutesMs = 300'000, kYearMs = 365ll * 24 * 3600 * 1000;
  ExpectRefused({.ahead_ms = kFiveMinutesMs + 30'000}, ErrorCode::kExpired, "5 minutes");
  ExpectRefused({.ahead_ms = 400 * kYearMs}, ErrorCode::kExpired, "5 minutes");
  EXPECT_TRUE(IsOrdered({.ahead_ms = kFiveMinutesMs - 30'000}));
}

TEST_F(FrontDoorTest, WhoIntroducesItselfIsBrief) {
  const SigningKey stranger(SecretSeed::Random());
  Draft introduction{
      .type = contracts::tx::kPartyRegister, .party = TestParty(8), .key = &stranger};
  EXPECT_TRUE(IsOrdered(introduction)) << "its contract judges it";
  introduction.bytes = kIntroductionBytesMax;
  ExpectRefused(introduction, ErrorCode::kSize, "262144");
  EXPECT_TRUE(IsOrdered({.bytes = kIntroductionBytesMax})) << "a member's may be longer";
}

TEST(HttpFaceTest, AuthoritiesFollowFromTheAddresses) {
  NodeConfig config;
  config.api_listen = "10.0.0.5:7600";
  config.member_listen = "[fd00::5]:7700";
  const auto own = OwnAuthorities(config, "suyuan.example:7600");
  for (const char* host : {"10.0.0.5:7600", "127.0.0.1:7600", "localhost:7600", "[::1]:7600",
                           "[fd00::5]:7700", "localhost:7700", "suyuan.example:7600"})
    EXPECT_NE(std::ranges::find(own, host), own.end()) << host;
  EXPECT_EQ(std::ranges::find(own, "10.0.0.5:7700"), own.end());
  config.api_authorities = {"proxy.example"};
  EXPECT_EQ(OwnAuthorities(config, "suyuan.example:7600"),
            std::vector<std::string>{"proxy.example"});
}

TEST(HttpFaceTest, TheMembersListenerAnswersWhileThePublicOneIsFull) {
  Cluster cluster(1);
  const std::vector<uint16_t> ports = FreePorts(2);
  NodeStart start = cluster.StartOf(0);
  start.config.api_listen = ToString(Endpoint{"127.0.0.1", ports[0]});
  start.config.member_listen = ToString(Endpoint{"127.0.0.1", ports[1]});
  start.config.limits.connections_per_address = 1;
  start.config.limits.requests_per_address = 2;
  cluster.Start(0, std::move(start));
  httplib::Client first("127.0.0.1", ports[0]), second("127.0.0.1", ports[0]);
  httplib::Client member("127.0.0.1", ports[1]);
  first.set_keep_alive(true);
  member.set_keep_alive(true);
  int limited = 0;
  for (int i = 0; i < 20; ++i) {
    const auto answer = first.Get("/healthz");
    ASSERT_TRUE(answer);
    limited += answer->status == 429 ? 1 : 0;
  }
  EXPECT_GE(limited, 10) << "a burst of four, then two a second";
  EXPECT_FALSE(second.Get("/healthz")) << "one connection of one address";
  const auto answer = member.Get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->body.find("suyuan_http_connections_open 2\n"), std::string::npos)
      << "both listeners are counted";
}

}  // namespace
}  // namespace suyuan::node::testing
