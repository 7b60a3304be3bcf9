// Requirements 6.4 (CODE_LINK, CODE_UNLINK, packages, parents), C23, EN-5.3-a…c, j, GR-6.1.2-a, c,
// D-39, and flows of what is packed, bundled or a segment of a length.
#include "contracts/readers.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;
namespace c = code_field;
namespace b = batch_field;
namespace x = command_field;
using ledger::EntityKind;

class CodeLinkTest : public FlowTest {
 protected:
  static std::vector<std::string> Items(uint32_t first, uint32_t count, const char* lot = "L1") {
    std::vector<std::string> codes;
    for (uint32_t i = 0; i < count; ++i) codes.push_back(ItemCode(first + i, lot));
    return codes;
  }
  TxOptions With(const Actor& second) {
    TxOptions options;
    options.further = &second;
    options.further_role = ledger::SignerRole::kCounterparty;
    return options;
  }
  Outcome Void(const Actor& by, const EntityId& id, const TxOptions& options = {}) {
    return chain.Do(tx::kFlowVoid, by, {FlowCommand(id).Set(x::kReason, "示例理由")}, options);
  }
  EntityId Composite(const char* kind, uint32_t quantity) {
    const Rec rec = BatchOf(product, report, std::to_string(quantity).c_str())
                        .Set(b::kTraceLevel, "composite")
                        .Set(b::kCompositeKind, kind);
    ExpectApplied(Submit(rec));
    return last;
  }
  // One drum of 100 m: parent ItemCode(1, lot), children ItemCode(11…, lot) of 100/children m each.
  EntityId Drum(const char* lot, uint32_t children, bool release = true) {
    const EntityId id = Composite("parent_child", 1);
    const Rec parent = Codes(id, 1, 1, lot)
                           .Set(c::kCodeRole, "parent")
                           .Set(c::kItemNo, "1")
                           .Set(c::kSegmentFrom, QuantityJson("0", "米"))
                           .Set(c::kSegmentTo, QuantityJson("100", "米"));
    const Rec kids = Codes(id, 11, children, lot).Set(c::kCodeRole, "child");
    ExpectApplied(Activate({parent, kids}));
    ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
    if (!release) return id;
    const uint32_t step = 100 / children;
    for (uint32_t i = 0; i < children; ++i)
      ExpectApplied(LinkCodes(chain.maker, Segment(lot, 11 + i, i * step, (i + 1) * step)));
    ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {contracts::testing::Release(id)}));
    return id;
  }
  static Rec Segment(const char* lot, uint32_t child, uint32_t from, uint32_t to) {
    return LinkRec(ItemCode(1, lot), "parent_child", {ItemCode(child, lot)})
        .Set(c::kSegmentFrom, QuantityJson(std::to_string(from).c_str(), "米"))
        .Set(c::kSegmentTo, QuantityJson(std::to_string(to).c_str(), "米"));
  }
};

