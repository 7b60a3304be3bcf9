// Chains backward and forward: what a code came in, what lay inside, and the flows of all of them.
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

TEST_F(ChainTest, AUnitBackwardAndForwardForARegulator) {
  Story();
  const json::Value back = Trace(ItemCode(1), "direction=backward", &ledger_.regulator);
  EXPECT_EQ(Flows(back), kAllFlowsOfU1);
  EXPECT_EQ(Codes(back), (Lines{"0 U1 END_USE @outside S1 CARRY WRONG S2 RETAIL",
                                "1 BOX IN_CIRCULATION @second [backward package of U1, left] S1 "
                                "CARRY WRONG S2"}));
  EXPECT_TRUE(*back.Find("chain")->Find("complete")->if_bool());
  const json::Value forward = Trace(ItemCode(1), "direction=forward", &ledger_.regulator);
  EXPECT_EQ(Codes(forward), (Lines{"0 U1 END_USE @outside S1 CARRY WRONG S2 RETAIL"}));
  // Of the goods five; five flows, to two of which their buyers stated something; dispute and
  // voiding; the record that packed. What took the unit out is the sale itself.
  const json::Value& checked = *back.Find("checked");
  EXPECT_EQ(*checked.Find("records_verified")->if_int(), *checked.Find("records_shown")->if_int());
  EXPECT_EQ(*checked.Find("records_shown")->if_int(), 5 + 7 + 2 + 1);
}

TEST_F(ChainTest, ThePackageForwardAndBackward) {
  Story();
  const json::Value forward = Trace(box_, "direction=forward", &ledger_.regulator);
  EXPECT_EQ(Codes(forward),
            (Lines{"0 BOX IN_CIRCULATION @second S1 CARRY WRONG S2",
                   "1 U1 END_USE @outside [forward package of BOX, left] S1 CARRY WRONG S2 RETAIL",
                   "1 U2 IN_CIRCULATION @outsider [forward package of BOX, left] S1 CARRY WRONG S2 "
                   "OUT",
                   "1 U3 IN_CIRCULATION @second [forward package of BOX] S1 CARRY WRONG S2"}));
  EXPECT_EQ(Codes(Trace(box_, "direction=backward", &ledger_.regulator)),
            (Lines{"0 BOX IN_CIRCULATION @second S1 CARRY WRONG S2"}));
  EXPECT_EQ(Flows(forward).back(),
            "OUT sale CONFIRMED second>outsider RECORD:second CONFIRM:outsider U2");
}

TEST_F(ChainTest, PackagesOfPackages) {
  Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2)});
  Pack(maker_, pallet_, 2, {box_});
  Sold("S1", maker_, seller_, {pallet_});
  // Depth one ends at the box, yet the flow of the pallet is the unit's.
  EXPECT_EQ(Codes(Trace(ItemCode(1), "", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @seller [backward package of U1] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=2", &seller_)).back(),
            "2 PALLET IN_CIRCULATION @seller [backward package of BOX] S1");
  EXPECT_EQ(Codes(Trace(pallet_, "depth=8", &seller_)),
            (Lines{"0 PALLET IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @seller [forward package of PALLET] S1",
                   "2 U1 IN_CIRCULATION @seller [forward package of BOX] S1",
                   "2 U2 IN_CIRCULATION @seller [forward package of BOX] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=0", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1"}));
}

TEST_F(ChainTest, ABoxUsedAgain) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Sold("S1", maker_, seller_, {box_});
  ledger_.File(tx::kCodeUnlink, seller_, {Words::LinkRec(box_, "package", {ItemCode(1)})});
  Sold("S2", maker_, seller_, {ItemCode(2)});
  ledger_.File(tx::kCodeLink, seller_, {Words::LinkRec(box_, "package", {ItemCode(2)})});
  Sold("S3", seller_, second_, {box_});
  EXPECT_EQ(Codes(Trace(ItemCode(1), "", &ledger_.regulator)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @second [backward package of U1, left] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "", &second_)),
            (Lines{"0 U2 IN_CIRCULATION @second S2 S3",
                   "1 BOX IN_CIRCULATION @second [backward package of U2] S3"}));
  // second holds the box, and what was in it before it came is not its business.
  EXPECT_EQ(Codes(Trace(box_, "direction=forward", &second_)),
            (Lines{"0 BOX IN_CIRCULATION @second S1 S3 -forward package 1",
                   "1 U2 IN_CIRCULATION @second [forward package of BOX] S3"}));
}

TEST_F(ChainTest, ARejectedUnitDidNotMove) {
  Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2)});
  const Sent flow = Send("S1", maker_, Words::Sale({box_}), seller_);
  Rec dispute = Words::FlowCommand(flow.id, flow.opening);
  dispute.Set(contracts::command_field::kReason, "缺一件");
  ledger_.File(tx::kFlowDispute, seller_, {dispute});
  Rec part = Words::FlowCommand(flow.id, flow.opening);
  part.Set(contracts::command_field::kRejectedCodes, ItemCode(2), 0);
  ledger_.clock_ms += 1000;
  contracts::testing::TxOptions both;
  both.further = &maker_;
  both.further_role = ledger::SignerRole::kCounterparty;
  const auto signed_tx =
      ledger_.chain.Make(tx::kFlowConfirm, seller_, {part, Words::Details(flow.id)}, both);
  ledger_.Submit(std::make_shared<const Bytes>(signed_tx.envelope), Wait::kCommitted,
                 [](Result<SubmitResult> result) { ASSERT_TRUE(result.ok()); });
  ExpectApplied(ledger_.OutcomeOf(signed_tx.id));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=0", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "depth=0", &seller_)), (Lines{"0 U2 IN_CIRCULATION @maker"}));
}

TEST_F(ChainTest, ASharedCode) {
  const std::string lot = "01/06901234567892/10/L9";
  names_[lot] = "LOT";
  namespace f = contracts::product_field;
  const EntityId product = ledger::EntityIdOf(
      ledger_.File(
          tx::kProductRegister, maker_,
          {Product().Set(f::kDefaultLevel, "per_batch").Set(f::kReportFrequency, "monthly")}),
      0);
  ledger_.File(tx::kProductReview, ledger_.regulator,
               {Review(ledger::EntityKind::kProduct, product.view(), "approve")});
  const EntityId report =
      ledger::EntityIdOf(ledger_.File(tx::kDocAnchor, maker_, {Document("factory_inspection")}), 0);
  const EntityId batch =
      ledger::EntityIdOf(ledger_.File(tx::kBatchSubmit, maker_,
                                      {BatchOf(product, report, "10")
                                           .Set(contracts::batch_field::kTraceLevel, "per_batch")
                                           .Set(contracts::batch_field::kReportPeriod, "2026-03")}),
                         0);
  ledger_.File(tx::kBatchActivate, maker_, {OneCode(batch, "batch_code", lot)});
  ledger_.File(tx::kCodePrint, maker_, {Print(batch)});
  ledger_.clock_ms += 2 * 3600 * 1000;
  ledger_.File(tx::kBatchRelease, maker_, {contracts::testing::Release(batch, kLater)});
  Sold("S1", maker_, seller_, {lot});
  Record("R1", seller_, Words::ToConsumer({lot}));
  Record("R2", seller_, Words::ToConsumer({lot}));
  EXPECT_EQ(Codes(Trace(lot, "", &rival_)), (Lines{"0 LOT IN_CIRCULATION S1 R1 R2"}));
  EXPECT_TRUE(*Trace(lot, "", &rival_).Find("chain")->Find("complete")->if_bool());
}

}  // namespace
}  // namespace suyuan::api::test
