// Readers of sealed fields: requirements 1.3, D-32, D-37. Each class against a registry in which
// every party differs from the owner by one thing.
#include "contracts/readers.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::contracts {
namespace {

using testing::Actor;
using testing::Chain;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

SealingPublicKey KeyNumbered(uint8_t n) {
  SealingPublicKey key;
  key.data.fill(n);
  return key;
}

// Party n has sealing key n, recovery key 100 + n, escrow key 200 + n.
class Registry final : public ReaderDirectory {
 public:
  PartyId Add(uint8_t n, const std::string& region, bool regulator = false, bool escrow = true) {
    const PartyId id = Actor(n, region).party;
    ReaderParty party{id, region, KeyNumbered(n), KeyNumbered(static_cast<uint8_t>(100 + n)), {}};
    if (regulator && escrow) party.escrow_key = KeyNumbered(static_cast<uint8_t>(200 + n));
    parties_.emplace(id, party);
    if (regulator) regulators_.push_back(party);
    return id;
  }
  void Made(const std::string& code, const PartyId& maker) { makers_.emplace(code, maker); }

  Result<std::optional<ReaderParty>> Find(const PartyId& party) const override {
    const auto found = parties_.find(party);
    return found == parties_.end() ? std::optional<ReaderParty>() : found->second;
  }
  Result<std::vector<ReaderParty>> Regulators() const override { return regulators_; }
  Result<std::optional<PartyId>> ManufacturerOf(std::string_view code) const override {
    const auto found = makers_.find(std::string(code));
    return found == makers_.end() ? std::optional<PartyId>() : found->second;
  }
  Result<std::optional<FlowParties>> PartiesOf(const EntityId& flow) const override {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? std::optional<FlowParties>() : found->second;
  }
  void Flowed(const EntityId& flow, FlowParties parties) { flows_.emplace(flow, parties); }

 private:
  std::map<PartyId, ReaderParty> parties_;
  std::vector<ReaderParty> regulators_;
  std::map<std::string, PartyId> makers_;
  std::map<EntityId, FlowParties> flows_;
};

class ReadersTest : public ::testing::Test {
 protected:
  Registry registry_;
  const PartyId owner_ = registry_.Add(1, "440106"), buyer_ = registry_.Add(2, "310115"),
                maker_ = registry_.Add(3, "320505"), rival_ = registry_.Add(4, "440106"),
                county_ = registry_.Add(11, "440106", true),
                province_ = registry_.Add(12, "440000", true, false),
                shanghai_ = registry_.Add(13, "310000", true),
                jiangsu_ = registry_.Add(14, "320000", true),
                national_ = registry_.Add(15, "000000", true);