TEST_F(CodeLinkTest, PackagesAreIssuedOnceInTheirForm) {
  const auto issue = [&](const Rec& rec) { return chain.Do(tx::kCodeLink, chain.maker, {rec}); };
  ExpectApplied(issue(NewPackages({Sscc(1), Sscc(2)}, 1)));
  EXPECT_EQ(ResolveCode(chain.state, Sscc(1))->role, CodeRole::kPackage);
  EXPECT_EQ(CodeState(Sscc(1)), EntityState::kIssued);
  EXPECT_EQ(HolderOf(Sscc(1)), chain.maker.party);
  ExpectRefused(issue(NewPackages({Sscc(3), Sscc(1)}, 1)), ErrorCode::kDupCode, 0, c::kCodeValue,
                1);
  ExpectRefused(issue(NewPackages({ItemCode(1)}, 1)), ErrorCode::kScheme, 0, c::kCodeValue);
  ExpectApplied(issue(NewPackages({"01/06901234567892/21/P1"}, 1)));
  ExpectRefused(issue(NewPackages({Sscc(4)}, 1).Drop(c::kPackageLevel)), ErrorCode::kMissing, 0,
                c::kPackageLevel);
  ExpectRefused(issue(NewPackages({Sscc(4)}, 1).Set(c::kCodeRole, "single")), ErrorCode::kLevel, 0,
                c::kCodeRole);
  ExpectRefused(chain.Do(tx::kCodeLink, chain.regulator, {NewPackages({Sscc(4)}, 1)}),
                ErrorCode::kAuthz);
  // Printed by its issuer (6.4).
  const Rec print = Command(EntityKind::kCode, Sscc(1));
  ExpectRefused(chain.Do(tx::kCodePrint, chain.maker, {print}), ErrorCode::kMissing, 0,
                x::kPrintTemplate);
  ExpectRefused(chain.Do(tx::kCodePrint, buyer, {Rec(print).Set(x::kPrintTemplate, "A6")}),
                ErrorCode::kAuthz, 0);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Rec(print).Set(x::kPrintTemplate, "A6")}));
  EXPECT_EQ(CodeState(Sscc(1)), EntityState::kPrinted);
}

TEST_F(CodeLinkTest, C23ALinkHasOneParentOfAKindAndNoCycle) {
  Released(6);
  Pack(chain.maker, Sscc(1), 1, Items(1, 2));
  Pack(chain.maker, Sscc(2), 2, {Sscc(1)});
  const auto link = [&](const std::string& parent, const std::string& code,
                        const char* kind = "package") {
    return LinkCodes(chain.maker, LinkRec(parent, kind, {code}));
  };
  ExpectRefused(link(Sscc(2), ItemCode(1)), ErrorCode::kLink, 0, c::kCodeValue);
  ExpectRefused(link(Sscc(1), Sscc(2)), ErrorCode::kLink, 0, c::kCodeValue);
  ExpectRefused(link(Sscc(1), Sscc(1)), ErrorCode::kLink, 0, c::kCodeValue);
  ExpectRefused(link(ItemCode(3), ItemCode(4)), ErrorCode::kLink, 0, c::kParentCode);
  ExpectRefused(link(Sscc(1), ItemCode(3), "bundle"), ErrorCode::kLink, 0, c::kParentCode);
  ExpectRefused(link(Sscc(1), ItemCode(3), "alias"), ErrorCode::kLink, 0, c::kLinkKind);
  ExpectRefused(link(Sscc(9), ItemCode(3)), ErrorCode::kRef, 0, c::kParentCode);
  ExpectRefused(link(Sscc(1), ItemCode(7)), ErrorCode::kRef, 0, c::kCodeValue);
  ExpectRefused(LinkCodes(buyer, LinkRec(Sscc(1), "package", {ItemCode(3)})), ErrorCode::kHolder, 0,
                c::kParentCode);
  ExpectApplied(chain.Do(tx::kCodeLink, buyer, {NewPackages({Sscc(5)}, 1)}));
  ExpectRefused(LinkCodes(buyer, LinkRec(Sscc(5), "package", {ItemCode(3)})), ErrorCode::kHolder, 0,
                c::kCodeValue);
  SetUnitState(ItemCode(5), EntityState::kVoided);
  ExpectRefused(link(Sscc(1), ItemCode(5)), ErrorCode::kState, 0, c::kCodeValue);
  ASSERT_TRUE(Sell(chain.maker, buyer, {ItemCode(6)}).outcome.applied());
  ExpectRefused(link(Sscc(1), ItemCode(6)), ErrorCode::kBalance, 0, c::kCodeValue);
  ExpectRefused(UnlinkCodes(chain.maker, LinkRec(Sscc(1), "package", {ItemCode(3)})),
                ErrorCode::kRef, 0, c::kCodeValue);
  ExpectApplied(UnlinkCodes(chain.maker, LinkRec(Sscc(1), "package", {ItemCode(1)})));
  EXPECT_EQ(InsideOf(Sscc(1)), Items(2, 1));
  ExpectApplied(link(Sscc(2), ItemCode(1)));
  // All at once (GR-6.1.2-a).
  ExpectApplied(UnlinkCodes(chain.maker, LinkRec(Sscc(2), "package", {})));
  EXPECT_TRUE(InsideOf(Sscc(2)).empty());
}

