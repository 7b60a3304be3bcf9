// Requirements 6.5: disputes, voiding, rulings (D-40), and goods from outside with their gaps
// (D-36, GR-5.2-m, P-3).
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;
namespace x = command_field;
using ledger::EntityKind;

class FlowDisputeTest : public FlowTest {
 protected:
  Rec Why(const EntityId& id, const std::string& opening = "") {
    return FlowCommand(id, opening).Set(x::kReason, "示例理由");
  }
  Outcome Dispute(const Actor& by, const SentFlow& flow) {
    return chain.Do(tx::kFlowDispute, by, {Why(flow.id, flow.opening)});
  }
  Outcome Void(const Actor& by, const EntityId& id, const TxOptions& options = {}) {
    return chain.Do(tx::kFlowVoid, by, {Why(id)}, options);
  }
  TxOptions With(const Actor& second) {
    TxOptions options;
    options.further = &second;
    options.further_role = ledger::SignerRole::kCounterparty;
    return options;
  }
  SentFlow Disputed(uint32_t code) {
    const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(code)});
    ExpectApplied(flow.outcome);
    ExpectApplied(Dispute(buyer, flow));
    return flow;
  }
  Rec Ruling(const EntityId& id) {
    const EntityId doc = chain.Ok(tx::kDocAnchor, chain.regulator, {Document("other")});
    return Why(id).Set(x::kReasonDoc, ToString(doc));
  }
  bool HasGap(const std::string& code) { return ResolveCode(chain.state, code)->gap; }
  uint32_t Gaps(const EntityId& id) { return LoadFlowOf(id).gaps; }
};

TEST_F(FlowDisputeTest, TheOtherSideDisputesAndConfirmsAfterAll) {
  Released(2);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectRefused(chain.Do(tx::kFlowDispute, buyer, {FlowCommand(flow.id, flow.opening)}),
                ErrorCode::kMissing, 0, x::kReason);
  ExpectRefused(Dispute(third, flow), ErrorCode::kAuthz, 0);
  ExpectRefused(Dispute(chain.maker, flow), ErrorCode::kAuthz, 0);
  ExpectApplied(Dispute(buyer, flow));
  EXPECT_EQ(FlowState(flow.id), EntityState::kDisputed);
  ExpectRefused(Dispute(buyer, flow), ErrorCode::kState, 0);
  // Still reserved.
  ExpectRefused(Sell(chain.maker, third, {ItemCode(1)}).outcome, ErrorCode::kBalance, 0,
                f::kFlowCodes);
  ExpectApplied(Confirm(buyer, {flow.id, "", {}}));  // it showed itself when it disputed
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
}

TEST_F(FlowDisputeTest, BothSidesConfirmAPart) {
  Released(4);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1), ItemCode(2), ItemCode(3)});
  const Rec part = FlowCommand(flow.id, flow.opening).Set(x::kRejectedCodes, ItemCode(2));
  ExpectRefused(chain.Do(tx::kFlowConfirm, chain.maker, {part}, With(buyer)), ErrorCode::kState, 0);
  ExpectApplied(Dispute(buyer, flow));
  ExpectRefused(chain.Do(tx::kFlowConfirm, buyer, {part}), ErrorCode::kAuthz, 0);
  ExpectRefused(chain.Do(tx::kFlowConfirm, buyer, {part}, With(third)), ErrorCode::kAuthz, 0);
  ExpectRefused(chain.Do(tx::kFlowConfirm, chain.maker,
                         {Rec(part).Set(x::kRejectedCodes, ItemCode(4))}, With(buyer)),
                ErrorCode::kRef, 0, x::kRejectedCodes);
  ExpectRefused(chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(flow.id)}, With(buyer)),
                ErrorCode::kMissing, 0, x::kRejectedCodes);
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker, {part}, With(buyer)));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(2)), chain.maker.party);
  EXPECT_EQ(HolderOf(ItemCode(3)), buyer.party);
  ExpectApplied(Sell(chain.maker, third, {ItemCode(2)}).outcome);  // free again
}

TEST_F(FlowDisputeTest, TheSenderVoidsWhatNobodyConfirmed) {
  Released(3);
  const SentFlow pending = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectRefused(Void(buyer, pending.id), ErrorCode::kAuthz, 0);
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.maker, {FlowCommand(pending.id)}));
  EXPECT_EQ(FlowState(pending.id), EntityState::kVoided);
  ExpectRefused(Void(chain.maker, pending.id), ErrorCode::kState, 0);
  ExpectRefused(Confirm(buyer, pending), ErrorCode::kState, 0);
  // A disputed one with its replacement, which names it.
  const SentFlow flow = Disputed(1);
  const Rec next = ToConsumer({ItemCode(1)});
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.maker, {Why(flow.id), next}), ErrorCode::kMissing, 1,
                f::kFlowRef);
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.maker,
                         {Why(flow.id), Rec(next).Set(f::kFlowRef, ToString(pending.id))}),
                ErrorCode::kRef, 1, f::kFlowRef);
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.maker,
                         {Why(flow.id), Rec(next).Set(f::kFlowRef, ToString(flow.id))}));
  EXPECT_EQ(FlowState(flow.id), EntityState::kVoided);
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kEndUse);
}

