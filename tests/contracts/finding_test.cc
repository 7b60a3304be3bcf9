// DC-5-d, 6.14: FINDING puts on record what is wrong with a sealed value, and alerts its owner.
#include "contracts/finding.h"

#include "contracts/alert.h"
#include "contracts/party.h"
#include "contracts/shown_value.h"
#include "tests/contracts/flow_fixture.h"
#include "tests/contracts/sealed_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace x = command_field;
namespace p = product_field;
using ledger::EntityKind;
using Leaf = SealedFields::Leaf;

class FindingTest : public FlowTest {
 protected:
  FindingTest() {
    sealed.emplace(chain, chain.maker);
    Rec rec = contracts::testing::Product();
    sealed->Seal(rec, p::kBrand, 0, "\"\"");
    sealed->Seal(rec, p::kProductCerts, 0, "1");
    sealed->Seal(rec, p::kProductCerts, 1, "2");
    goods = chain.Ok(tx::kProductRegister, chain.maker, {rec});
  }

  Rec About(const char* kind, const char* field = "product.brand") const {
    return Command(EntityKind::kProduct, goods.view())
        .Set(x::kFindingKind, kind)
        .Set(x::kTargetField, field)
        .Set(x::kTargetVersion, 1);
  }
  Rec Sealed(const char* kind) const { return About(kind).Hide(x::kFindingProof); }
  Rec BadValue() const {
    return About("bad_value").Set(x::kFindingRule, "C06").Put(sealed->Opening(p::kBrand));
  }
  Rec CipherFault() const { return About("cipher_fault").Put(sealed->Fault(p::kBrand)); }
  Rec Claim() const { return About("cannot_open"); }
  Rec OfClaim(const TxId& claim) const { return Claim().Set(x::kFindingOf, ToHex(claim)); }
  Outcome Do(const Rec& rec) { return Do(chain.regulator, rec); }
  Outcome Do(const Actor& by, const Rec& rec, const TxOptions& options = {}) {
    const SignedTx tx = chain.Make(tx::kFinding, by, {rec}, options);
    last_tx = tx.id;
    return chain.Run(tx);
  }
  FindingTarget Target(uint16_t field = p::kBrand, uint16_t item = 0) const {
    return {EntityKind::kProduct, goods.str(), 1, field, item};
  }
  std::optional<Finding> Found(FindingKind kind) const {
    return FindFinding(chain.state, Target(), kind);
  }
  std::optional<Alert> AlertOf(FindingKind kind) const {
    return FindAlert(chain.state,
                     AlertKey(chain.maker.party, AlertRule(kind), FindingKey(Target(), kind)));
  }
  static TxOptions Wraps() {
    TxOptions options;
    options.wraps = true;
    return options;
  }
  static std::vector<std::string> Alerts(const Outcome& outcome) {
    return EffectTexts(outcome, EffectKind::kAlert);
  }

  std::optional<SealedFields> sealed;
  EntityId goods;
  TxId last_tx;
};

TEST_F(FindingTest, APublishedOneAlertsTheOwner) {
  const Outcome outcome = Do(BadValue());
  ExpectApplied(outcome);
  ASSERT_EQ(Alerts(outcome), std::vector<std::string>{"BAD_VALUE"});
  const auto alert = std::ranges::find(outcome.effects, EffectKind::kAlert, &Effect::kind);
  EXPECT_EQ(alert->entity, EntityKind::kParty);
  EXPECT_EQ(alert->id, chain.maker.party.str());

  const Finding finding = Found(FindingKind::kBadValue).value();
  EXPECT_EQ(finding.stage, FindingStage::kRaised);
  EXPECT_TRUE(finding.published);
  EXPECT_EQ(finding.owner, chain.maker.party);
  EXPECT_EQ(finding.finder, chain.regulator.party);
  EXPECT_EQ(finding.tx, last_tx);
  EXPECT_TRUE(finding.second.is_zero());
  EXPECT_EQ(AlertOf(FindingKind::kBadValue)->stage, AlertStage::kRaised);
  EXPECT_EQ(AlertOf(FindingKind::kBadValue)->deadline_ms, 0u);
  const auto events = ReadEvents(chain.state, EntityKind::kProduct, goods.view());
  EXPECT_EQ(events.back().type, tx::kFinding);

  // Other values and other kinds are findings of their own.
  ExpectApplied(Do(CipherFault()));
  ExpectApplied(Do(About("bad_value", "product_certs")
                       .Set(x::kTargetItem, 1)
                       .Set(x::kFindingRule, "C06")
                       .Put(sealed->Opening(p::kProductCerts, 1))));
  EXPECT_TRUE(FindFinding(chain.state, Target(p::kProductCerts, 1), FindingKind::kBadValue));
  EXPECT_FALSE(FindFinding(chain.state, Target(p::kProductCerts, 0), FindingKind::kBadValue));
}