TEST_F(CodeLinkTest, APackageMovesWithAllThatItHoldsInOneWrite) {
  Released(100);
  std::vector<std::string> boxes;
  for (uint32_t i = 0; i < 5; ++i) {
    Pack(chain.maker, Sscc(1 + i), 1, Items(1 + 10 * i, 10));
    boxes.push_back(Sscc(1 + i));
  }
  Pack(chain.maker, Sscc(100), 2, boxes);
  const SentFlow flow = Sell(chain.maker, buyer, {Sscc(100)});
  ExpectApplied(flow.outcome);
  EXPECT_EQ(CodeState(Sscc(100)), EntityState::kInCirculation);
  EXPECT_EQ(CodeState(Sscc(3)), EntityState::kInCirculation);
  // What is inside is reserved, too.
  ExpectRefused(Sell(chain.maker, third, {ItemCode(1)}).outcome, ErrorCode::kBalance, 0,
                f::kFlowCodes);
  const SignedTx tx =
      chain.Make(tx::kFlowConfirm, buyer, {FlowCommand(flow.id, flow.opening), Details(flow.id)});
  const BlockExecution result = chain.Block({tx});
  ExpectApplied(DecodeOutcome(result.transactions[0].outcome).value());
  size_t codes = 0;
  for (const ledger::StateWrite& write : result.writes)
    codes += write.name_space == static_cast<uint8_t>(Namespace::kCode) ? 1 : 0;
  EXPECT_EQ(codes, 1u);
  EXPECT_EQ(HolderOf(ItemCode(42)), buyer.party);
  EXPECT_EQ(HolderOf(Sscc(2)), buyer.party);
  ExpectRefused(Sell(chain.maker, third, {ItemCode(42)}).outcome, ErrorCode::kHolder, 0,
                f::kFlowCodes);
  // Named twice, inside and by itself.
  ExpectRefused(Sell(buyer, third, {Sscc(100), ItemCode(42)}).outcome, ErrorCode::kFormat, 0,
                f::kFlowCodes, 0);
}

TEST_F(CodeLinkTest, P2APackedUnitSoldAloneIsUnpackedAndABoxIsRefused) {
  Released(40);
  for (uint32_t i = 0; i < 2; ++i) Pack(chain.maker, Sscc(1 + i), 1, Items(1 + 20 * i, 20));
  Pack(chain.maker, Sscc(100), 2, {Sscc(1), Sscc(2)});
  const SentFlow flow = Sell(chain.maker, buyer, {Sscc(100)});
  // The buyer disputes one box: confirmed without it by both sides.
  ExpectApplied(chain.Do(tx::kFlowDispute, buyer,
                         {FlowCommand(flow.id, flow.opening).Set(x::kReason, "少一箱")}));
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker,
                         {FlowCommand(flow.id).Set(x::kRejectedCodes, Sscc(2))}, With(buyer)));
  EXPECT_EQ(HolderOf(Sscc(1)), buyer.party);
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  EXPECT_EQ(HolderOf(Sscc(2)), chain.maker.party);
  EXPECT_EQ(HolderOf(ItemCode(21)), chain.maker.party);
  EXPECT_EQ(InsideOf(Sscc(100)), std::vector<std::string>{Sscc(1)});
  // A damaged label is reprinted by the holder.
  ExpectRefused(chain.Do(tx::kCodePrint, third,
                         {Command(EntityKind::kCode, ItemCode(1)).Set(x::kPrintReason, "破损")}),
                ErrorCode::kHolder, 0);
  ExpectApplied(chain.Do(tx::kCodePrint, buyer,
                         {Command(EntityKind::kCode, ItemCode(1)).Set(x::kPrintReason, "破损")}));
  // One unit sold to a consumer, returned, sold again.
  ExpectApplied(DoFlow(buyer, ToConsumer({ItemCode(1)})));
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(1))->parents.size());
  ExpectApplied(
      DoFlow(buyer, Sides(FlowRec("return", {ItemCode(1)}), "consumer", "registered_party")));
  ExpectApplied(DoFlow(buyer, ToConsumer({ItemCode(1)})));
  EXPECT_EQ(InsideOf(Sscc(1)).size(), 19u);
  // The last ones sold alone empty the box and with it the pallet.
  std::vector<std::string> rest = Items(2, 19);
  ExpectApplied(DoFlow(buyer, ToConsumer(rest)));
  EXPECT_EQ(CodeState(Sscc(1)), EntityState::kIssued);
  ExpectRefused(Sell(buyer, third, {Sscc(1)}).outcome, ErrorCode::kLink, 0, f::kFlowCodes);
}

