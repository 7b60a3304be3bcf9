// DC-5-d, DC-5-e: what a reader opened is judged with what the ledger shows beside it.
#include "contracts/opened_check.h"

#include "contracts/builder_record.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;

class OpenedCheckTest : public FlowTest {
 protected:
  // "C27 E_TIME", one entry a breach of `rec` by `sender`, "?" where the goods are not known.
  std::vector<std::string> Told(const Rec& rec, const std::vector<OpenedItem>& opened,
                                const std::optional<RecordMaking>& made, const Actor& sender) {
    const ledger::RecordDraft draft = rec.Draft();
    const ledger::Record record = ViewOfDraft(draft);
    std::vector<std::string> out;
    const Judgement judged =
        CheckOpened(chain.state, record, sender.party, chain.now_ms, opened, made);
    for (const DutyBreach& breach : judged.breaches)
      out.push_back(std::string(breach.rule) + " " + std::string(Describe(breach.code).name));
    if (!judged.goods_known) out.emplace_back("?");
    return out;
  }
  std::vector<std::string> Told(const Rec& rec, const std::vector<OpenedItem>& opened,
                                const std::optional<RecordMaking>& made = {}) {
    return Told(rec, opened, made, chain.maker);
  }
  // Where the record that made a flow stands.
  RecordMaking MadeBy(const EntityId& flow) const {
    const StoredRecord stored = DecodeStoredRecord(
        *chain.state.Get(Namespace::kRecord, RecordKey(ledger::EntityKind::kFlow, flow.view(), 1)));
    return {stored.height, stored.tx, flow.str()};
  }
  using Lines = std::vector<std::string>;
};

TEST_F(OpenedCheckTest, DatesOfTheGoods) {
  Released(2);
  const Rec sale = Sale({ItemCode(1)});
  EXPECT_EQ(Told(sale, {{f::kSaleTime, 0, "\"2026-03-02T02:00:00Z\""}}), Lines{});
  EXPECT_EQ(Told(sale, {{f::kSaleTime, 0, "\"2026-02-20T02:00:00Z\""}}), Lines{"C27 E_TIME"});
  EXPECT_EQ(Told(sale, {{f::kSaleQuantity, 0, "{\"unit\":\"件\",\"value\":\"2\"}"}}),
            Lines{"C15 E_BALANCE"});
}

const std::vector<OpenedItem> kEarly = {{f::kSaleTime, 0, "\"2026-02-20T02:00:00Z\""}},
                              kNoAddress = {{f::kBuyerAddress, 0, std::nullopt}},
                              kMany = {{f::kSaleQuantity, 0, "{\"unit\":\"件\",\"value\":\"9\"}"}};

// A box is judged by what it held when it was sold: it is filled again.
TEST_F(OpenedCheckTest, ALaterStateDoesNotTellWhatABoxHeld) {
  Released(4);
  const std::string box = Sscc(1), other = Sscc(2);
  Pack(chain.maker, box, 1, {ItemCode(1)});
  Pack(chain.maker, other, 1, {ItemCode(4)});
  const Rec boxed = Sale({box}), both = Sale({ItemCode(2), other});
  const SentFlow flow = Sell(chain.maker, buyer, boxed), mixed = Sell(chain.maker, buyer, both);
  ExpectApplied(flow.outcome);
  ExpectApplied(mixed.outcome);
  const auto expect_whole = [&](const char* when) {
    for (const auto& [rec, made] : {std::pair(boxed, MadeBy(flow.id)), {both, MadeBy(mixed.id)}}) {
      EXPECT_EQ(Told(rec, kEarly, made), Lines{"C27 E_TIME"}) << when;
      EXPECT_EQ(Told(rec, kNoAddress, made), Lines{"C05 E_MISSING"}) << when;
      EXPECT_EQ(Told(rec, kMany, made), Lines{"C15 E_BALANCE"}) << when;
    }
  };
  expect_whole("right after");
  ExpectApplied(Confirm(buyer, flow));
  ExpectApplied(Confirm(buyer, mixed));
  expect_whole("after its own flow went on");

  for (const std::string& each : {box, other}) {
    const std::string inside = InsideOf(each).front();
    ExpectApplied(UnlinkCodes(buyer, LinkRec(each, "package", {inside})));
  }
  const auto expect_unknown = [&](const char* when) {
    EXPECT_EQ(Told(boxed, kEarly, MadeBy(flow.id)), Lines{"?"}) << when;
    EXPECT_EQ(Told(boxed, kNoAddress, MadeBy(flow.id)), Lines{"?"}) << when;
    EXPECT_EQ(Told(boxed, kMany, MadeBy(flow.id)), Lines{"?"}) << when;
    // A unit was always made when it was made.
    EXPECT_EQ(Told(both, kEarly, MadeBy(mixed.id)), (Lines{"C27 E_TIME", "?"})) << when;
    EXPECT_EQ(Told(both, kMany, MadeBy(mixed.id)), Lines{"?"}) << when;
    // What needs no goods is judged as ever.
    const std::vector<OpenedItem> ahead = {{f::kSaleTime, 0, "\"2036-02-20T02:00:00Z\""}};
    EXPECT_EQ(Told(boxed, ahead, MadeBy(flow.id)), (Lines{"C27 E_TIME", "?"})) << when;
  };
  expect_unknown("empty by now");
  ExpectApplied(LinkCodes(buyer, LinkRec(box, "package", {ItemCode(2)})));
  expect_unknown("filled anew");
}