TEST_F(FindingTest, ASealedOneMayBePublishedLater) {
  const Outcome outcome = Do(Sealed("cipher_fault"));
  ExpectApplied(outcome);
  EXPECT_EQ(Alerts(outcome), std::vector<std::string>{"CIPHER_FAULT"});
  EXPECT_FALSE(Found(FindingKind::kCipherFault)->published);
  ExpectRefused(Do(Sealed("cipher_fault")), ErrorCode::kState, 0);
  ExpectRefused(Do(chain.national, Sealed("cipher_fault")), ErrorCode::kState, 0);

  const Outcome published = Do(chain.national, CipherFault());
  ExpectApplied(published);
  EXPECT_TRUE(Alerts(published).empty()) << "the alert is open";
  EXPECT_TRUE(Found(FindingKind::kCipherFault)->published);
  EXPECT_EQ(Found(FindingKind::kCipherFault)->tx, last_tx);
  ExpectRefused(Do(CipherFault()), ErrorCode::kState, 0);
  ExpectApplied(Do(Sealed("key_fault")));
}

TEST_F(FindingTest, TheProofIsOfThisVeryValue) {
  const auto refused = [&](const Rec& rec, ErrorCode code, uint16_t field, uint16_t item = 0) {
    ExpectRefused(Do(rec), code, 0, field, item);
  };
  Leaf leaf = sealed->Opening(p::kBrand);
  leaf.commitment.data[1] ^= 1;
  refused(BadValue().Put(leaf), ErrorCode::kCommit, p::kBrand);
  leaf = sealed->Opening(p::kBrand);
  leaf.origin.context.data[1] ^= 1;
  refused(BadValue().Put(leaf), ErrorCode::kCommit, p::kBrand);
  leaf = sealed->Fault(p::kBrand);
  leaf.content_hash.data[1] ^= 1;
  refused(CipherFault().Put(leaf), ErrorCode::kCommit, p::kBrand);
  leaf = sealed->Fault(p::kBrand);
  leaf.origin.record = 1;
  refused(CipherFault().Put(leaf), ErrorCode::kCommit, p::kBrand);
  leaf = sealed->Fault(p::kProductCerts, 1);
  leaf.item = 0;
  refused(About("cipher_fault", "product_certs").Put(leaf), ErrorCode::kCommit, p::kProductCerts);
  refused(About("cipher_fault", "product_certs").Put(sealed->Fault(p::kProductCerts, 1)),
          ErrorCode::kFormat, p::kProductCerts, 1);
  EXPECT_FALSE(Found(FindingKind::kBadValue));
  EXPECT_FALSE(Found(FindingKind::kCipherFault));
}

