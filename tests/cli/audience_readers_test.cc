// Whom an owner may give the key of a whole audience (docs/formats.md §3): those who read all of
// it.
#include "node/cli/audience_readers.h"

#include <map>

#include <gmock/gmock.h>

#include "contracts/field_numbers.h"
#include "tests/support/expect_ok.h"

namespace suyuan::cli {
namespace {

namespace f = contracts::flow_field;
using testing::ElementsAre;

SealingPublicKey KeyNumbered(uint8_t n) {
  SealingPublicKey key;
  key.data.fill(n);
  return key;
}

// Parties with their sealing keys, and regulators.
class Registry final : public contracts::ReaderDirectory {
 public:
  void Add(const char* code, const char* region, uint8_t key, bool regulator = false) {
    contracts::ReaderParty party;
    party.party = ParsePartyId(code).value();
    party.region = region;
    party.sealing_key = KeyNumbered(key);
    parties_[party.party] = party;
    if (regulator) regulators_.push_back(party);
  }
  Result<std::optional<contracts::ReaderParty>> Find(const PartyId& party) const override {
    const auto found = parties_.find(party);
    return found == parties_.end() ? std::optional<contracts::ReaderParty>() : found->second;
  }
  Result<std::vector<contracts::ReaderParty>> Regulators() const override { return regulators_; }
  Result<std::optional<PartyId>> ManufacturerOf(std::string_view) const override {
    return std::optional<PartyId>();
  }
  Result<std::optional<contracts::FlowParties>> PartiesOf(const EntityId&) const override {
    return std::optional<contracts::FlowParties>();
  }

 private:
  std::map<PartyId, contracts::ReaderParty> parties_;
  std::vector<contracts::ReaderParty> regulators_;
};

constexpr const char *kSeller = "91310115MA1H8R7C41", *kFirstBuyer = "91330106MA2B1C3D4E",
                     *kSecondBuyer = "91330106MA2B1C3D4F";
constexpr uint8_t kOfSeller = 1, kOfBuyer = 2, kOfRegulator = 3, kOfBuyersRegulator = 4;

// Two sales of one seller: audience 0 holds prices of both and the buyers, audience 1 the first
// one's sale time alone.
class AudienceReadersTest : public testing::Test {
 protected:
  AudienceReadersTest() {
    registry_.Add(kSeller, "310115", kOfSeller);
    registry_.Add("113100000000000002", "310000", kOfRegulator, true);
    registry_.Add("113300000000000002", "330000", kOfBuyersRegulator, true);
    tx_.core.submitter = ParsePartyId(kSeller).value();
    for (uint32_t i = 0; i < 2; ++i) {
      ledger::Record& sale = tx_.records.emplace_back();
      sale.schema = f::kSection;
      sale.leaves = {Hidden(f::kBuyerCode, 0), Hidden(f::kUnitPrice, 0), Hidden(f::kAmount, 0)};
      const Bytes buyer = "\"" + std::string(i == 0 ? kFirstBuyer : kSecondBuyer) + "\"";
      opened_.push_back({{i, f::kBuyerCode, 0}, 0, sealing::FieldVerdict::kOpened, buyer, {}});
    }
    auto& first = tx_.records.front().leaves;
    first.insert(first.begin() + 1, Hidden(f::kSaleTime, 1));
  }
  static ledger::Leaf Hidden(uint16_t field, uint8_t audience) {
    ledger::Leaf leaf;
    leaf.field = field;
    leaf.mode = ledger::LeafMode::kHidden;
    leaf.audience = audience;
    return leaf;
  }

  Registry registry_;
  ledger::Transaction tx_;
  std::vector<sealing::OpenedField> opened_;
};

TEST_F(AudienceReadersTest, BeforeTheBuyersAreRegisteredItsReadersAreTheSame) {
  const auto readers = ReadersOfWhole(registry_, tx_, 0, opened_);
  ASSERT_OK(readers);
  EXPECT_THAT(readers->keys, ElementsAre(KeyNumbered(kOfSeller), KeyNumbered(kOfRegulator)));
  EXPECT_EQ(readers->left_out, 0u);
}

// A buyer that came later reads its own sale's time, but neither prices nor the other customer's
// sale; and so do the regulators that came with it.
TEST_F(AudienceReadersTest, ABuyerThatRegistersLaterGetsNoKeyThatOpensMore) {
  registry_.Add(kFirstBuyer, "330106", kOfBuyer);
  const auto whole = ReadersOfWhole(registry_, tx_, 0, opened_);
  ASSERT_OK(whole);
  EXPECT_THAT(whole->keys, ElementsAre(KeyNumbered(kOfSeller), KeyNumbered(kOfRegulator)));
  EXPECT_EQ(whole->left_out, 2u) << "the buyer and its regulator";

  const auto own = ReadersOfWhole(registry_, tx_, 1, opened_);
  ASSERT_OK(own);
  EXPECT_THAT(own->keys, testing::UnorderedElementsAre(
                             KeyNumbered(kOfSeller), KeyNumbered(kOfBuyer),
                             KeyNumbered(kOfRegulator), KeyNumbered(kOfBuyersRegulator)));
  EXPECT_EQ(own->left_out, 0u);
}

// Two classes are enough, and so are two records of one class.
TEST_F(AudienceReadersTest, EachRecordAndEachClassCounts) {
  registry_.Add(kFirstBuyer, "330106", kOfBuyer);
  for (ledger::Record& record : tx_.records)
    std::erase_if(record.leaves, [](const ledger::Leaf& l) { return l.field != f::kBuyerCode; });
  auto readers = ReadersOfWhole(registry_, tx_, 0, opened_);
  ASSERT_OK(readers);
  EXPECT_EQ(readers->left_out, 2u) << "the second sale is another customer's";

  tx_.records.back().leaves = {};
  readers = ReadersOfWhole(registry_, tx_, 0, opened_);
  ASSERT_OK(readers);
  EXPECT_EQ(readers->keys.size(), 4u);

  tx_.records.front().leaves.push_back(Hidden(f::kAmount, 0));
  readers = ReadersOfWhole(registry_, tx_, 0, opened_);
  ASSERT_OK(readers);
  EXPECT_EQ(readers->left_out, 2u) << "the amount is for regulators";
}

TEST_F(AudienceReadersTest, NothingIsSealedThere) {
  const auto readers = ReadersOfWhole(registry_, tx_, 7, opened_);
  ASSERT_FALSE(readers.ok());
  EXPECT_EQ(readers.error().code, ErrorCode::kRef);
}

}  // namespace
}  // namespace suyuan::cli