  // Numbers of the keys, in order.
  std::vector<int> Readers(DisclosureClass disclosure, const Audience& audience) {
    std::vector<int> out;
    const auto keys = ReadersOf(registry_, disclosure, audience);
    EXPECT_TRUE(keys.ok());
    if (keys)
      for (const SealingPublicKey& key : *keys) out.push_back(key.data[0]);
    return out;
  }
  Audience Flow() {
    registry_.Made("01/06901234567892/21/1", maker_);
    return AudienceOf(owner_, {{"buyer_code", ToString(buyer_)},
                               {"seller_code", ToString(owner_)},
                               {"flow_codes", json::Array{"01/06901234567892/21/1", "elsewhere"}}});
  }
};

TEST_F(ReadersTest, RegAndOptGoToTheOwnerAndRegulatorsFromCountyToNational) {
  const Audience audience = AudienceOf(owner_, {});
  for (const auto disclosure : {DisclosureClass::kReg, DisclosureClass::kOpt})
    EXPECT_THAT(Readers(disclosure, audience), ElementsAre(1, 101, 11, 12, 15));
}

TEST_F(ReadersTest, OfAFlowRegStaysWithTheOwnersSide) {
  EXPECT_THAT(Readers(DisclosureClass::kReg, Flow()), ElementsAre(1, 101, 11, 12, 15));
}

TEST_F(ReadersTest, CptyAddsTheCounterpartyAndRegulatorsOverEitherSideButNoRecoveryKeyOfOthers) {
  const std::vector<int> readers = Readers(DisclosureClass::kCpty, Flow());
  EXPECT_THAT(readers, UnorderedElementsAre(1, 101, 2, 11, 12, 13, 15));
  EXPECT_EQ(readers[0], 1);
  EXPECT_EQ(readers[1], 101);
}

TEST_F(ReadersTest, ChainAddsTheMakerOfTheGoodsButNotItsRegulators) {
  EXPECT_THAT(Readers(DisclosureClass::kChain, Flow()),
              UnorderedElementsAre(1, 101, 2, 3, 11, 12, 13, 15));
}

TEST_F(ReadersTest, WhatOneSideAddsToAFlowTheOtherSideAndTheMakerRead) {
  EntityId flow;
  flow.data.fill(5);
  registry_.Flowed(flow, {{buyer_}, {maker_}});
  const auto numbers = [&](DisclosureClass disclosure, const std::optional<EntityId>& about) {
    std::vector<int> out;
    const auto keys = ReadersFrom(registry_, owner_)(disclosure, json::Object(), about).value();
    for (const SealingPublicKey& key : keys) out.push_back(key.data[0]);
    return out;
  };
  EXPECT_THAT(numbers(DisclosureClass::kCpty, flow),
              UnorderedElementsAre(1, 101, 2, 11, 12, 13, 15));
  EXPECT_THAT(numbers(DisclosureClass::kChain, flow),
              UnorderedElementsAre(1, 101, 2, 3, 11, 12, 13, 15));
  EXPECT_THAT(numbers(DisclosureClass::kReg, flow), ElementsAre(1, 101, 11, 12, 15));
  EXPECT_THAT(numbers(DisclosureClass::kCpty, std::nullopt), ElementsAre(1, 101, 11, 12, 15));
  flow.data.fill(6);
  EXPECT_CODE(ReadersFrom(registry_, owner_)(DisclosureClass::kCpty, json::Object(), flow),
              ErrorCode::kRef);
}

TEST_F(ReadersTest, PrvGoesToTheOwnerAndEscrowKeysWithJurisdictionOnly) {
  EXPECT_THAT(Readers(DisclosureClass::kPrv, Flow()), ElementsAre(1, 101, 211, 215));
}

TEST_F(ReadersTest, ARangeOfCodesNamesItsMaker) {
  registry_.Made("01/06901234567892/21/7", maker_);
  const Audience audience = AudienceOf(
      owner_, {{"flow_codes", json::Array{json::Object{{"first", "01/06901234567892/21/7"},
                                                       {"last", "01/06901234567892/21/9"}}}}});
  EXPECT_THAT(Readers(DisclosureClass::kChain, audience),
              UnorderedElementsAre(1, 101, 3, 11, 12, 15));
}

TEST_F(ReadersTest, OutsidersAndMalformedNamesAddNobody) {
  const Audience audience = AudienceOf(owner_, {{"buyer_code", ToString(Actor(77, "110000").party)},
                                                {"seller_code", "no code"},
                                                {"flow_codes", "01/06901234567892/21/404"}});
  EXPECT_THAT(Readers(DisclosureClass::kChain, audience), ElementsAre(1, 101, 11, 12, 15));
}

TEST_F(ReadersTest, WhoRegistersReadsByTheKeysOfItsOwnRecord) {
  const PartyId fresh = Actor(78, "310115").party;
  const json::Object record{{"party_code", ToString(fresh)},
                            {"region_code", "310115"},
                            {"recovery_key", ToHex(KeyNumbered(61))},
                            {"sealing_key", ToHex(KeyNumbered(60))}};
  EXPECT_THAT(Readers(DisclosureClass::kReg, AudienceOf(fresh, record)),
              ElementsAre(60, 61, 13, 15));
  // A record about somebody else introduces nobody.
  EXPECT_FALSE(AudienceOf(owner_, record).introduced.has_value());
  EXPECT_CODE(ReadersOf(registry_, DisclosureClass::kReg, AudienceOf(fresh, {})), ErrorCode::kRef);
}

TEST(StateReaderDirectoryTest, ReadsTheRegistryOfTheState) {
  Chain chain;
  const StateReaderDirectory directory(chain.state);
  const auto regulators = directory.Regulators();
  ASSERT_OK(regulators);
  const size_t founding = regulators->size();
  EXPECT_TRUE(std::ranges::any_of(
      *regulators, [&](const ReaderParty& r) { return r.party == chain.regulator.party; }));
  EXPECT_TRUE(std::ranges::is_sorted(*regulators, {}, &ReaderParty::party));
  const Actor stranger(500, "440106");
  EXPECT_FALSE(directory.Find(stranger.party)->has_value());

  // A second regulator counts from its approval on, and no longer once it is suspended.
  const Actor second(501, "440106");
  chain.Join(second, kRegulator);
  EXPECT_EQ(directory.Regulators()->size(), founding + 1);
  ASSERT_TRUE(directory.Find(second.party)->has_value());
  EXPECT_EQ((*directory.Find(second.party))->region, "440106");
  chain.SetState(ledger::EntityKind::kParty, second.party.view(), EntityState::kSuspended);
  EXPECT_EQ(directory.Regulators()->size(), founding);
  EXPECT_TRUE(directory.Find(second.party)->has_value());
  chain.SetState(ledger::EntityKind::kParty, second.party.view(), EntityState::kRevoked);
  EXPECT_FALSE(directory.Find(second.party)->has_value());
}

}  // namespace
}  // namespace suyuan::contracts
