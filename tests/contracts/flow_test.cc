// Requirements 6.5 and the rows of 6.4 that flows trigger: records and confirmations, holders,
// reservation; C02, C15, C16, C19, C20, C31, GR-5.1 w-aa, GR-5.2, D-02, D-19, D-23.
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;
namespace x = command_field;
using ledger::EntityKind;

TEST_F(FlowTest, ASaleWaitsForTheBuyerAndThenTheGoodsAreHis) {
  Released(5);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1), ItemCode(2)});
  ExpectApplied(flow.outcome);
  EXPECT_EQ(FlowState(flow.id), EntityState::kPending);
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  EXPECT_EQ(EffectTexts(flow.outcome, EffectKind::kCreated), std::vector<std::string>{"PENDING"});
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(FlowState(flow.id), EntityState::kConfirmed);
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(2)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(3)), chain.maker.party);
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kInCirculation);
  EXPECT_EQ(LoadFlowOf(flow.id).other, buyer.party);
  // The way on: to a second distributor and to a consumer (GR-5.2).
  Sold(buyer, third, {ItemCode(1)});
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
  ExpectApplied(DoFlow(third, ToConsumer({ItemCode(1)})));
  EXPECT_EQ(FlowState(last), EntityState::kOneSided);
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kEndUse);
  EXPECT_TRUE(HolderOf(ItemCode(1)).is_zero());
}

TEST_F(FlowTest, C19OnlyTheSideThatTheSealedLeafNamesConfirms) {
  Released(3);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  const SentFlow other = Sell(chain.maker, third, {ItemCode(2)});
  // A third party with the right opening, or with its own: E_AUTHZ, E_COMMIT.
  ExpectRefused(Confirm(third, flow), ErrorCode::kAuthz, 0);
  ExpectRefused(Confirm(third, {flow.id, other.opening, {}}), ErrorCode::kCommit, 0,
                x::kSideOpening);
  ExpectRefused(Confirm(buyer, {flow.id, other.opening, {}}), ErrorCode::kCommit, 0,
                x::kSideOpening);
  ExpectRefused(Confirm(buyer, {flow.id, "", {}}), ErrorCode::kMissing, 0, x::kSideOpening);
  ExpectRefused(Confirm(buyer, {flow.id, std::string(128, 'z'), {}}), ErrorCode::kFormat, 0,
                x::kSideOpening);
  ExpectRefused(Confirm(chain.maker, flow), ErrorCode::kAuthz, 0);
  ExpectApplied(Confirm(buyer, flow));
  ExpectRefused(Confirm(buyer, flow), ErrorCode::kState, 0);
}

TEST_F(FlowTest, AFlowToOneselfCannotBeConfirmed) {
  Released(1);
  const SentFlow flow = Sell(chain.maker, chain.maker, {ItemCode(1)});
  ExpectApplied(flow.outcome);  // who the buyer is nobody sees
  ExpectRefused(Confirm(chain.maker, flow), ErrorCode::kAuthz, 0);
}

TEST_F(FlowTest, C16C15AndC14OfASale) {
  const EntityId batch = Released(6);
  ExpectRefused(Sell(buyer, third, {ItemCode(1)}).outcome, ErrorCode::kHolder, 0, f::kFlowCodes);
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(1), ItemCode(1)}).outcome, ErrorCode::kFormat, 0,
                f::kFlowCodes, 1);
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(7)}).outcome, ErrorCode::kRef, 0, f::kFlowCodes);
  ExpectRefused(Sell(chain.maker, buyer, {"6901234567892"}).outcome, ErrorCode::kRef, 0,
                f::kFlowCodes);
  ExpectRefused(Sell(chain.maker, buyer, std::vector<std::string>{}).outcome, ErrorCode::kMissing,
                0, f::kFlowCodes);
  // Sold twice: reserved while pending, another's once confirmed.
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(flow.outcome);
  ExpectRefused(Sell(chain.maker, third, {ItemCode(2), ItemCode(1)}).outcome, ErrorCode::kBalance,
                0, f::kFlowCodes, 1);
  ExpectRefused(DoFlow(chain.maker, ToConsumer({ItemCode(1)})), ErrorCode::kBalance, 0,
                f::kFlowCodes);
  ExpectApplied(Confirm(buyer, flow));
  ExpectRefused(Sell(chain.maker, third, {ItemCode(1)}).outcome, ErrorCode::kHolder, 0,
                f::kFlowCodes);
  // Not released, frozen, recalled.
  const EntityId unreleased = ApprovedBatch(1);
  ExpectApplied(Activate({Codes(unreleased, 1, 1, "U")}));
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(1, "U")}).outcome, ErrorCode::kState, 0,
                f::kFlowCodes);
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kFrozen);
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(3)}).outcome, ErrorCode::kFrozen, 0,
                f::kFlowCodes);
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kRecalled);
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(3)}).outcome, ErrorCode::kFrozen, 0,
                f::kFlowCodes);
}