TEST_F(CodeLinkTest, FreezesPassFromContentsToContainersNotToNeighbours) {
  const EntityId one = Released(2), two = Released(2, "L2");
  Pack(chain.maker, Sscc(1), 1, {ItemCode(1), ItemCode(1, "L2")});
  chain.SetState(EntityKind::kBatch, two.view(), EntityState::kFrozen);
  EXPECT_EQ(EffectiveState(Sscc(1)), EntityState::kFrozen);
  EXPECT_EQ(EffectiveState(ItemCode(1, "L2")), EntityState::kFrozen);
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kInCirculation);
  ExpectRefused(Sell(chain.maker, buyer, {Sscc(1)}).outcome, ErrorCode::kFrozen, 0, f::kFlowCodes);
  chain.SetState(EntityKind::kBatch, one.view(), EntityState::kRecalled);
  EXPECT_EQ(EffectiveState(Sscc(1)), EntityState::kRecalled);
  chain.SetState(EntityKind::kBatch, one.view(), EntityState::kReleased);
  chain.SetState(EntityKind::kBatch, two.view(), EntityState::kReleased);
  SetUnitState(Sscc(1), EntityState::kFrozen);
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kFrozen);
  // The sound unit may be taken out and sold, once its box is thawed or it is out of it.
  ExpectApplied(UnlinkCodes(chain.maker, LinkRec(Sscc(1), "package", {ItemCode(1)})));
  EXPECT_EQ(EffectiveState(ItemCode(1)), EntityState::kInCirculation);
}

TEST_F(CodeLinkTest, SharedCodesArePackedWithTheirQuantity) {
  const std::string code = "01/06901234567892/10/B7";
  const EntityId batch = ReleasedShared("per_batch", code);
  const auto pack = [&](uint32_t n, bool quantity) {
    Rec rec = LinkRec(Sscc(n), "package", {code});
    if (quantity) rec.Hide(c::kLinkQuantity);
    return chain.Do(tx::kCodeLink, chain.maker, {NewPackages({Sscc(n)}, 1), rec});
  };
  ExpectRefused(pack(1, false), ErrorCode::kMissing, 1, c::kLinkQuantity);
  for (uint32_t n = 1; n <= 100; ++n) ExpectApplied(pack(n, true));  // GR-6.1.2-c
  ExpectRefused(LinkCodes(chain.maker, LinkRec(Sscc(1), "package", {code}).Hide(c::kLinkQuantity)),
                ErrorCode::kLink, 0, c::kCodeValue);
  Sold(chain.maker, buyer, {Sscc(1), Sscc(2)});
  EXPECT_TRUE(Holds(code, batch, buyer));
  ExpectApplied(UnlinkCodes(buyer, LinkRec(Sscc(1), "package", {code})));
  EXPECT_EQ(CodeState(Sscc(1)), EntityState::kIssued);
  Sold(buyer, third, {code});
  EXPECT_TRUE(Holds(code, batch, third));
}

