// The genesis file: golden bytes, round trip, what follows from it (requirements DC-7-b, formats
// §0).
#include "genesis/genesis.h"

#include <gtest/gtest.h>

#include "common/hash.h"
#include "tests/genesis/golden.h"

namespace suyuan::genesis {
namespace {

using testing::GoldenFile;
using testing::GoldenToml;
using testing::ReadText;

TEST(Genesis, GoldenTomlGivesGoldenBytes) {
  auto file = GenesisFromToml(GoldenToml(), 0);
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  EXPECT_EQ(*file, GoldenFile());
}

TEST(Genesis, GoldenLedgerId) {
  auto genesis = ParseGenesis(GoldenFile());
  ASSERT_TRUE(genesis.ok()) << genesis.error().ToString();
  EXPECT_EQ(ToHex(genesis->ledger_id) + "\n", ReadText("tests/vectors/genesis/ledger_id.txt"));
  // formats §0: the bytes are a variable-size part, so their u32 length goes in first.
  Bytes file = GoldenFile();
  Bytes input = "\x07genesis";
  for (int shift = 24; shift >= 0; shift -= 8)
    input.push_back(static_cast<char>(file.size() >> shift & 0xFF));
  EXPECT_EQ(Sha256(input + file).view(), genesis->ledger_id.view());
}

TEST(Genesis, EveryValueArrives) {
  auto genesis = ParseGenesis(GoldenFile());
  ASSERT_TRUE(genesis.ok());
  EXPECT_EQ(genesis->name, "示例产品追溯账本");
  EXPECT_EQ(genesis->origin, "suyuan.example/golden");
  EXPECT_EQ(genesis->time_ms, 1772323200000u);
  EXPECT_EQ(genesis->quorum, Quorum::kMajority);
  EXPECT_EQ(genesis->limits.records_max, 5000u);
  EXPECT_EQ(genesis->limits.transaction_bytes_max, limits::kTransactionBytesMax);
  ASSERT_EQ(genesis->members.size(), 3u);
  const FoundingMember& regulator = genesis->members[0];
  EXPECT_EQ(ToString(regulator.party), "11440000MB2C0EXA0U");
  EXPECT_EQ(regulator.role, Role::kRegulator);
  EXPECT_EQ(regulator.region, "440100");
  EXPECT_TRUE(regulator.recovery_key.has_value());
  EXPECT_FALSE(genesis->members[1].recovery_key.has_value());
  EXPECT_EQ(genesis->members[2].api_address, "127.0.0.1:7604");
  EXPECT_EQ(genesis->catalogue.size(), 2u);
  EXPECT_EQ(genesis->platforms.size(), 8u);  // OG-5.2.3-b, written out as default
  EXPECT_EQ(*genesis->rules.at("dispute_days").if_int(), 20);
  EXPECT_EQ(*genesis->rules.at("reply_days").if_int(), 7);  // requirements 2.6
  EXPECT_EQ(genesis->rules.at("review_policy").Text("batch"), "auto");
  EXPECT_EQ(genesis->FindMember(genesis->members[1].party), &genesis->members[1]);
  EXPECT_EQ(genesis->FindMember(PartyId{}), nullptr);
}

TEST(Genesis, FoundingConfigurationRoundTrips) {
  auto genesis = ParseGenesis(GoldenFile());
  ASSERT_TRUE(genesis.ok());
  auto decoded = ledger::DecodeConfiguration(ledger::EncodeConfiguration(genesis->Configuration()));
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_EQ(decoded->seq, 0u);
  EXPECT_EQ(decoded->phase, 1);
  ASSERT_EQ(decoded->members.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(decoded->members[i].party, genesis->members[i].party);
    EXPECT_EQ(decoded->members[i].node, genesis->members[i].node);
    EXPECT_EQ(decoded->members[i].node_key, genesis->members[i].node_key);
    EXPECT_EQ(decoded->members[i].log_key, genesis->members[i].log_key);
    EXPECT_EQ(decoded->members[i].cosigner_key, genesis->members[i].cosigner_key);
    EXPECT_EQ(decoded->members[i].peer_address, genesis->members[i].peer_address);
    EXPECT_TRUE(decoded->members[i].voter);
  }
}

TEST(Genesis, TimeIsTheCallersUnlessGiven) {
  std::string text = testing::Replaced(GoldenToml(), "time_ms = 1772323200000", "");
  auto one = GenesisFromToml(text, 1'800'000'000'000),
       two = GenesisFromToml(text, 1'800'000'000'001);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(ParseGenesis(*one)->time_ms, 1'800'000'000'000u);
  EXPECT_NE(ParseGenesis(*one)->ledger_id, ParseGenesis(*two)->ledger_id);
}

TEST(Genesis, QuorumSizes) {
  // formats §5: majority of organisations; ⌊2n/3⌋+1 can be set.
  const uint32_t majority[] = {1, 2, 2, 3, 3, 4, 4}, two_thirds[] = {1, 2, 3, 3, 4, 5, 5};
  for (uint32_t n = 1; n <= 7; ++n) {
    EXPECT_EQ(QuorumSize(Quorum::kMajority, n), majority[n - 1]);
    EXPECT_EQ(QuorumSize(Quorum::kTwoThirds, n), two_thirds[n - 1]);
  }
}

TEST(Genesis, DescribeNamesLedgerMembersAndKeyIds) {
  auto genesis = ParseGenesis(GoldenFile());
  ASSERT_TRUE(genesis.ok());
  json::Value shown = Describe(*genesis);
  EXPECT_EQ(shown.Text("ledger_id"), ToHex(genesis->ledger_id));
  EXPECT_EQ(shown.Text("origin"), genesis->origin);
  const json::Value& member = (*shown.Find("members")->if_array())[1];
  EXPECT_EQ(member.Text("party_code"), "91440101MA5EXAMP0G");
  EXPECT_EQ(member.Find("key_ids")->Text("log"),
            ToHex(KeyIdOf(Suite::kEd25519, genesis->members[1].log_key)));
}

TEST(Genesis, OnlyCanonicalBytesAreAGenesisFile) {
  Bytes file = GoldenFile();
  for (const Bytes& other : {file + "\n", " " + file, json::Pretty(*json::Parse(file)), Bytes(),
                             file.substr(0, file.size() - 1)}) {
    auto genesis = ParseGenesis(other);
    ASSERT_FALSE(genesis.ok());
    EXPECT_EQ(genesis.error().code, ErrorCode::kFormat);
  }
}

TEST(Genesis, LoadNamesTheFile) {
  auto absent = LoadGenesis("tests/vectors/genesis/absent.json");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::kIo);
  EXPECT_NE(absent.error().detail.find("absent.json"), std::string::npos);
  EXPECT_TRUE(LoadGenesis("tests/vectors/genesis/genesis.json").ok());
  auto wrong = LoadGenesis("tests/vectors/genesis/consortium.toml");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().detail.find("consortium.toml"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::genesis