TEST_F(FlowTest, C20AFlowRecordedBeforeAFreezeIsStillConfirmed) {
  const EntityId batch = Released(2);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kRecalled);
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kRecalled);
  ExpectRefused(DoFlow(buyer, ToConsumer({ItemCode(1)})), ErrorCode::kFrozen, 0, f::kFlowCodes);
}

TEST_F(FlowTest, TheBuyerMayRecordAndTheSellerConfirms) {
  Released(3);
  const SentFlow flow = Buy(buyer, chain.maker, {ItemCode(1)});
  ExpectApplied(flow.outcome);
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  ExpectRefused(Confirm(third, flow), ErrorCode::kAuthz, 0);
  // C16 is tested at confirmation: nothing was reserved.
  const SentFlow wrong = Buy(buyer, third, {ItemCode(2)});
  ExpectApplied(wrong.outcome);
  ExpectRefused(Confirm(third, wrong), ErrorCode::kHolder, 0);
  ExpectApplied(Confirm(chain.maker, flow));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
}

TEST_F(FlowTest, RivalRecordsOfOneHandOverAreVoidedBySystem) {
  Released(4);
  const SentFlow sale = Sell(chain.maker, buyer, {ItemCode(1)});
  const SentFlow purchase = Buy(buyer, chain.maker, {ItemCode(1)});
  ExpectApplied(Confirm(buyer, sale));
  EXPECT_EQ(FlowState(sale.id), EntityState::kConfirmed);
  EXPECT_EQ(FlowState(purchase.id), EntityState::kVoided);
  const SentFlow sale2 = Sell(chain.maker, buyer, {ItemCode(2)});
  const SentFlow purchase2 = Buy(buyer, chain.maker, {ItemCode(2)});
  ExpectApplied(Confirm(chain.maker, purchase2));
  EXPECT_EQ(FlowState(sale2.id), EntityState::kVoided);
  EXPECT_EQ(HolderOf(ItemCode(2)), buyer.party);
  // A reservation that covers more than the purchase is no rival of it.
  const SentFlow wide = Sell(chain.maker, third, {ItemCode(3), ItemCode(4)});
  const SentFlow narrow = Buy(buyer, chain.maker, {ItemCode(3)});
  ExpectRefused(Confirm(chain.maker, narrow), ErrorCode::kBalance, 0);
  ExpectApplied(Confirm(third, wide));
  EXPECT_EQ(FlowState(narrow.id), EntityState::kPending);
}

TEST_F(FlowTest, WhatTheConfirmingSideOwesComesAlong) {
  Released(2);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectRefused(chain.Do(tx::kFlowConfirm, buyer, {FlowCommand(flow.id, flow.opening)}),
                ErrorCode::kMissing, 0, f::kPurchaseTime);
  ExpectRefused(
      chain.Do(tx::kFlowConfirm, buyer,
               {FlowCommand(flow.id, flow.opening), Details(flow.id).Drop(f::kPurchaseTime)}),
      ErrorCode::kMissing, 1, f::kPurchaseTime);
  ExpectRefused(
      chain.Do(tx::kFlowConfirm, buyer,
               {FlowCommand(flow.id, flow.opening), Details(flow.id).Set(f::kFlowType, "use")}),
      ErrorCode::kImmutable, 1, f::kFlowType);
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(chain.Find(EntityKind::kFlow, flow.id.view())->version, 2u);
  const SentFlow purchase = Buy(third, buyer, {ItemCode(1)});
  ExpectRefused(chain.Do(tx::kFlowConfirm, buyer,
                         {FlowCommand(purchase.id, purchase.opening),
                          Details(purchase.id).Drop(f::kBuyerName)}),
                ErrorCode::kMissing, 1, f::kBuyerName);  // GR-5.2-j, OG-5.3.3.4-b
  ExpectApplied(Confirm(buyer, purchase));
}