TEST_F(CodeLinkTest, GR612cPackedGoodsSoldWithoutTheirPackageRaiseAnAlert) {
  Released(4, "L1", "packed");
  Pack(chain.maker, Sscc(1), 1, Items(1, 2));
  EXPECT_TRUE(EffectTexts(Sell(chain.maker, buyer, {Sscc(1)}).outcome, EffectKind::kAlert).empty());
  const Outcome loose = Sell(chain.maker, buyer, Items(3, 2)).outcome;
  EXPECT_EQ(EffectTexts(loose, EffectKind::kAlert), std::vector<std::string>{"UNPACKED"});
}

TEST_F(CodeLinkTest, EN53bChildrenCoverTheirParentWithoutOverlap) {
  const EntityId id = Drum("D1", 3, false);
  const auto link = [&](uint32_t child, uint32_t from, uint32_t to) {
    return LinkCodes(chain.maker, Segment("D1", child, from, to));
  };
  const auto release = [&] {
    return chain.Do(tx::kBatchRelease, chain.maker, {contracts::testing::Release(id)});
  };
  ExpectRefused(release(), ErrorCode::kNotReady, 0, b::kReleaseCodes);
  ExpectRefused(
      LinkCodes(chain.maker, LinkRec(ItemCode(1, "D1"), "parent_child", {ItemCode(11, "D1")})),
      ErrorCode::kMissing, 0, c::kSegmentFrom);
  ExpectApplied(link(11, 0, 30));
  ExpectRefused(link(12, 20, 50), ErrorCode::kLink, 0, c::kSegmentFrom);
  ExpectRefused(link(12, 90, 120), ErrorCode::kLink, 0, c::kSegmentFrom);
  ExpectRefused(link(12, 50, 50), ErrorCode::kLink, 0, c::kSegmentFrom);
  ExpectRefused(link(11, 30, 40), ErrorCode::kLink, 0, c::kCodeValue);
  ExpectApplied(link(12, 30, 60));
  ExpectRefused(release(), ErrorCode::kLink, 0, b::kReleaseCodes);
  ExpectApplied(link(13, 60, 100));
  ExpectApplied(release());
  EXPECT_EQ(CodeState(ItemCode(11, "D1")), EntityState::kInCirculation);
  // 6.4: fixed from the release on.
  ExpectRefused(
      UnlinkCodes(chain.maker, LinkRec(ItemCode(1, "D1"), "parent_child", {ItemCode(11, "D1")})),
      ErrorCode::kLink, 0, c::kParentCode);
}

TEST_F(CodeLinkTest, EN53jADrumMovesWithTheSegmentsThatItStillHolds) {
  Drum("D1", 10);
  const std::string drum = ItemCode(1, "D1");
  const auto child = [](uint32_t n) { return ItemCode(10 + n, "D1"); };
  Sold(chain.maker, buyer, {drum});
  EXPECT_EQ(HolderOf(child(4)), buyer.party);
  Sold(buyer, third, {child(1), child(2), child(3)});
  EXPECT_EQ(HolderOf(child(1)), third.party);
  Sold(buyer, chain.seller, {drum});
  EXPECT_EQ(HolderOf(child(4)), chain.seller.party);
  EXPECT_EQ(HolderOf(child(1)), third.party);
  EXPECT_EQ(InsideOf(drum).size(), 7u);
  EXPECT_FALSE(ResolveCode(chain.state, child(1))->parents[0].inside);
  for (uint32_t n = 4; n <= 10; ++n) ExpectApplied(DoFlow(chain.seller, ToConsumer({child(n)})));
  EXPECT_EQ(CodeState(drum), EntityState::kEndUse);  // its last child went alone
  // Voiding the last sale puts it back on its drum.
  ExpectApplied(Void(chain.seller, last));
  EXPECT_EQ(CodeState(drum), EntityState::kInCirculation);
  EXPECT_EQ(InsideOf(drum), std::vector<std::string>{child(10)});
}

