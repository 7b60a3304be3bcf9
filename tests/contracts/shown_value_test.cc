// C18, DC-5-d: a value that is shown to everybody is judged by itself; a FINDING shows none that
// breaks no rule.
#include "contracts/shown_value.h"

#include "ledger/sealing/items.h"
#include "tests/contracts/flow_fixture.h"
#include "tests/contracts/sealed_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::contracts::testing {
namespace {

namespace x = command_field;
namespace p = product_field;
using ledger::EntityKind;

class ShownValueTest : public FlowTest {
 protected:
  // A product that seals this brand.
  void Seal(const std::optional<Bytes>& brand) {
    sealed_.emplace(chain, chain.maker);
    Rec rec = contracts::testing::Product();
    sealed_->Seal(rec, p::kBrand, 0, brand);
    goods_ = chain.Ok(tx::kProductRegister, chain.maker, {rec});
    padded_ = sealing::PadValue(Sha256(sealing::PlaceBytes({0, p::kBrand, 0})), brand);
  }
  FindingTarget Target() const { return {EntityKind::kProduct, goods_.str(), 1, p::kBrand, 0}; }
  Hash Commitment() const { return sealed_->Opening(p::kBrand).commitment; }
  std::vector<std::string> Breaks() const {
    const auto breaches = CheckShownValue(chain.state, Target(), Commitment(), padded_);
    EXPECT_TRUE(breaches.ok()) << breaches.error().ToString();
    std::vector<std::string> out;
    for (const DutyBreach& breach : breaches->breaches) out.emplace_back(breach.rule);
    return out;
  }
  // What a node is asked before it orders a FINDING that names this rule and shows the brand.
  Rec Finding(const char* rule, uint32_t version = 1) const {
    return Command(EntityKind::kProduct, goods_.view())
        .Set(x::kFindingKind, "bad_value")
        .Set(x::kTargetField, "product.brand")
        .Set(x::kTargetVersion, version)
        .Set(x::kFindingRule, rule)
        .Put(sealed_->Opening(p::kBrand));
  }
  Status Admitted(const char* rule, uint32_t version = 1) {
    return AdmittedAs(tx::kFinding, Finding(rule, version));
  }
  Status AdmittedAs(TxType type, const Rec& rec) { return AdmittedAs(type, chain.regulator, rec); }
  Status AdmittedAs(TxType type, const Actor& by, const Rec& rec) {
    return AdmittedAs(type, by, rec, sealing::EncodeOpeningItem({0, padded_}));
  }
  Status AdmittedAs(TxType type, const Actor& by, const Rec& rec, const Bytes& item) {
    const SignedTx made = chain.Make(type, by, {rec});
    const auto tx = ledger::DecodeTransaction(std::make_shared<const Bytes>(made.envelope),
                                              LedgerLimits(), nullptr);
    EXPECT_TRUE(tx.ok()) << tx.error().ToString();
    const sealing::SealedItems items = {item};
    return CheckShownValues(chain.state, *tx, sealing::ViewsOf(items));
  }

