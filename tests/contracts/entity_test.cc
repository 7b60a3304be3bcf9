// Entity values, stored records and outcomes: fixed layouts (docs/formats.md §5, §6), golden bytes.
#include "contracts/entity.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "common/encoding.h"
#include "contracts/outcome.h"
#include "contracts/types.h"

namespace suyuan::contracts {
namespace {

TEST(Entity, RoundTripAndGolden) {
  Entity entity;
  entity.state = EntityState::kActive;
  entity.version = 2;
  entity.content = "content";
  EXPECT_EQ(HexEncode(EncodeEntity(entity)),
            "01"
            "02"
            "00000002"
            "00000000" +
                std::string(64, '0') + "636f6e74656e74");
  TxId tx;
  tx.data.fill(7);
  entity.AddEvent(tx, 3);
  EXPECT_EQ(entity.event_count, 1u);
  // H("event", zeros ‖ 07… ‖ 00000003), computed with another SHA-256.
  EXPECT_EQ(ToHex(entity.event_head),
            "f1dc53f857417905e9b527a45f5c46cb3a74c53c43ec90c1370211473fb276e9");
  const Entity back = DecodeEntity(EncodeEntity(entity));
  EXPECT_EQ(EncodeEntity(back), EncodeEntity(entity));
  EXPECT_EQ(back.event_head, entity.event_head);
  EXPECT_EQ(back.content, "content");
}

TEST(EntityDeathTest, DamagedStateStopsTheProcess) {
  EXPECT_DEATH(DecodeEntity("short"), "damaged");
  EXPECT_DEATH(DecodeStoredRecord(std::string(60, '\1')), "damaged");
}

TEST(Entity, StoredRecordRoundTrip) {
  StoredRecord record;
  record.tx.data.fill(9);
  record.height = Height(12);
  record.record = 4;
  record.time_ms = 1'772'323'200'000;
  record.submitter.data.fill('7');
  record.nonce.data.fill(3);
  record.leaves = {"leaf 0", "", std::string(1000, 'x')};
  const StoredRecord back = DecodeStoredRecord(EncodeStoredRecord(record));
  EXPECT_EQ(back.tx, record.tx);
  EXPECT_EQ(back.height, record.height);
  EXPECT_EQ(back.record, 4u);
  EXPECT_EQ(back.time_ms, record.time_ms);
  EXPECT_EQ(back.submitter, record.submitter);
  EXPECT_EQ(back.nonce, record.nonce);
  EXPECT_EQ(back.leaves, record.leaves);
  EXPECT_EQ(HexEncode(RecordKey(ledger::EntityKind::kProduct, "id", 5)),
            "02"
            "6964"
            "00000005");
}

TEST(Entity, StateNames) {
  EXPECT_EQ(ToString(EntityState::kReturned), "RETURNED");
  EXPECT_EQ(ToString(EntityState::kReturnedCode), "RETURNED");
  EXPECT_EQ(ToString(EntityState::kInCirculation), "IN_CIRCULATION");
  EXPECT_EQ(ToString(static_cast<EntityState>(0)), "");
}

TEST(TypeNames, AreUniqueAndParseBack) {
  std::set<uint16_t> numbers;
  for (std::string_view name : AllTypeNames()) {
    const auto type = ParseTypeName(name);
    ASSERT_TRUE(type.has_value());
    EXPECT_EQ(TypeName(*type), name);
    EXPECT_TRUE(numbers.insert(type->value()).second);
  }
  EXPECT_EQ(numbers.size(), 40u);
  EXPECT_EQ(ParseTypeName("PARTY_REGISTER"), tx::kPartyRegister);
  EXPECT_EQ(ParseTypeName("party_register"), std::nullopt);
  EXPECT_EQ(TypeName(TxType{0x0999}), "");
}

Outcome RandomOutcome(std::mt19937& rng) {
  const auto bytes = [&](size_t max) {
    Bytes out;
    for (size_t n = rng() % (max + 1); n > 0; --n) out += static_cast<char>(rng());
    return out;
  };
  Outcome outcome;
  if (rng() % 2) {
    constexpr ErrorCode kCodes[] = {ErrorCode::kState, ErrorCode::kMissing, ErrorCode::kUscc};
    Error error{kCodes[rng() % 3], bytes(80)};
    if (rng() % 2) error.record = rng() % 10'000;
    error.field = static_cast<uint16_t>(rng());
    error.item = static_cast<uint16_t>(rng());
    outcome.refusal = error;
    return outcome;
  }
  constexpr ledger::EntityKind kKinds[] = {ledger::EntityKind::kParty, ledger::EntityKind::kCode,
                                           ledger::EntityKind::kCatalogNode};
  for (size_t n = rng() % 5; n > 0; --n)
    outcome.effects.push_back({static_cast<EffectKind>(1 + rng() % 4), static_cast<uint32_t>(rng()),
                               kKinds[rng() % 3], bytes(200), bytes(40)});
  return outcome;
}

TEST(OutcomeProperty, RoundTripAndEveryCutIsRefused) {
  std::mt19937 rng(515);
  for (int round = 0; round < 10'000; ++round) {
    const Bytes bytes = EncodeOutcome(RandomOutcome(rng));
    const auto back = DecodeOutcome(bytes);
    ASSERT_TRUE(back.ok()) << back.error().ToString();
    ASSERT_EQ(EncodeOutcome(*back), bytes);
    ASSERT_FALSE(DecodeOutcome(bytes.substr(0, rng() % bytes.size())).ok());
    ASSERT_FALSE(DecodeOutcome(bytes + "x").ok());
  }
}

TEST(Outcome, Golden) {
  Outcome applied;
  applied.effects.push_back({EffectKind::kCreated, 0, ledger::EntityKind::kParty, "AB", "PENDING"});
  EXPECT_EQ(HexEncode(EncodeOutcome(applied)),
            "53594f31"
            "0000"
            "0001"
            "01"
            "00000000"
            "03"
            "01"
            "4142"
            "07"
            "50454e44494e47");
  EXPECT_TRUE(DecodeOutcome(EncodeOutcome(applied))->applied());
  Outcome refused;
  Error error{ErrorCode::kMissing, "why"};
  error.record = 1;
  error.field = 0x0203;
  error.item = 2;
  refused.refusal = error;
  EXPECT_EQ(HexEncode(EncodeOutcome(refused)),
            "53594f31"
            "0068"
            "00000001"
            "0203"
            "0002"
            "00000003"
            "776879");
  refused.refusal->record.reset();
  EXPECT_EQ(HexEncode(EncodeOutcome(refused)).substr(12, 8), "ffffffff");
}

TEST(Outcome, RefusesUnknownKinds) {
  const auto decode = [](const char* hex) { return DecodeOutcome(*HexDecode(hex)).ok(); };
  EXPECT_TRUE(
      decode("53594f31"
             "0000"
             "0001"
             "01"
             "00000000"
             "01"
             "01"
             "00"));
  EXPECT_FALSE(
      decode("53594f31"
             "0000"
             "0001"
             "05"
             "00000000"
             "01"
             "01"
             "00"));  // kind of effect
  EXPECT_FALSE(
      decode("53594f31"
             "0000"
             "0001"
             "01"
             "00000000"
             "01"
             "07"
             "00"));  // kind of entity
  EXPECT_FALSE(
      decode("53594f31"
             "0000"
             "0001"
             "01"
             "00000000"
             "00"
             "00"));  // no entity
  EXPECT_FALSE(
      decode("53594f31"
             "0001"
             "ffffffff"
             "0000"
             "0000"
             "00000000"));  // error code
  EXPECT_FALSE(
      decode("53594f32"
             "0000"
             "0000"));  // magic
}

}  // namespace
}  // namespace suyuan::contracts