TEST_F(FlowTest, MandatoryAndConditionalFieldsHaveTheirLeaf) {
  Released(1);
  const auto without = [&](uint16_t field) {
    return Sell(chain.maker, buyer, Sale({ItemCode(1)}).Drop(field)).outcome;
  };
  // OG-5.3.3.4-a…d, GR-5.1 w-aa: an absent value is sealed, an absent leaf is seen by every node.
  for (const uint16_t field :
       {f::kSaleTime, f::kBuyerName, f::kBuyerAddress, f::kBuyerContact, f::kDestinationRegion,
        f::kSaleQuantity, f::kForeignGoods, f::kCollectionMode, f::kSellerCode}) {
    ExpectRefused(without(field), ErrorCode::kMissing, 0, field);
  }
  ExpectRefused(without(f::kBuyerKind), ErrorCode::kMissing, 0, f::kBuyerKind);
  ExpectRefused(Sell(chain.maker, buyer, Sale({ItemCode(1)}).Clear(f::kBuyerName, "示例")).outcome,
                ErrorCode::kDisclose, 0, f::kBuyerName);
  ExpectRefused(DoFlow(chain.maker, Sides(FlowRec("sale", {ItemCode(1)}), "consumer", "consumer")),
                ErrorCode::kFormat, 0, f::kSupplierKind);
  ExpectRefused(DoFlow(chain.maker, Between("return", {ItemCode(1)})), ErrorCode::kMissing, 0,
                f::kSenderSide);
}

TEST_F(FlowTest, TransportStorageUseAndDisposalAreConfirmedAtOnce) {
  Released(5);
  const auto carriage = [&](const char* type) { return FlowRec(type, {ItemCode(1)}); };
  for (const char* type : {"transport", "storage", "delivery"}) {
    ExpectApplied(DoFlow(chain.maker, carriage(type)));
    EXPECT_EQ(FlowState(last), EntityState::kConfirmed);
    EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
    ExpectRefused(DoFlow(buyer, carriage(type)), ErrorCode::kHolder, 0, f::kFlowCodes);
  }
  // A carrier that the holder names: both sign.
  TxOptions options;
  options.further = &chain.maker;
  options.further_role = ledger::SignerRole::kCounterparty;
  ExpectApplied(DoFlow(buyer, carriage("transport"), options));
  ExpectRefused(DoFlow(buyer, ToConsumer({ItemCode(1)}), options), ErrorCode::kAuthz, 0);
  ExpectApplied(DoFlow(chain.maker, FlowRec("use", {ItemCode(2)})));
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kEndUse);
  const EntityId doc = chain.Ok(tx::kDocAnchor, chain.maker, {Document("disposal_record")});
  ExpectRefused(DoFlow(chain.maker, FlowRec("disposal", {ItemCode(3)})), ErrorCode::kMissing, 0,
                f::kFlowDocs);
  ExpectRefused(
      DoFlow(chain.maker, FlowRec("disposal", {ItemCode(3)}).Set(f::kFlowDocs, ToString(report))),
      ErrorCode::kDoc, 0, f::kFlowDocs);
  ExpectApplied(
      DoFlow(chain.maker, FlowRec("disposal", {ItemCode(3)}).Set(f::kFlowDocs, ToString(doc))));
  EXPECT_EQ(CodeState(ItemCode(3)), EntityState::kDisposed);
  ExpectRefused(Sell(chain.maker, buyer, {ItemCode(3)}).outcome, ErrorCode::kState, 0,
                f::kFlowCodes);
}

TEST_F(FlowTest, ARangeIsOneFlow) {
  Released(300);
  const json::Value range = json::Object{{"first", ItemCode(11)}, {"last", ItemCode(290)}};
  Rec rec = Sale({}).Set(f::kFlowCodes, range);
  const SentFlow flow = Sell(chain.maker, buyer, rec);
  ExpectApplied(flow.outcome);
  EXPECT_EQ(LoadFlowOf(flow.id).goods.size(), 280u);
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(HolderOf(ItemCode(10)), chain.maker.party);
  EXPECT_EQ(HolderOf(ItemCode(11)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(290)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(291)), chain.maker.party);
  const json::Value empty = json::Object{{"first", ItemCode(400)}, {"last", ItemCode(500)}};
  ExpectRefused(Sell(chain.maker, buyer, Sale({}).Set(f::kFlowCodes, empty)).outcome,
                ErrorCode::kRef, 0, f::kFlowCodes);
}

