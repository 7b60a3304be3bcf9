// Rules over sealed values as duties of their readers: DC-5-e, C04–C06, C15, C17, C27, D-19,
// OG-5.3.3.4, GR-5.2-h…l, OG-6.5-b. The same values, recorded past a sender's node, give the same
// outcome.
#include "contracts/reader_duties.h"

#include "contracts/builder_record.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;

class ReaderDutiesTest : public FlowTest {
 public:
  ReaderDutiesTest() {
    batch = Released(4);
    facts.time_ms = chain.now_ms;
    facts.sender = chain.maker.party;
    facts.made = *ParseDay("2026-03-01");
    facts.released_ms = ParseTimeMs("2026-03-02T01:00:00Z").value();
    facts.by_manufacturer = true;
    facts.units = 1;
    Put(f::kSellerCode, ToString(chain.maker.party)).Put(f::kBuyerCode, ToString(buyer.party));
    Put(f::kBuyerName, "示例商行").Put(f::kBuyerAddress, "示例路 1 号");
    Put(f::kBuyerContact, "020-12345678").Put(f::kSaleTime, "2026-03-02T02:00:00Z");
    Put(f::kSaleQuantity, QuantityJson("1")).Put(f::kDestinationRegion, "440100");
    Put(f::kCollectionMode, "manual").Absent(f::kCapturedBy).Absent(f::kForeignGoods);
  }
  ReaderDutiesTest& Put(uint16_t field, json::Value value) {
    opened[{field, 0}] = std::move(value);
    return *this;
  }
  ReaderDutiesTest& Absent(uint16_t field) {
    opened[{field, 0}] = std::nullopt;
    return *this;
  }
  std::vector<DutyBreach> Check(const Rec& rec) {
    const ledger::RecordDraft draft = rec.Draft();
    const ledger::Record record = ViewOfDraft(draft);
    return CheckReaderDuties(RecordView(record), opened, facts);
  }
  // "C27 E_TIME 0x050D", one line a breach.
  std::string Told(const Rec& rec) {
    std::string text;
    for (const DutyBreach& breach : Check(rec)) {
      char line[80];
      const std::string_view what =
          breach.code == ErrorCode::kOk ? breach.alert : Describe(breach.code).name;
      std::snprintf(line, sizeof line, "%s%.*s %.*s 0x%04X", text.empty() ? "" : "; ",
                    static_cast<int>(breach.rule.size()), breach.rule.data(),
                    static_cast<int>(what.size()), what.data(), breach.field);
      text += line;
    }
    return text;
  }
  std::string Told() { return Told(Sale({ItemCode(1)})); }

  EntityId batch;
  OpenedValues opened;
  DutyFacts facts;
};

TEST_F(ReaderDutiesTest, AGoodSaleBreaksNothing) { EXPECT_EQ(Told(), ""); }

TEST_F(ReaderDutiesTest, C04C05AnEmptyLeafOfADueFieldIsMissing) {
  for (const uint16_t field :
       {f::kSaleTime, f::kBuyerName, f::kBuyerAddress, f::kBuyerContact, f::kDestinationRegion,
        f::kBuyerCode, f::kSellerCode, f::kCollectionMode}) {
    const auto kept = opened.at({field, 0});
    Absent(field);
    const auto breaches = Check(Sale({ItemCode(1)}));
    ASSERT_EQ(breaches.size(), 1u) << field;
    EXPECT_EQ(breaches[0].code, ErrorCode::kMissing);
    EXPECT_EQ(breaches[0].field, field);
    opened[{field, 0}] = kept;
  }
  // GR-5.1 w…aa: a distributor's sale needs no address; a quantity is nobody's duty (RC-02).
  facts.by_manufacturer = false;
  Absent(f::kBuyerAddress).Absent(f::kBuyerContact).Absent(f::kSaleQuantity);
  EXPECT_EQ(Told(), "");
  EXPECT_EQ(Told(Sale({ItemCode(1)}).Set(f::kPartSale, true)), "C04 E_MISSING 0x0511");
}

TEST_F(ReaderDutiesTest, D19ToAConsumerRegionAndChannelStandForTheAddress) {
  Put(f::kBuyerName, "个人消费者").Absent(f::kBuyerAddress).Absent(f::kBuyerContact);
  Put(f::kSaleChannel, "retail");
  EXPECT_EQ(Told(ToConsumer({ItemCode(1)})), "");
  Absent(f::kSaleChannel).Absent(f::kDestinationRegion);
  EXPECT_EQ(Told(ToConsumer({ItemCode(1)})), "C05 E_MISSING 0x0513; C05 E_MISSING 0x0516");
}

TEST_F(ReaderDutiesTest, C06EveryOpenedValueHasItsForm) {
  Put(f::kBuyerCode, "91320000MA00DEM018").Put(f::kSaleQuantity, QuantityJson("1.2345"));
  Put(f::kDestinationRegion, "4401");
  EXPECT_EQ(Told(), "C06 E_USCC 0x0509; C06 E_FORMAT 0x0511; C06 E_FORMAT 0x0513");
  for (const DutyBreach& breach : Check(Sale({ItemCode(1)})))
    EXPECT_EQ(breach.detail.find("DEM018"), std::string::npos);
}