TEST_F(CodeLinkTest, D39AChildSoldInPartIsSharedFromThenOn) {
  const EntityId batch = Drum("D1", 4);
  const std::string child = ItemCode(11, "D1");
  const Rec part = ToConsumer({child}).Set(f::kPartSale, true);
  ExpectRefused(DoFlow(chain.maker, ToConsumer({ItemCode(1, "D1")}).Set(f::kPartSale, true)),
                ErrorCode::kLevel, 0, f::kPartSale);
  ExpectApplied(DoFlow(chain.maker, part));
  EXPECT_EQ(CodeState(child), EntityState::kInCirculation);
  EXPECT_EQ(InsideOf(ItemCode(1, "D1")).size(), 3u);
  EXPECT_TRUE(Holds(child, batch, chain.maker));
  Sold(chain.maker, buyer, {child});
  Sold(chain.maker, third, {child});
  EXPECT_TRUE(Holds(child, batch, chain.maker));
  EXPECT_TRUE(Holds(child, batch, buyer));
  EXPECT_TRUE(Holds(child, batch, third));
  ExpectRefused(Sell(chain.seller, third, {child}).outcome, ErrorCode::kHolder, 0, f::kFlowCodes);
}

TEST_F(CodeLinkTest, EN53aABundleOfUnitCodesAndSharedCodes) {
  const std::string shared = "01/06901234567892/10/B7";
  ReleasedShared("per_batch", shared);
  Released(4);
  const EntityId id = Composite("bundle", 2);
  ExpectApplied(Activate({Codes(id, 1, 2, "BU").Set(c::kCodeRole, "bundle").Set(c::kItemNo, "1")}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  const std::string one = ItemCode(1, "BU"), two = ItemCode(2, "BU");
  ExpectApplied(LinkCodes(chain.maker, LinkRec(one, "bundle", {ItemCode(1), ItemCode(2)})));
  const auto release = [&](const std::string& code) {
    return chain.Do(tx::kBatchRelease, chain.maker,
                    {contracts::testing::Release(id).Set(b::kReleaseCodes, code)});
  };
  ExpectRefused(release(two), ErrorCode::kNotReady, 0, b::kReleaseCodes);
  ExpectApplied(release(one));
  // EN-5.3-c: another's goods only by who holds them; here the buyer has unit 3.
  Sold(chain.maker, buyer, {ItemCode(3)});
  ExpectRefused(LinkCodes(chain.maker, LinkRec(two, "bundle", {ItemCode(3)})), ErrorCode::kHolder,
                0, c::kCodeValue);
  ExpectApplied(LinkCodes(chain.maker, LinkRec(two, "bundle", {ItemCode(4)})));
  ExpectApplied(LinkCodes(chain.maker, LinkRec(two, "bundle", {shared}).Hide(c::kLinkQuantity)));
  ExpectApplied(release(two));
  // A component moves alone only by return, recall or disposal.
  ExpectRefused(DoFlow(chain.maker, ToConsumer({ItemCode(1)})), ErrorCode::kLink, 0, f::kFlowCodes);
  Sold(chain.maker, buyer, {one});
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  ExpectApplied(DoFlow(buyer, ToConsumer({one})));
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kEndUse);
  ExpectApplied(Void(buyer, last));
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kInCirculation);
  const SentFlow back =
      Sell(buyer, chain.maker, Between("return", {ItemCode(2)}).Set(f::kSenderSide, "giving"));
  ExpectApplied(back.outcome);
  ExpectApplied(chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(back.id, back.opening)}));
  EXPECT_EQ(HolderOf(ItemCode(2)), chain.maker.party);
  EXPECT_EQ(InsideOf(one), Items(1, 1));
}