TEST_F(FlowTest, SharedCodesHaveSeveralHolders) {
  const std::string code = "01/06901234567892/10/B7";
  const EntityId batch = ReleasedShared("per_batch", code);
  EXPECT_TRUE(Holds(code, batch, chain.maker));
  EXPECT_FALSE(Holds(code, batch, buyer));
  ExpectRefused(Sell(buyer, third, {code}).outcome, ErrorCode::kHolder, 0, f::kFlowCodes);
  Sold(chain.maker, buyer, {code});
  Sold(chain.maker, third, {code});
  EXPECT_TRUE(Holds(code, batch, chain.maker));
  EXPECT_TRUE(Holds(code, batch, buyer));
  ExpectApplied(DoFlow(buyer, ToConsumer({code})));
  EXPECT_EQ(CodeState(code), EntityState::kInCirculation);  // shared codes stay
  EXPECT_TRUE(Holds(code, batch, buyer));
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kRecalled);
  ExpectRefused(DoFlow(buyer, ToConsumer({code})), ErrorCode::kFrozen, 0, f::kFlowCodes);
}

TEST_F(FlowTest, P4AProductCodesFlowNamesItsBatch) {
  const std::string code = "01/06901234567892";
  const EntityId first = ReleasedShared("per_product", code);
  const EntityId product_id = LoadBatch(first).product;
  ExpectApplied(Submit(Shared(product_id, "per_product")));
  const EntityId second = last;
  ExpectApplied(Activate({OneCode(second, "product_code", code)}));
  const EntityId unit_batch = Released(1);
  const auto sale = [&](const EntityId& batch) {
    return Sell(chain.maker, buyer, Sale({code}).Set(f::kFlowBatches, ToString(batch)));
  };
  ExpectRefused(Sell(chain.maker, buyer, {code}).outcome, ErrorCode::kMissing, 0, f::kFlowBatches);
  ExpectRefused(sale(unit_batch).outcome, ErrorCode::kMissing, 0, f::kFlowBatches);
  ExpectRefused(sale(last = chain.Ok(tx::kDocAnchor, chain.maker, {Document("other")})).outcome,
                ErrorCode::kRef, 0, f::kFlowBatches);
  ExpectRefused(sale(second).outcome, ErrorCode::kHolder, 0, f::kFlowCodes);  // not released
  ExpectRefused(
      Sell(chain.maker, buyer, Sale({ItemCode(1)}).Set(f::kFlowBatches, ToString(first))).outcome,
      ErrorCode::kRef, 0, f::kFlowBatches);
  const SentFlow flow = sale(first);
  ExpectApplied(flow.outcome);
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_TRUE(Holds(code, first, buyer));
  EXPECT_FALSE(Holds(code, second, buyer));
  // The first is recalled, the second sells on.
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {contracts::testing::Release(second)}));
  chain.SetState(EntityKind::kBatch, first.view(), EntityState::kRecalled);
  ExpectRefused(sale(first).outcome, ErrorCode::kFrozen, 0, f::kFlowCodes);
  ExpectApplied(sale(second).outcome);
}

TEST_F(FlowTest, ALaterFlowRenewsTheTermOfRetention) {
  const EntityId batch = Released(2);
  const Day before = LoadBatch(batch).retention_until;
  Sold(chain.maker, buyer, {ItemCode(1)});
  EXPECT_EQ(LoadBatch(batch).retention_until, before);  // three years from submission hold
  chain.Advance(3 * 365 * kDayMs);
  Sold(buyer, third, {ItemCode(1)});
  EXPECT_GT(LoadBatch(batch).retention_until, before);  // D-05
}

TEST_F(FlowTest, AnOutsidePartyThatRegistersLaterConfirmsByItsOpening) {
  Released(4);
  const Actor late(16, "330106");
  const SentFlow flow =
      Send(chain.maker, ToOutside({ItemCode(1), ItemCode(2)}), f::kBuyerCode, late.party);
  ExpectApplied(flow.outcome);
  EXPECT_EQ(FlowState(flow.id), EntityState::kOneSided);
  EXPECT_TRUE(HolderOf(ItemCode(1)).is_zero());
  // Goods held outside: the receiver records one-sided and becomes holder, without a gap (6.5 a).
  const Outcome bought = DoFlow(buyer, FromOutside({ItemCode(2)}));
  ExpectApplied(bought);
  EXPECT_TRUE(EffectTexts(bought, EffectKind::kAlert).empty());
  EXPECT_EQ(HolderOf(ItemCode(2)), buyer.party);
  chain.Join(late, kDistributor);
  ExpectRefused(Confirm(third, flow), ErrorCode::kAuthz, 0);
  ExpectApplied(Confirm(late, flow));
  EXPECT_EQ(FlowState(flow.id), EntityState::kConfirmed);
  EXPECT_EQ(HolderOf(ItemCode(1)), late.party);
  EXPECT_EQ(HolderOf(ItemCode(2)), buyer.party);  // a later flow's holder stays
}