TEST_F(FlowDisputeTest, OneSidedFlowsAreVoidedWhileNothingFollowed) {
  Released(3);
  ExpectApplied(DoFlow(chain.maker, ToConsumer({ItemCode(1)})));
  const EntityId sale = last;
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.maker, {FlowCommand(sale)}), ErrorCode::kMissing, 0,
                x::kReason);
  ExpectApplied(Void(chain.maker, sale));
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kInCirculation);
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  ExpectApplied(DoFlow(chain.maker, ToOutside({ItemCode(1)})));
  const EntityId outside = last;
  ExpectApplied(DoFlow(buyer, FromOutside({ItemCode(1)})));
  const EntityId purchase = last;
  ExpectRefused(Void(chain.maker, outside), ErrorCode::kState, 0);
  ExpectApplied(Void(buyer, purchase));
  ExpectApplied(Void(chain.maker, outside));
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
}

TEST_F(FlowDisputeTest, BothSidesVoidWhatTheyConfirmed) {
  Released(3);
  const SentFlow first = Sold(chain.maker, buyer, {ItemCode(1), ItemCode(2)});
  const SentFlow second = Sold(buyer, third, {ItemCode(1)});
  ExpectRefused(Void(chain.maker, first.id), ErrorCode::kAuthz, 0);
  ExpectRefused(Void(chain.maker, first.id, With(third)), ErrorCode::kAuthz, 0);
  ExpectRefused(Void(chain.maker, first.id, With(buyer)), ErrorCode::kState, 0);  // a later flow
  ExpectApplied(Void(buyer, second.id, With(third)));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.maker, {FlowCommand(first.id)}, With(buyer)),
                ErrorCode::kMissing, 0, x::kReason);
  ExpectApplied(Void(buyer, first.id, With(chain.maker)));
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  EXPECT_EQ(HolderOf(ItemCode(2)), chain.maker.party);
  // A pending flow of the buyer holds it up, too.
  const SentFlow again = Sold(chain.maker, buyer, {ItemCode(1)});
  const SentFlow on = Sell(buyer, third, {ItemCode(1)});
  ExpectRefused(Void(chain.maker, again.id, With(buyer)), ErrorCode::kState, 0);
  ExpectApplied(chain.Do(tx::kFlowVoid, buyer, {FlowCommand(on.id)}));
  ExpectApplied(Void(chain.maker, again.id, With(buyer)));
}

TEST_F(FlowDisputeTest, SharedGoodsGoBackWhileTheReceiverGaveNone) {
  const std::string code = "01/06901234567892/10/B7";
  const EntityId batch = ReleasedShared("per_batch", code);
  const SentFlow first = Sold(chain.maker, buyer, {code});
  const SentFlow second = Sold(chain.maker, buyer, {code});
  ExpectApplied(Void(chain.maker, second.id, With(buyer)));
  EXPECT_TRUE(Holds(code, batch, buyer));
  ExpectApplied(DoFlow(buyer, ToConsumer({code})));
  ExpectRefused(Void(chain.maker, first.id, With(buyer)), ErrorCode::kState, 0);
  const SentFlow only = Sold(chain.maker, third, {code});
  ExpectApplied(Void(chain.maker, only.id, With(third)));
  EXPECT_FALSE(Holds(code, batch, third));
}

TEST_F(FlowDisputeTest, UseAndDisposalAreVoidedByTheirOneSide) {
  Released(2);
  ExpectApplied(DoFlow(chain.maker, FlowRec("use", {ItemCode(1)})));
  ExpectRefused(Void(buyer, last), ErrorCode::kAuthz, 0);
  ExpectApplied(Void(chain.maker, last));
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kInCirculation);
  ExpectApplied(DoFlow(chain.maker, FlowRec("transport", {ItemCode(1)})));
  ExpectApplied(Void(chain.maker, last));
}

