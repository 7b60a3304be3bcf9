// DC-5-d, DC-5-e: what a reader opened is judged with what the ledger shows beside it.
#include "contracts/opened_check.h"

#include "contracts/builder_record.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;

class OpenedCheckTest : public FlowTest {
 protected:
  // "C27 E_TIME", one entry a breach of `rec` by the maker.
  std::vector<std::string> Told(const Rec& rec, const std::vector<OpenedItem>& opened,
                                StateAge age = StateAge::kOfRecord) {
    const ledger::RecordDraft draft = rec.Draft();
    const ledger::Record record = ViewOfDraft(draft);
    std::vector<std::string> out;
    for (const DutyBreach& breach :
         CheckOpened(chain.state, record, chain.maker.party, chain.now_ms, opened, age))
      out.push_back(std::string(breach.rule) + " " + std::string(Describe(breach.code).name));
    return out;
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

// A box is judged by what is in it right after the record only, because it is filled again; a unit
// was always made when it was made.
TEST_F(OpenedCheckTest, ALaterStateDoesNotTellWhatABoxHeld) {
  Released(2);
  const std::string box = Sscc(1);
  Pack(chain.maker, box, 1, {ItemCode(1)});
  const Rec boxed = Sale({box}), unit = Sale({ItemCode(2)}), both = Sale({ItemCode(2), box});
  const std::vector<OpenedItem> early = {{f::kSaleTime, 0, "\"2026-02-20T02:00:00Z\""}},
                                nobody = {{f::kBuyerAddress, 0, std::nullopt}},
                                many = {{f::kSaleQuantity, 0, "{\"unit\":\"件\",\"value\":\"9\"}"}};
  for (const Rec& rec : {boxed, unit, both}) {
    EXPECT_EQ(Told(rec, early), Lines{"C27 E_TIME"});
    EXPECT_EQ(Told(rec, nobody), Lines{"C05 E_MISSING"});
    EXPECT_EQ(Told(rec, many), Lines{"C15 E_BALANCE"});
  }
  for (const Rec& rec : {boxed, both}) {
    EXPECT_EQ(Told(rec, early, StateAge::kLater), Lines{});
    EXPECT_EQ(Told(rec, nobody, StateAge::kLater), Lines{});
  }
  EXPECT_EQ(Told(unit, early, StateAge::kLater), Lines{"C27 E_TIME"});
  EXPECT_EQ(Told(unit, nobody, StateAge::kLater), Lines{"C05 E_MISSING"});
  for (const Rec& rec : {boxed, unit, both})
    EXPECT_EQ(Told(rec, many, StateAge::kLater), Lines{}) << "it may have been unpacked";
  // What needs no goods is judged as ever.
  const std::vector<OpenedItem> ahead = {{f::kSaleTime, 0, "\"2036-02-20T02:00:00Z\""}};
  EXPECT_EQ(Told(boxed, ahead, StateAge::kLater), Lines{"C27 E_TIME"});

  ExpectApplied(UnlinkCodes(chain.maker, LinkRec(box, "package", {ItemCode(1)})));
  EXPECT_EQ(Told(boxed, early, StateAge::kLater), Lines{}) << "empty by now";
}

TEST_F(OpenedCheckTest, TheOtherSideIsRegistered) {
  Released(1);
  const Rec sale = Sale({ItemCode(1)});
  const std::string nobody = "\"91310115MA1H8R7C41\"", known = "\"" + ToString(buyer.party) + "\"";
  EXPECT_EQ(Told(sale, {{f::kBuyerCode, 0, known}}), Lines{});
  EXPECT_EQ(Told(sale, {{f::kBuyerCode, 0, nobody}}), Lines{"C02 E_REF"});
  EXPECT_EQ(Told(sale, {{f::kSellerCode, 0, known}}), Lines{"C02 E_AUTHZ"});
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