// Units that go alone are what they are at any time.
TEST_F(OpenedCheckTest, ALaterStateTellsOfUnits) {
  Released(2);
  const Rec sale = Sale({ItemCode(1), ItemCode(2)});
  const SentFlow flow = Sell(chain.maker, buyer, sale);
  ExpectApplied(flow.outcome);
  ExpectApplied(Confirm(buyer, flow));
  Pack(buyer, Sscc(1), 1, {ItemCode(1)});
  Sold(buyer, third, {ItemCode(2)});
  EXPECT_EQ(Told(sale, kEarly, MadeBy(flow.id)), Lines{"C27 E_TIME"});
  EXPECT_EQ(Told(sale, kNoAddress, MadeBy(flow.id)), Lines{"C05 E_MISSING"});
  EXPECT_EQ(Told(sale, kMany, MadeBy(flow.id)), Lines{"C15 E_BALANCE"});
}

// What bore no code of this ledger when it was bought was not made before its later filing.
TEST_F(OpenedCheckTest, ForeignGoodsThatWereFiledLater) {
  const Rec bought = FromOutside({ItemCode(1)}).Set(f::kForeignDeclared, true);
  const std::vector<OpenedItem> then = {{f::kPurchaseTime, 0, "\"2026-02-20T02:00:00Z\""}};
  ExpectApplied(DoFlow(buyer, bought));
  const RecordMaking made = MadeBy(last);
  EXPECT_EQ(Told(bought, then, made, buyer), Lines{});
  Released(1);
  EXPECT_EQ(Told(bought, then, made, buyer), Lines{}) << "released since";
}

TEST_F(OpenedCheckTest, TheOtherSideIsRegistered) {
  Released(1);
  const Rec sale = Sale({ItemCode(1)});
  const std::string nobody = "\"91310115MA1H8R7C41\"", known = "\"" + ToString(buyer.party) + "\"";
  EXPECT_EQ(Told(sale, {{f::kBuyerCode, 0, known}}), Lines{});
  EXPECT_EQ(Told(sale, {{f::kBuyerCode, 0, nobody}}), Lines{"C02 E_REF"});
  EXPECT_EQ(Told(sale, {{f::kSellerCode, 0, known}}), Lines{"C02 E_AUTHZ"});
}

TEST_F(OpenedCheckTest, WhoRegisteredAfterTheRecordWasNotRegistered) {
  Released(1);
  const Rec sale = Sale({ItemCode(1)});
  const Actor late(70, "330106");
  const SentFlow flow = Sell(chain.maker, late, sale);
  ExpectApplied(flow.outcome);
  const std::vector<OpenedItem> to = {{f::kBuyerCode, 0, "\"" + ToString(late.party) + "\""}};
  EXPECT_EQ(Told(sale, to, MadeBy(flow.id)), Lines{"C02 E_REF"});
  chain.Join(late, kDistributor);
  EXPECT_EQ(Told(sale, to, MadeBy(flow.id)), Lines{"C02 E_REF"});
  EXPECT_EQ(Told(sale, to), Lines{}) << "for who sends it now";
}

TEST_F(OpenedCheckTest, WhatAConfirmationOwes) {
  Released(1);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  EXPECT_EQ(Told(Details(flow.id), {{f::kPurchaseTime, 0, std::nullopt}}), Lines{"C04 E_MISSING"});
  // What it leaves open is no breach, whatever a whole record would owe.
  for (const uint16_t field : ConfirmationFields()) {
    const std::vector<uint16_t> owed = OwedByConfirming(FlowType::kSale);
    if (IsClear(FindField(field)->disclosure) || std::ranges::find(owed, field) != owed.end())
      continue;
    EXPECT_EQ(Told(Details(flow.id), {{field, 0, std::nullopt}}), Lines{}) << field;
  }
}

TEST_F(OpenedCheckTest, WhatIsNoCanonicalJson) {
  Released(1);
  for (const char* bad : {"示例", "", "{\"b\":1,\"a\":2}", "\"a\" "})
    EXPECT_EQ(Told(Sale({ItemCode(1)}), {{f::kBuyerName, 0, bad}}), Lines{"C06 E_FORMAT"}) << bad;
  EXPECT_EQ(Told(Sale({ItemCode(1)}), {}), Lines{}) << "what is closed is not judged";
}

}  // namespace
}  // namespace suyuan::contracts::testing
