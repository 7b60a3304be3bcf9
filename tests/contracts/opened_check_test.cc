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
  std::vector<std::string> Told(const Rec& rec, const std::vector<OpenedItem>& opened) {
    const ledger::RecordDraft draft = rec.Draft();
    const ledger::Record record = ViewOfDraft(draft);
    std::vector<std::string> out;
    for (const DutyBreach& breach :
         CheckOpened(chain.state, record, chain.maker.party, chain.now_ms, opened))
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