TEST_F(FlowDisputeTest, D40ARegulatorOfEitherSideRules) {
  Released(6);
  const SentFlow flow = Disputed(1);
  ExpectRefused(chain.Do(tx::kFlowConfirm, chain.regulator, {Why(flow.id)}), ErrorCode::kMissing, 0,
                x::kReasonDoc);
  ExpectRefused(chain.Do(tx::kFlowConfirm, chain.regulator, {Ruling(flow.id)}), ErrorCode::kAuthz,
                0);  // nobody asked, and the term runs
  chain.Advance(31 * kDayMs);
  const Actor elsewhere(20, "110000");
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.regulator, {Ruling(flow.id)}));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  // At a side's request: it signs along, or asked when it disputed.
  const SentFlow second = Disputed(2);
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.regulator, {Ruling(second.id)}, With(chain.maker)));
  EXPECT_EQ(FlowState(second.id), EntityState::kVoided);
  const SentFlow third_flow = Sell(chain.maker, buyer, {ItemCode(3)});
  ExpectApplied(chain.Do(tx::kFlowDispute, buyer,
                         {Why(third_flow.id, third_flow.opening).Set(x::kRulingRequested, true)}));
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.regulator, {Ruling(third_flow.id)}));
  // The buyer's regulator covers the other side (C28); one of a third region covers none.
  const SentFlow fourth = Disputed(4);
  chain.Advance(31 * kDayMs);
  const EntityId doc = chain.Ok(tx::kDocAnchor, chain.far_regulator, {Document("other")});
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.far_regulator,
                         {Why(fourth.id).Set(x::kReasonDoc, ToString(doc))}));
  const SentFlow local = Sell(chain.maker, chain.other_maker, {ItemCode(5)});
  ExpectApplied(Dispute(chain.other_maker, local));
  chain.Advance(31 * kDayMs);
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.far_regulator,
                         {Why(local.id).Set(x::kReasonDoc, ToString(doc))}),
                ErrorCode::kRegion, 0);
  // CONFIRMED: only where one side is gone.
  ExpectRefused(chain.Do(tx::kFlowVoid, chain.regulator, {Ruling(flow.id)}), ErrorCode::kAuthz, 0);
  chain.SetState(EntityKind::kParty, buyer.party.view(), EntityState::kClosed);
  ExpectApplied(chain.Do(tx::kFlowVoid, chain.regulator, {Ruling(flow.id)}));
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
}

TEST_F(FlowDisputeTest, D36AGapIsRecordedAlertedAndEndsWithTheMissingRecord) {
  Released(4);
  Sold(chain.maker, buyer, {ItemCode(1)});
  // The small seller buys from somebody outside what the ledger shows with the distributor.
  const Outcome bought = DoFlow(third, FromOutside({ItemCode(1)}));
  ExpectApplied(bought);
  const EntityId purchase = last;
  EXPECT_EQ(EffectTexts(bought, EffectKind::kAlert), std::vector<std::string>{"HOLDER_GAP"});
  EXPECT_EQ(FlowState(purchase), EntityState::kOneSided);
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);  // moves no holder
  EXPECT_TRUE(HasGap(ItemCode(1)));
  const Outcome sold = DoFlow(third, ToConsumer({ItemCode(1)}));
  ExpectApplied(sold);
  const EntityId sale = last;
  EXPECT_TRUE(EffectTexts(sold, EffectKind::kAlert).empty());
  EXPECT_EQ(Gaps(purchase), 1u);
  EXPECT_EQ(Gaps(sale), 1u);
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kInCirculation);
  ExpectRefused(DoFlow(third, ToConsumer({ItemCode(1)})), ErrorCode::kHolder, 0, f::kFlowCodes);
  // The distributor files its missing sale: the marks end, holder and state are as after the last.
  ExpectApplied(DoFlow(buyer, ToOutside({ItemCode(1)})));
  const EntityId missing = last;
  EXPECT_FALSE(HasGap(ItemCode(1)));
  EXPECT_EQ(Gaps(purchase), 0u);
  EXPECT_EQ(Gaps(sale), 0u);
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kEndUse);
  EXPECT_TRUE(HolderOf(ItemCode(1)).is_zero());
  // Back step by step, as if it had been recorded in this order.
  ExpectRefused(Void(buyer, missing), ErrorCode::kState, 0);
  ExpectApplied(Void(third, sale));
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
  ExpectApplied(Void(third, purchase));
  EXPECT_TRUE(HolderOf(ItemCode(1)).is_zero());
  ExpectApplied(Void(buyer, missing));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
}

TEST_F(FlowDisputeTest, AGapEndsAlsoByASaleToTheReceiverItself) {
  Released(3);
  ExpectApplied(DoFlow(third, FromOutside({ItemCode(1)})));
  const SentFlow on = Sell(third, buyer, {ItemCode(1)});  // pending, in the gap
  ExpectApplied(on.outcome);
  EXPECT_EQ(Gaps(on.id), 1u);
  // A sale to somebody else leaves the gap open, against the new holder.
  Sold(chain.maker, chain.other_maker, {ItemCode(1)});
  EXPECT_TRUE(HasGap(ItemCode(1)));
  Sold(chain.other_maker, third, {ItemCode(1)});
  EXPECT_FALSE(HasGap(ItemCode(1)));
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
  ExpectApplied(Confirm(buyer, on));
  EXPECT_EQ(Gaps(on.id), 0u);
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
}