TEST_F(FlowTest, ReturnsGoBackAndConsumersBringGoods) {
  Released(3);
  Sold(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(DoFlow(buyer, ToConsumer({ItemCode(1)})));
  const Rec back = Sides(FlowRec("return", {ItemCode(1)}), "consumer", "registered_party");
  ExpectApplied(DoFlow(buyer, back));
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kInCirculation);
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  const Rec home = Between("return", {ItemCode(1)});
  const SentFlow given = Sell(buyer, chain.maker, Rec(home).Set(f::kSenderSide, "giving"));
  ExpectApplied(given.outcome);
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(given.id, given.opening)}));
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  Sold(chain.maker, buyer, {ItemCode(2)});
  const SentFlow taken =
      Buy(chain.maker, buyer, Between("return", {ItemCode(2)}).Set(f::kSenderSide, "receiving"));
  ExpectApplied(taken.outcome);
  ExpectApplied(chain.Do(tx::kFlowConfirm, buyer, {FlowCommand(taken.id, taken.opening)}));
  EXPECT_EQ(HolderOf(ItemCode(2)), chain.maker.party);
}

TEST_F(FlowTest, RecalledGoodsComeBackToTheirProducer) {
  const EntityId batch = Released(3);
  Sold(chain.maker, buyer, {ItemCode(1), ItemCode(2)});
  const auto recall_return = [&](const Actor& from, const Actor& to, uint32_t n) {
    return Sell(from, to, Between("recall_return", {ItemCode(n)}).Set(f::kSenderSide, "giving"));
  };
  ExpectRefused(recall_return(buyer, chain.maker, 1).outcome, ErrorCode::kState, 0, f::kFlowCodes);
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kRecalled);
  const SentFlow link = recall_return(buyer, third, 1);
  ExpectApplied(chain.Do(tx::kFlowConfirm, third, {FlowCommand(link.id, link.opening)}));
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kRecalled);
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
  const SentFlow home = recall_return(third, chain.maker, 1);
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(home.id, home.opening)}));
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kReturnedCode);
  EXPECT_EQ(EffectiveState(ItemCode(2)), EntityState::kRecalled);
}

TEST_F(FlowTest, SuspendedAndForeignHands) {
  Released(4);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  Sold(chain.maker, buyer, {ItemCode(2)});
  chain.SetState(EntityKind::kParty, buyer.party.view(), EntityState::kSuspended);
  ExpectRefused(DoFlow(buyer, ToConsumer({ItemCode(2)})), ErrorCode::kState, 0);
  ExpectApplied(
      Sell(buyer, chain.maker, Between("return", {ItemCode(2)}).Set(f::kSenderSide, "giving"))
          .outcome);
  ExpectApplied(Confirm(buyer, flow));
  ExpectRefused(DoFlow(chain.regulator, ToConsumer({ItemCode(3)})), ErrorCode::kAuthz);
  // 6.5 (a): what a revoked party holds counts as held outside.
  chain.SetState(EntityKind::kParty, buyer.party.view(), EntityState::kRevoked);
  ExpectApplied(DoFlow(third, FromOutside({ItemCode(1)})));
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
}

TEST_F(FlowTest, TenThousandCodesInOneFlow) {
  Released(10'000);
  const json::Value all = json::Object{{"first", ItemCode(1)}, {"last", ItemCode(10'000)}};
  const SentFlow flow = Sell(chain.maker, buyer, Sale({}).Set(f::kFlowCodes, all));
  ExpectApplied(flow.outcome);
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(HolderOf(ItemCode(10'000)), buyer.party);
  Released(1, "L2");
  ExpectRefused(Sell(buyer, third, Sale({ItemCode(1, "L2")}).Set(f::kFlowCodes, all, 1)).outcome,
                ErrorCode::kSize, 0, f::kFlowCodes, 1);  // C30
}

}  // namespace
}  // namespace suyuan::contracts::testing