TEST_F(ReaderDutiesTest, C27TheOrderOfTimes) {
  Put(f::kSaleTime, "2026-02-27T02:00:00Z");
  EXPECT_EQ(Told(), "C27 E_TIME 0x050D");
  Put(f::kSaleTime, "2026-03-02T00:30:00Z");  // made, not released
  EXPECT_EQ(Told(), "C27 E_TIME 0x050D");
  Put(f::kSaleTime, "2026-03-09T00:30:00Z");  // in the future
  EXPECT_EQ(Told(), "C27 E_TIME 0x050D");
  opened.erase({f::kSaleTime, 0});
  Put(f::kPurchaseTime, "2026-03-02T02:00:00Z").Put(f::kSupplierName, "示例厂");
  facts.sold_ms = ParseTimeMs("2026-03-02T03:00:00Z");
  EXPECT_EQ(Told(Between("purchase", {ItemCode(1)})).find("C27 E_TIME 0x050F") != std::string::npos,
            true);  // GR-5.2-i
  opened.clear();
  Put(f::kDepartTime, "2026-03-02T05:00:00Z").Put(f::kArriveTime, "2026-03-02T04:00:00Z");
  EXPECT_EQ(Told(FlowRec("transport", {ItemCode(1)})), "C27 E_TIME 0x051C");
}

TEST_F(ReaderDutiesTest, C15AndC17) {
  Put(f::kSaleQuantity, QuantityJson("2"));
  EXPECT_EQ(Told(), "C15 E_BALANCE 0x0511");
  facts.units.reset();
  facts.held = 1500;
  facts.balance_rejects = false;
  EXPECT_EQ(Told(), "C15 BALANCE 0x0511");
  facts.held = 2000;
  EXPECT_EQ(Told(), "");
  facts.authorised_regions = {"33", "4402"};
  EXPECT_EQ(Told(), "C17 DIVERSION 0x0513");
  facts.authorised_regions = {"33", "44"};
  EXPECT_EQ(Told(), "");
}

TEST_F(ReaderDutiesTest, EachSideIsWhoItIs) {
  Put(f::kSellerCode, ToString(third.party));
  EXPECT_EQ(Told(), "C02 E_AUTHZ 0x0508");
  Put(f::kSellerCode, ToString(chain.maker.party)).Put(f::kBuyerCode, ToString(chain.maker.party));
  EXPECT_EQ(Told(), "C02 E_AUTHZ 0x0509");
  Put(f::kBuyerCode, ToString(buyer.party));
  facts.other_registered = false;
  EXPECT_EQ(Told(), "C02 E_REF 0x0509");
}

TEST_F(ReaderDutiesTest, D36DeclaredForeignGoodsAreDescribed) {
  const Rec rec = Sale({"none"}).Set(f::kForeignDeclared, true);
  EXPECT_EQ(Told(rec), "C05 E_MISSING 0x0518");
  Put(f::kForeignGoods,
      json::Object{{"producer_name", "示例"}, {"product_name", "示例"}, {"reason", "示例"}});
  EXPECT_EQ(Told(rec), "");
  Put(f::kCollectionMode, "automatic");  // GR 7
  EXPECT_EQ(Told(rec), "C05 E_MISSING 0x0520");
}

TEST_F(ReaderDutiesTest, WhatTheConfirmingSideOwesIsThere) {
  opened.clear();
  Absent(f::kPurchaseTime);
  facts.confirms = FlowType::kSale;
  const EntityId id;
  EXPECT_EQ(Told(Details(id)), "C04 E_MISSING 0x050F");
  Put(f::kPurchaseTime, "2026-03-02T02:00:00Z").Put(f::kCollectionMode, "manual");
  EXPECT_EQ(Told(Details(id)), "");
}

TEST_F(ReaderDutiesTest, DC5eTheSendersNodeRefusesAndTheLedgerRecordsAlike) {
  Put(f::kSaleTime, "2026-02-27T02:00:00Z");
  const ledger::RecordDraft draft = Sale({ItemCode(1)}).Draft();
  const ledger::Record record = ViewOfDraft(draft);
  const Status refused = RefuseBySealedValues(RecordView(record), 3, opened, facts);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kTime);
  EXPECT_EQ(refused.error().record, 3u);
  EXPECT_EQ(refused.error().field, f::kSaleTime);
  // Past it, no node sees the value, and the flow stands.
  ExpectApplied(Sell(chain.maker, buyer, Sale({ItemCode(1)})).outcome);
  // An alert stops nobody.
  Put(f::kSaleTime, "2026-03-02T02:00:00Z");
  facts.authorised_regions = {"33"};
  EXPECT_TRUE(RefuseBySealedValues(RecordView(record), 0, opened, facts).ok());
}

TEST_F(ReaderDutiesTest, TheLedgerShowsWhatTheDutiesNeed) {
  Pack(chain.maker, Sscc(1), 1, {ItemCode(1), ItemCode(2)});
  const auto facts_of = [&](const std::vector<std::string>& codes, const Actor& who) {
    const ledger::RecordDraft draft = Sale(codes).Draft();
    return FactsOf(chain.state, ViewOfDraft(draft), who.party, chain.now_ms);
  };
  DutyFacts seen = facts_of({Sscc(1), ItemCode(3)}, chain.maker);
  EXPECT_EQ(seen.units, 3u);
  EXPECT_TRUE(seen.by_manufacturer);
  EXPECT_EQ(FormatDay(*seen.made), "2026-03-01");
  EXPECT_EQ(FormatTimeMs(*seen.released_ms), "2026-03-02T01:00:00Z");
  EXPECT_FALSE(facts_of({ItemCode(3)}, buyer).by_manufacturer);
  const std::string shared = "01/06901234567892/10/B7";
  ReleasedShared("per_batch", shared);
  EXPECT_FALSE(facts_of({shared}, chain.maker).units);
  EXPECT_FALSE(facts_of({"none"}, chain.maker).units);
}

}  // namespace
}  // namespace suyuan::contracts::testing