TEST_F(FlowDisputeTest, TheHolderDisputesAGapAndARegulatorDecides) {
  Released(4);
  for (const uint32_t code : {1u, 2u}) {
    ExpectApplied(DoFlow(third, FromOutside({ItemCode(code)})));
    const EntityId gap = last;
    ExpectRefused(chain.Do(tx::kFlowDispute, buyer, {Why(gap)}), ErrorCode::kAuthz, 0);
    ExpectApplied(
        chain.Do(tx::kFlowDispute, chain.maker, {Why(gap).Set(x::kRulingRequested, true)}));
    EXPECT_EQ(FlowState(gap), EntityState::kDisputed);
    EXPECT_EQ(Gaps(gap), 1u);
    if (code == 1) {
      ExpectApplied(chain.Do(tx::kFlowVoid, chain.regulator, {Ruling(gap)}));
      EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
    } else {
      ExpectApplied(chain.Do(tx::kFlowConfirm, chain.regulator, {Ruling(gap)}));
      EXPECT_EQ(HolderOf(ItemCode(2)), third.party);
    }
    EXPECT_FALSE(HasGap(ItemCode(code)));
    EXPECT_EQ(Gaps(gap), 0u);
  }
  // Without a gap nobody disputes a one-sided record.
  ExpectApplied(DoFlow(chain.maker, ToConsumer({ItemCode(3)})));
  ExpectRefused(chain.Do(tx::kFlowDispute, chain.maker, {Why(last)}), ErrorCode::kState, 0);
}

TEST_F(FlowDisputeTest, GoodsBroughtBackCloseTheGapByThemselves) {
  Released(2);
  ExpectApplied(DoFlow(third, FromOutside({ItemCode(1)})));
  const SentFlow back =
      Sell(third, chain.maker, Between("return", {ItemCode(1)}).Set(f::kSenderSide, "giving"));
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(back.id, back.opening)}));
  EXPECT_FALSE(HasGap(ItemCode(1)));
  EXPECT_EQ(HolderOf(ItemCode(1)), chain.maker.party);
  EXPECT_EQ(Gaps(back.id), 0u);
}

TEST_F(FlowDisputeTest, AGapFrozenOrNotInCirculationIsRefused) {
  const EntityId batch = Released(2);
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kFrozen);
  ExpectRefused(DoFlow(third, FromOutside({ItemCode(1)})), ErrorCode::kFrozen, 0, f::kFlowCodes);
  chain.SetState(EntityKind::kBatch, batch.view(), EntityState::kReleased);
  ExpectRefused(DoFlow(chain.maker, FromOutside({ItemCode(1)})), ErrorCode::kHolder, 0,
                f::kFlowCodes);
}

TEST_F(FlowDisputeTest, ForeignGoodsStandBesideTheLedger) {
  Released(1);
  const auto foreign = [&](const Rec& rec) { return Rec(rec).Set(f::kForeignDeclared, true); };
  const Outcome bought = DoFlow(third, foreign(FromOutside({"none"})));
  ExpectApplied(bought);
  const EntityId purchase = last;
  EXPECT_EQ(EffectTexts(bought, EffectKind::kAlert), std::vector<std::string>{"FOREIGN_GOODS"});
  EXPECT_EQ(FlowState(purchase), EntityState::kOneSided);
  ExpectRefused(DoFlow(third, FromOutside({"A-17"})), ErrorCode::kRef, 0, f::kFlowCodes);
  ExpectRefused(DoFlow(third, foreign(FromOutside({ItemCode(1)}))), ErrorCode::kRef, 0,
                f::kFlowCodes);
  ExpectRefused(DoFlow(third, foreign(ToConsumer({"none"}))), ErrorCode::kMissing, 0, f::kFlowRef);
  ExpectRefused(DoFlow(buyer, foreign(ToConsumer({"none"})).Set(f::kFlowRef, ToString(purchase))),
                ErrorCode::kRef, 0, f::kFlowRef);
  const Outcome sold =
      DoFlow(third, foreign(ToConsumer({"none"})).Set(f::kFlowRef, ToString(purchase)));
  ExpectApplied(sold);
  EXPECT_TRUE(EffectTexts(sold, EffectKind::kAlert).empty());
  // To a registered buyer, who may sell it on in turn.
  const SentFlow on =
      Send(third, foreign(Sale({"01/06909876543215/21/77"})).Set(f::kFlowRef, ToString(purchase)),
           f::kBuyerCode, buyer.party);
  ExpectApplied(on.outcome);
  ExpectApplied(Confirm(buyer, on));
  ExpectApplied(DoFlow(
      buyer, foreign(ToConsumer({"01/06909876543215/21/77"})).Set(f::kFlowRef, ToString(on.id))));
}

}  // namespace
}  // namespace suyuan::contracts::testing