TEST_F(CodeLinkTest, VoidingTakesBackWhatLeftThePackageSince) {
  Released(6);
  Pack(chain.maker, Sscc(1), 1, Items(1, 4));
  const SentFlow first = Sold(chain.maker, buyer, {Sscc(1)});
  const SentFlow second = Sold(buyer, third, {Sscc(1)});
  ExpectApplied(UnlinkCodes(third, LinkRec(Sscc(1), "package", {ItemCode(1)})));
  EXPECT_EQ(HolderOf(ItemCode(1)), third.party);
  ExpectApplied(DoFlow(third, ToConsumer({ItemCode(2)})));
  const EntityId sale = last;
  ExpectRefused(Void(buyer, second.id, With(third)), ErrorCode::kState, 0);
  ExpectApplied(Void(third, sale));
  // What was put in since has to come out first.
  Sold(chain.maker, third, {ItemCode(5)});
  ExpectApplied(LinkCodes(third, LinkRec(Sscc(1), "package", {ItemCode(5)})));
  ExpectRefused(Void(buyer, second.id, With(third)), ErrorCode::kLink, 0);
  ExpectApplied(UnlinkCodes(third, LinkRec(Sscc(1), "package", {ItemCode(5)})));
  ExpectApplied(Void(buyer, second.id, With(third)));
  for (uint32_t n = 1; n <= 4; ++n) EXPECT_EQ(HolderOf(ItemCode(n)), buyer.party) << n;
  EXPECT_EQ(HolderOf(ItemCode(5)), third.party);
  ExpectApplied(Void(chain.maker, first.id, With(buyer)));
  for (uint32_t n = 1; n <= 4; ++n) EXPECT_EQ(HolderOf(ItemCode(n)), chain.maker.party) << n;
}

TEST_F(CodeLinkTest, AGapOfAPalletLeavesTheHoldersLinksAlone) {
  Released(4);
  Pack(chain.maker, Sscc(1), 1, Items(1, 4));
  Sold(chain.maker, buyer, {Sscc(1)});
  ExpectApplied(DoFlow(third, FromOutside({Sscc(1)})));
  ExpectRefused(UnlinkCodes(third, LinkRec(Sscc(1), "package", {ItemCode(1)})), ErrorCode::kHolder,
                0, c::kParentCode);
  ExpectApplied(DoFlow(third, ToConsumer({ItemCode(1)})));
  EXPECT_EQ(HolderOf(ItemCode(1)), buyer.party);
  EXPECT_EQ(InsideOf(Sscc(1)).size(), 4u);
  ExpectApplied(DoFlow(buyer, ToOutside({Sscc(1)})));
  EXPECT_EQ(HolderOf(Sscc(1)), third.party);
  EXPECT_EQ(HolderOf(ItemCode(2)), third.party);
  EXPECT_TRUE(HolderOf(ItemCode(1)).is_zero());
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kEndUse);
  EXPECT_EQ(InsideOf(Sscc(1)).size(), 3u);
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(1))->gap);
}

// D-37: whoever made the goods reads how they go on, whoever packed them.
TEST_F(CodeLinkTest, TheManufacturerOfAPackageMadeWhatIsInside) {
  Released(2);
  Sold(chain.maker, buyer, Items(1, 2));
  Pack(buyer, Sscc(1), 1, Items(1, 2));
  Pack(buyer, Sscc(100), 2, {Sscc(1)});
  const StateReaderDirectory directory(chain.state);
  EXPECT_EQ(directory.ManufacturerOf(Sscc(100)).value(), chain.maker.party);
  ExpectApplied(UnlinkCodes(buyer, LinkRec(Sscc(1), "package", {})));
  EXPECT_FALSE(directory.ManufacturerOf(Sscc(1)).value());
}

}  // namespace
}  // namespace suyuan::contracts::testing