TEST_F(FindingTest, FormOfTheRecord) {
  const auto refused = [&](const Rec& rec, ErrorCode code, uint16_t field, uint16_t item = 0) {
    ExpectRefused(Do(rec), code, 0, field, item);
  };
  refused(BadValue().Drop(x::kFindingKind), ErrorCode::kMissing, x::kFindingKind);
  refused(BadValue().Drop(x::kFindingRule), ErrorCode::kMissing, x::kFindingRule);
  refused(BadValue().Drop(p::kBrand), ErrorCode::kMissing, x::kFindingProof);
  refused(BadValue().Hide(x::kFindingProof), ErrorCode::kFormat, x::kFindingProof);
  refused(BadValue().Put(sealed->Fault(p::kBrand)), ErrorCode::kFormat, p::kBrand);
  refused(CipherFault().Put(sealed->Opening(p::kBrand)), ErrorCode::kFormat, p::kBrand);
  refused(CipherFault().Set(x::kFindingRule, "C06"), ErrorCode::kFormat, x::kFindingRule);
  refused(Sealed("bad_value").Set(x::kFindingRule, "C06"), ErrorCode::kFormat, x::kFindingRule);
  refused(About("key_fault"), ErrorCode::kMissing, x::kFindingProof);
  // The proof of a key fault would open more than this field (C18).
  refused(About("key_fault").Put(sealed->Fault(p::kBrand)), ErrorCode::kDisclose, p::kBrand);
  refused(About("key_fault").Put(sealed->Opening(p::kBrand)), ErrorCode::kDisclose, p::kBrand);
  refused(Claim().Hide(x::kFindingProof), ErrorCode::kFormat, x::kFindingProof);
  refused(Claim().Put(sealed->Opening(p::kBrand)), ErrorCode::kFormat, x::kFindingProof);
  refused(BadValue().Set(x::kFindingOf, std::string(64, 'a')), ErrorCode::kFormat, x::kFindingOf);
  refused(About("bad_value", "product_certs")
              .Set(x::kFindingRule, "C06")
              .Put(sealed->Opening(p::kProductCerts, 0))
              .Put(sealed->Opening(p::kProductCerts, 1)),
          ErrorCode::kFormat, p::kProductCerts);
  refused(About("bad_value").Clear(x::kFindingProof, json::Object{{"key", "a"}}),
          ErrorCode::kDisclose, x::kFindingProof);
  // A finding is about a value that is sealed.
  for (const char* field : {"product_name", "report_frequency"}) {
    refused(About("bad_value", field).Hide(x::kFindingProof), ErrorCode::kRef, x::kTargetField);
  }
  refused(Sealed("bad_value").Set(x::kTargetItem, 1), ErrorCode::kRef, x::kTargetField);
  refused(Sealed("bad_value").Set(x::kTargetVersion, 2), ErrorCode::kRef, x::kTargetVersion);
}

TEST_F(FindingTest, OnlyAReaderFinds) {
  ExpectRefused(Do(chain.maker, Sealed("bad_value")), ErrorCode::kSelfReview, 0);
  ExpectRefused(Do(chain.far_regulator, Sealed("bad_value")), ErrorCode::kRegion, 0);
  ExpectRefused(Do(chain.far_regulator, BadValue()), ErrorCode::kRegion, 0);
  ExpectRefused(Do(buyer, Sealed("bad_value")), ErrorCode::kAuthz, 0);
  ExpectRefused(Do(buyer, BadValue()), ErrorCode::kAuthz, 0);
  ExpectRefused(Do(buyer, Claim()), ErrorCode::kAuthz, 0);
}

// The other side of a flow reads what both sides read; it seals its proof and never publishes.
TEST_F(FindingTest, TheOtherSideOfAFlowFinds) {
  Released(3);
  const SentFlow flow = Sell(chain.maker, buyer, {ItemCode(1)});
  ExpectApplied(flow.outcome);
  const Rec finding = Command(EntityKind::kFlow, flow.id.view())
                          .Set(x::kFindingKind, "bad_value")
                          .Set(x::kTargetField, "sale_time")
                          .Set(x::kTargetVersion, 1)
                          .Hide(x::kFindingProof);
  ExpectRefused(Do(buyer, finding), ErrorCode::kAuthz, 0);  // nobody knows yet that it is one
  // A node asks this before it files: its regulator's name on a refused attempt tells the region.
  const auto may = [&](const Actor& who) {
    const Status status =
        CheckMayShow(chain.state, who.party, {EntityKind::kFlow, flow.id.str()}, chain.maker.party);
    return status.ok() ? ErrorCode::kOk : status.error().code;
  };
  EXPECT_EQ(may(chain.far_regulator), ErrorCode::kRegion);
  ExpectRefused(Do(chain.far_regulator, finding), ErrorCode::kRegion, 0);
  EXPECT_EQ(may(chain.regulator), ErrorCode::kOk);
  EXPECT_EQ(may(buyer), ErrorCode::kDisclose) << "regulators are asked about";
  ExpectApplied(Confirm(buyer, flow));
  EXPECT_EQ(may(chain.far_regulator), ErrorCode::kOk);
  ExpectRefused(Do(third, finding), ErrorCode::kAuthz, 0);
  Rec shown = finding;
  Leaf leaf;
  leaf.field = flow_field::kSaleTime;
  leaf.mode = ledger::LeafMode::kOpening;
  leaf.padded_length = 128;
  shown.Drop(x::kFindingProof).Set(x::kFindingRule, "C27").Put(leaf);
  ExpectRefused(Do(buyer, shown), ErrorCode::kDisclose, 0, flow_field::kSaleTime);
  const Outcome outcome = Do(buyer, finding);
  ExpectApplied(outcome);
  EXPECT_EQ(Alerts(outcome), std::vector<std::string>{"BAD_VALUE"});
  // A regulator of either side may find, too: here the buyer's.
  Rec by_regulator = finding;
  ExpectApplied(Do(chain.far_regulator, by_regulator.Set(x::kTargetField, "buyer_name")));
}

