// Who had to be a reader at an earlier height (docs/formats.md §3), asked of the present state.
#include "contracts/past_readers.h"

#include "contracts/party.h"
#include "tests/contracts/flow_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::contracts::testing {
namespace {

namespace c = command_field;

class PastReadersTest : public FlowTest {
 protected:
  PastReaderDirectory At(uint64_t height, const Actor& regulator) const {
    return PastReaderDirectory(chain.state, Height(height), regulator.party);
  }
  // Whether `regulator` had to get the maker's REG fields.
  bool IsDue(uint64_t height, const Actor& regulator) const {
    const auto directory = At(height, regulator);
    const auto found = directory.Regulators();
    const auto readers =
        ReadersOf(directory, DisclosureClass::kReg, AudienceOf(chain.maker.party, {}));
    if (!readers.ok()) {
      EXPECT_EQ(readers.error().code, ErrorCode::kRef);
      return false;
    }
    // Of the fixture, the maker has one key and founding regulators another.
    return !found->empty() &&
           std::ranges::find(*readers, found->front().sealing_key) != readers->end() &&
           readers->size() > 1;
  }
  uint64_t last_height() const { return chain.height - 1; }
  void Rotate(const Actor& of, const Actor& to, const std::string& sealing_key) {
    Rec rec = Command(ledger::EntityKind::kParty, of.party.view())
                  .Set(c::kNewSigningKey, ToHex(to.key.public_key()));
    if (!sealing_key.empty()) rec.Set(c::kNewSealingKey, sealing_key);
    ExpectApplied(chain.Do(tx::kKeyRotate, of, {rec}));
  }
};

TEST_F(PastReadersTest, JurisdictionFromTheProvinceUp) {
  EXPECT_TRUE(IsDue(last_height(), chain.regulator));
  EXPECT_TRUE(IsDue(last_height(), chain.national));
  EXPECT_FALSE(IsDue(last_height(), chain.far_regulator));
  EXPECT_FALSE(IsDue(last_height(), chain.maker)) << "no regulator";
  EXPECT_FALSE(IsDue(0, chain.regulator)) << "the owner was not registered yet";
}

TEST_F(PastReadersTest, ARegulatorThatCameLaterHadNothingToGet) {
  const Actor county(60, "440100");
  const uint64_t before = last_height();
  ExpectApplied(chain.Do(tx::kPartyRegister, county,
                         {Registration(ToString(county.party), county.region,
                                       ToHex(county.key.public_key()), PartyTypeWords(kRegulator)),
                          Document("business_licence")}));
  const uint64_t registered = last_height();
  ExpectApplied(chain.Do(tx::kPartyReview, chain.regulator,
                         {Review(ledger::EntityKind::kParty, county.party.view(), "approve")}));
  EXPECT_TRUE(At(before, county).Regulators()->empty());
  EXPECT_TRUE(At(registered, county).Regulators()->empty()) << "not approved";
  EXPECT_EQ(At(last_height(), county).Regulators()->size(), 1u);
  EXPECT_FALSE(At(before, county).Find(county.party)->has_value());
  EXPECT_TRUE(At(registered, county).Find(county.party)->has_value());
}

TEST_F(PastReadersTest, KeysAreThoseOfTheHeight) {
  const auto key_at = [&](uint64_t height, const Actor& of) {
    return At(height, of).Find(of.party)->value().sealing_key;
  };
  const uint64_t before = last_height();
  const Actor second(61, "000000"), third_key(62, "000000");
  const std::string fresh = std::string(62, '0') + "0a";
  Rotate(chain.national, second, fresh);
  const uint64_t rotated = last_height();
  chain.national.key = SigningKey(second.seed);
  Rotate(chain.national, third_key, "");
  EXPECT_EQ(key_at(before, chain.national).data[31], 9) << "as genesis says";
  EXPECT_EQ(ToHex(key_at(rotated, chain.national)), fresh);
  EXPECT_EQ(ToHex(key_at(last_height(), chain.national)), fresh) << "the signing key alone";
  EXPECT_EQ(At(before, chain.national).Find(chain.national.party)->value().region, "000000");
}

TEST_F(PastReadersTest, SidesOfAFlowThatHadShownThemselves) {
  Released(3);
  const uint64_t before = last_height();
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(flow.outcome);
  const uint64_t sold = last_height();
  ExpectApplied(Confirm(buyer, flow));
  const auto sides = [&](uint64_t height) {
    const auto parties = At(height, chain.regulator).PartiesOf(flow.id);
    return *parties ? (*parties)->sides : std::vector<PartyId>();
  };
  EXPECT_EQ(sides(before), std::vector<PartyId>());
  EXPECT_EQ(sides(sold), std::vector<PartyId>{chain.maker.party});
  EXPECT_EQ(sides(last_height()), (std::vector<PartyId>{chain.maker.party, buyer.party}));
  EXPECT_FALSE(At(last_height(), chain.regulator).PartiesOf(EntityId{})->has_value());
}

}  // namespace
}  // namespace suyuan::contracts::testing