  std::optional<SealedFields> sealed_;
  EntityId goods_;
  Bytes padded_;
};

TEST_F(ShownValueTest, AGoodValueIsNobodysToPublish) {
  Seal("\"示例\"");
  EXPECT_TRUE(Breaks().empty());
  for (const char* rule : {"C06", "C04", "C27", "padding"}) {
    const Status admitted = Admitted(rule);
    EXPECT_CODE(admitted, ErrorCode::kDisclose);
    EXPECT_EQ(admitted.error().record, 0u);
    EXPECT_EQ(admitted.error().field, p::kBrand);
  }
}

TEST_F(ShownValueTest, ABadValueIsPublishedForTheRuleThatItBreaks) {
  Seal("\"\"");
  EXPECT_EQ(Breaks(), std::vector<std::string>{"C06"});
  ASSERT_OK(Admitted("C06"));
  EXPECT_CODE(Admitted("C27"), ErrorCode::kDisclose);
}

TEST_F(ShownValueTest, WhatIsNoJsonBreaksItsForm) {
  Seal("not json");
  EXPECT_EQ(Breaks(), std::vector<std::string>{"C06"});
  ASSERT_OK(Admitted("C06"));
}

TEST_F(ShownValueTest, AnAbsentMarkerOfAnOptionalFieldIsGood) {
  Seal(std::nullopt);
  EXPECT_TRUE(Breaks().empty());
  EXPECT_CODE(Admitted("C04"), ErrorCode::kDisclose);
}

TEST_F(ShownValueTest, ItIsTheValueOfThisVeryLeaf) {
  Seal("\"\"");
  EXPECT_CODE(CheckShownValue(chain.state, Target(), Hash(), padded_), ErrorCode::kCommit);
  FindingTarget target = Target();
  target.version = 2;
  EXPECT_CODE(CheckShownValue(chain.state, target, Commitment(), padded_), ErrorCode::kRef);
  target = Target();
  target.field = p::kProductName;
  EXPECT_CODE(CheckShownValue(chain.state, target, Commitment(), padded_), ErrorCode::kRef);
  EXPECT_CODE(Admitted("C06", 2), ErrorCode::kRef);
  // A value of another product is not shown under the name of this one.
  const EntityId other = goods_;
  Seal("\"示例\"");
  goods_ = other;
  EXPECT_CODE(Admitted("C06"), ErrorCode::kCommit);
}

// What a block carries stays there, also when the contract refuses it.
TEST_F(ShownValueTest, AnOwnerPublishesWhatIsItsToPublish) {
  const auto publish = [&](const Actor& by) {
    return AdmittedAs(tx::kDisclosureSet, by,
                      Command(EntityKind::kProduct, goods_.view())
                          .Set(x::kDisclosure, "published")
                          .Set(x::kTargetField, "product.brand")
                          .Set(x::kTargetVersion, 1)
                          .Put(sealed_->Opening(p::kBrand)));
  };
  Seal("\"示例\"");
  ASSERT_OK(publish(chain.maker));
  EXPECT_CODE(publish(chain.regulator), ErrorCode::kAuthz);
  EXPECT_CODE(publish(chain.other_maker), ErrorCode::kAuthz);
  ledger::Record record;
  record.schema = p::kSection;
  const PartyId& owner = chain.maker.party;
  ASSERT_OK(CheckMayPublish(record, p::kBrand, owner, owner));
  for (const uint16_t field : {batch_field::kCollectionMode, flow_field::kUnitPrice,
                               flow_field::kBuyerName, flow_field::kSaleQuantity})
    EXPECT_CODE(CheckMayPublish(record, field, owner, owner), ErrorCode::kDisclose);
}

// The contract would refuse it, and the block would keep it all the same.
TEST_F(ShownValueTest, ABadValueIsARegulatorsToPublish) {
  Seal("\"\"");
  const Rec rec = Finding("C06");
  EXPECT_CODE(AdmittedAs(tx::kFinding, chain.other_maker, rec), ErrorCode::kDisclose);
  EXPECT_CODE(AdmittedAs(tx::kFinding, chain.maker, rec), ErrorCode::kDisclose);
  EXPECT_CODE(AdmittedAs(tx::kFinding, buyer, rec), ErrorCode::kDisclose);
  const Status far = AdmittedAs(tx::kFinding, chain.far_regulator, rec);
  EXPECT_CODE(far, ErrorCode::kRegion);
  EXPECT_EQ(far.error().field, p::kBrand);
  ASSERT_OK(AdmittedAs(tx::kFinding, chain.national, rec));
  chain.SetState(EntityKind::kParty, chain.national.party.view(), EntityState::kSuspended);
  EXPECT_CODE(AdmittedAs(tx::kFinding, chain.national, rec), ErrorCode::kDisclose);
}

// The key in the proof of a fault opens the value like an opening does.
TEST_F(ShownValueTest, SoIsTheProofOfAFault) {
  Seal("\"\"");
  const Rec rec = Command(EntityKind::kProduct, goods_.view())
                      .Set(x::kFindingKind, "cipher_fault")
                      .Set(x::kTargetField, "product.brand")
                      .Set(x::kTargetVersion, 1)
                      .Put(sealed_->Fault(p::kBrand));
  // Who shows it decides, before what it is.
  const Bytes item = sealing::EncodeErasedItem({});
  ASSERT_OK(AdmittedAs(tx::kFinding, chain.regulator, rec, item));
  EXPECT_CODE(AdmittedAs(tx::kFinding, buyer, rec, item), ErrorCode::kDisclose);
  EXPECT_CODE(AdmittedAs(tx::kFinding, chain.far_regulator, rec, item), ErrorCode::kRegion);
  EXPECT_CODE(AdmittedAs(tx::kDisclosureSet, chain.maker, rec, item), ErrorCode::kFormat);
}

TEST_F(ShownValueTest, OtherTypesShowNothing) {
  Seal("\"\"");
  Rec rec = Command(EntityKind::kProduct, goods_.view());
  for (const TxType type : {tx::kProductReview, tx::kFlowConfirm, tx::kDocAnchor}) {
    ASSERT_OK(AdmittedAs(type, chain.regulator, rec));
    for (const auto& leaf : {sealed_->Opening(p::kBrand), sealed_->Fault(p::kBrand)}) {
      const Status admitted = AdmittedAs(type, chain.regulator, Rec(rec).Put(leaf));
      EXPECT_CODE(admitted, ErrorCode::kFormat);
      EXPECT_EQ(admitted.error().field, p::kBrand);
    }
  }
}

// A side of a flow reads its values, and is nobody to publish them.
TEST_F(ShownValueTest, ARegulatorOverEitherSideOfAFlow) {
  Released(2);
  const SentFlow sold = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(sold.outcome);
  const RecordSubject flow{EntityKind::kFlow, sold.id.str()};
  const auto may = [&](const Actor& finder) {
    return CheckMayShow(chain.state, finder.party, flow, chain.maker.party);
  };
  ASSERT_OK(may(chain.regulator));
  EXPECT_CODE(may(buyer), ErrorCode::kDisclose);
  EXPECT_CODE(may(chain.far_regulator), ErrorCode::kRegion);
}

// The box that was sold as nine was opened since: nobody says that the number was right, or wrong.
TEST_F(ShownValueTest, AShownValueIsJudgedByWhatWasSoThen) {
  const uint16_t field = flow_field::kSaleQuantity;
  const Bytes nine = R"({"unit":"件","value":"9"})";
  Released(1);
  const std::string box = Sscc(1);
  Pack(chain.maker, box, 1, {ItemCode(1)});
  sealed_.emplace(chain, chain.maker);
  Rec rec = Sale({box});
  sealed_->Seal(rec, field, 0, nine);
  const SentFlow sold = Sell(chain.maker, buyer, rec);
  ExpectApplied(sold.outcome);
  const Bytes padded = sealing::PadValue(Sha256(sealing::PlaceBytes({0, field, 0})), nine);
  const auto judged = [&] {
    return CheckShownValue(chain.state, {EntityKind::kFlow, sold.id.str(), 1, field, 0},
                           sealed_->Opening(field).commitment, padded)
        .value();
  };
  const auto admitted = [&] {
    return AdmittedAs(tx::kFinding, chain.regulator,
                      Command(EntityKind::kFlow, sold.id.view())
                          .Set(x::kFindingKind, "bad_value")
                          .Set(x::kTargetField, "flow.sale_quantity")
                          .Set(x::kTargetVersion, 1)
                          .Set(x::kFindingRule, "C15")
                          .Put(sealed_->Opening(field)),
                      sealing::EncodeOpeningItem({0, padded}));
  };
  ExpectApplied(Confirm(buyer, sold));
  ASSERT_EQ(judged().breaches.size(), 1u);
  EXPECT_EQ(judged().breaches.front().rule, "C15");
  ASSERT_OK(admitted());

  ExpectApplied(UnlinkCodes(buyer, LinkRec(box, "package", {ItemCode(1)})));
  EXPECT_TRUE(judged().breaches.empty());
  EXPECT_FALSE(judged().goods_known);
  EXPECT_CODE(admitted(), ErrorCode::kDisclose);
}

TEST_F(ShownValueTest, AListOfCodesIsNobodysToPublish) {
  Released(2);
  const SentFlow sold = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(sold.outcome);
  ExpectRefused(chain.Do(tx::kDisclosureSet, chain.maker,
                         {Command(EntityKind::kFlow, sold.id.view())
                              .Set(x::kDisclosure, "published")
                              .Set(x::kTargetField, "flow.flow_codes")
                              .Set(x::kTargetVersion, 1)}),
                ErrorCode::kDisclose, 0, flow_field::kFlowCodes);
}

}  // namespace
}  // namespace suyuan::contracts::testing