TEST_F(FindingTest, AClaimIsCountersignedAndAnswered) {
  constexpr FindingKind kKind = FindingKind::kCannotOpen;
  const Outcome claimed = Do(Claim());
  ExpectApplied(claimed);
  EXPECT_TRUE(Alerts(claimed).empty()) << "one regulator's word";
  const TxId claim = last_tx;
  ExpectRefused(Do(chain.national, Claim()), ErrorCode::kState, 0);
  ExpectRefused(Do(OfClaim(claim)), ErrorCode::kSelfReview, 0);
  ExpectRefused(Do(buyer, OfClaim(claim)), ErrorCode::kAuthz);
  ExpectRefused(Do(chain.far_regulator, OfClaim(claim)), ErrorCode::kRegion, 0);
  ExpectRefused(Do(chain.national, OfClaim(TxId{{9}})), ErrorCode::kRef, 0, x::kFindingOf);

  const uint64_t now = chain.now_ms;
  const Outcome second = Do(chain.national, OfClaim(claim));
  ExpectApplied(second);
  EXPECT_EQ(Alerts(second), std::vector<std::string>{"CANNOT_OPEN"});
  EXPECT_EQ(Found(kKind)->stage, FindingStage::kCountersigned);
  EXPECT_EQ(Found(kKind)->second, chain.national.party);
  EXPECT_EQ(Found(kKind)->deadline_ms, now + 3 * kDayMs) << "rewrap_days";
  EXPECT_EQ(AlertOf(kKind)->deadline_ms, now + 3 * kDayMs);
  ExpectRefused(Do(chain.national, OfClaim(claim)), ErrorCode::kState, 0, x::kFindingOf);

  ExpectRefused(Do(chain.maker, OfClaim(claim)), ErrorCode::kMissing, 0);
  ExpectRefused(Do(third, OfClaim(claim), Wraps()), ErrorCode::kAuthz);
  ExpectApplied(Do(chain.maker, OfClaim(claim), Wraps()));
  EXPECT_EQ(Found(kKind)->stage, FindingStage::kAnswered);
  EXPECT_EQ(AlertOf(kKind)->stage, AlertStage::kClosed);
  ExpectRefused(Do(chain.maker, OfClaim(claim), Wraps()), ErrorCode::kState, 0, x::kFindingOf);

  ExpectApplied(Do(chain.national, Claim()));  // it still does not open
  EXPECT_EQ(Found(kKind)->stage, FindingStage::kRaised);
  EXPECT_EQ(Found(kKind)->tx, last_tx);
  ExpectApplied(Do(OfClaim(last_tx)));
  EXPECT_EQ(AlertOf(kKind)->stage, AlertStage::kRaised);
}

TEST_F(FindingTest, AnAlertStandsPastItsDeadlineUntilTheAnswer) {
  constexpr FindingKind kKind = FindingKind::kCannotOpen;
  ExpectApplied(Do(Claim()));
  const TxId claim = last_tx;
  ExpectApplied(Do(chain.national, OfClaim(claim)));
  chain.Advance(10 * kDayMs);
  chain.Block({});
  EXPECT_LT(AlertOf(kKind)->deadline_ms, chain.now_ms);
  EXPECT_EQ(AlertOf(kKind)->stage, AlertStage::kRaised);
  // Other wraps than those for this claim close nothing.
  ExpectRefused(Do(chain.maker, OfClaim(TxId{{9}}), Wraps()), ErrorCode::kRef, 0, x::kFindingOf);
  Rec elsewhere = OfClaim(claim);
  ExpectRefused(Do(chain.maker,
                   elsewhere.Set(x::kTargetField, "product_certs").Set(x::kTargetItem, 1), Wraps()),
                ErrorCode::kRef, 0, x::kFindingOf);
  EXPECT_EQ(AlertOf(kKind)->stage, AlertStage::kRaised);
  ExpectApplied(Do(chain.maker, OfClaim(claim), Wraps()));
  EXPECT_EQ(AlertOf(kKind)->stage, AlertStage::kClosed);
  EXPECT_EQ(Found(kKind)->stage, FindingStage::kAnswered);
}

}  // namespace
}  // namespace suyuan::contracts::testing
