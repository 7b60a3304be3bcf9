// Requirements 6.1: rows of PARTY_REGISTER, PARTY_REVIEW and KEY_ROTATE, each with its guards taken
// away one by one.
#include "contracts/party.h"

#include "common/encoding.h"
#include "contracts/guards.h"
#include "tests/contracts/ledger_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = party_field;
namespace c = command_field;
using ledger::EntityKind;

class PartyTest : public ::testing::Test {
 protected:
  Rec Registered(const Actor& actor) {
    return Registration(ToString(actor.party), actor.region, ToHex(actor.key.public_key()),
                        json::Array{"manufacturer"});
  }
  Outcome Register(const Rec& party, const Rec& licence = Document("business_licence")) {
    return chain.Do(tx::kPartyRegister, chain.maker, {party, licence});
  }
  EntityState StateOf(const Actor& actor) {
    return chain.StateOf(EntityKind::kParty, actor.party.view());
  }
  Outcome ReviewMaker(const Actor& by, const char* decision) {
    return chain.Do(tx::kPartyReview, by,
                    {Review(EntityKind::kParty, chain.maker.party.view(), decision)});
  }
  Outcome Rotate(const Actor& by, const Actor& of, const Actor& to) {
    return chain.Do(tx::kKeyRotate, by,
                    {Command(EntityKind::kParty, of.party.view())
                         .Set(c::kNewSigningKey, ToHex(to.key.public_key()))});
  }

  Chain chain;
  Actor spare{50, "440100"};
};

TEST_F(PartyTest, RegistrationBecomesPendingWithItsLicence) {
  const SignedTx tx = chain.Make(tx::kPartyRegister, chain.maker,
                                 {Registered(chain.maker), Document("business_licence")});
  const Outcome outcome = chain.Run(tx);
  ExpectApplied(outcome);
  EXPECT_EQ(EffectTexts(outcome, EffectKind::kCreated),
            (std::vector<std::string>{"ANCHORED", "PENDING"}));
  EXPECT_EQ(StateOf(chain.maker), EntityState::kPending);
  const Party party =
      DecodeParty(chain.Find(EntityKind::kParty, chain.maker.party.view())->content);
  EXPECT_EQ(party.types, kManufacturer);
  EXPECT_EQ(party.region, "440100");
  EXPECT_EQ(party.licence, ledger::EntityIdOf(tx.id, 1));
  EXPECT_EQ(party.node_code, "440100-" + ToString(chain.maker.party));
  EXPECT_EQ(FindKey(chain.state, chain.maker.key.key_id())->party, chain.maker.party);
}

TEST_F(PartyTest, RegistrationNeedsEachMandatoryField) {
  for (const uint16_t field : {f::kPartyType, f::kEntityKind, f::kPartyName, f::kUscc,
                               f::kContactPublic, f::kBusinessLicenceDoc, f::kRegionCode,
                               f::kSigningKey, f::kSealingKey, f::kResponsiblePerson}) {
    ExpectRefused(Register(Registered(chain.maker).Drop(field)), ErrorCode::kMissing, 0, field);
  }
  EXPECT_FALSE(chain.Find(EntityKind::kParty, chain.maker.party.view()));
}

TEST_F(PartyTest, RegistrationNeedsAnAddressAndAStage) {
  ExpectRefused(Register(Registered(chain.maker).Drop(f::kRegisteredAddress)), ErrorCode::kMissing,
                0, f::kRegisteredAddress);
  ExpectRefused(Register(Registered(chain.maker).Drop(f::kChainStage)), ErrorCode::kMissing, 0,
                f::kChainStage);
}

TEST_F(PartyTest, C03TheCreditCodeIsWellFormedAndUnique) {
  Rec wrong = Registered(chain.maker);
  std::string code = ToString(chain.maker.party);
  code.back() = code.back() == '0' ? '1' : '0';
  ExpectRefused(Register(wrong.Set(f::kUscc, code)), ErrorCode::kUscc, 0, f::kUscc);
  ExpectApplied(Register(Registered(chain.maker)));
  ExpectRefused(Register(Registered(chain.maker)), ErrorCode::kDupParty, 0, f::kPartyCode);
}

TEST_F(PartyTest, C13TheLicenceFitsItsUse) {
  ExpectRefused(Register(Registered(chain.maker), Document("other")), ErrorCode::kDoc, 0,
                f::kBusinessLicenceDoc);
  ExpectRefused(Register(Registered(chain.maker),
                         Document("business_licence").Set(document_field::kValidTo, "2026-03-01")),
                ErrorCode::kDoc, 0, f::kBusinessLicenceDoc);
  ExpectRefused(
      Register(Registered(chain.maker).Set(f::kBusinessLicenceDoc, ToString(LocalReference(7)))),
      ErrorCode::kRef, 0, f::kBusinessLicenceDoc);
  // A public body shows its legal person certificate.
  Rec body = Registered(chain.maker).Set(f::kEntityKind, "public_body");
  ExpectRefused(Register(body), ErrorCode::kDoc, 0, f::kBusinessLicenceDoc);
  ExpectApplied(Register(body, Document("legal_person_cert")));
}

TEST_F(PartyTest, ALicenceOfAnotherPartyIsRefused) {
  chain.Join(chain.maker, kManufacturer);
  const Party maker =
      DecodeParty(chain.Find(EntityKind::kParty, chain.maker.party.view())->content);
  ExpectRefused(
      chain.Do(
          tx::kPartyRegister, chain.other_maker,
          {Registered(chain.other_maker).Set(f::kBusinessLicenceDoc, ToString(maker.licence))}),
      ErrorCode::kAuthz, 0, f::kBusinessLicenceDoc);
}

TEST_F(PartyTest, C18PublicFieldsCannotBeHiddenNorHiddenOnesShown) {
  ExpectRefused(Register(Registered(chain.maker).Hide(f::kPartyName)), ErrorCode::kDisclose, 0,
                f::kPartyName);
  ExpectRefused(Register(Registered(chain.maker)
                             .Clear(f::kResponsiblePerson,
                                    json::Object{{"name", "张三"}, {"phone", "13800000000"}})),
                ErrorCode::kDisclose, 0, f::kResponsiblePerson);
}

TEST_F(PartyTest, TheKeyThatSignsIsTheKeyThatRegisters) {
  ExpectRefused(
      Register(Registered(chain.maker).Set(f::kSigningKey, ToHex(spare.key.public_key()))),
      ErrorCode::kSig, 0, f::kSigningKey);
  ExpectRefused(Register(Registered(chain.maker).Set(f::kSealingKey, std::string(64, '0'))),
                ErrorCode::kFormat, 0, f::kSealingKey);
  // Somebody else's code, one's own key.
  ExpectRefused(
      Register(
          Registered(chain.other_maker).Set(f::kSigningKey, ToHex(chain.maker.key.public_key()))),
      ErrorCode::kAuthz, 0, f::kPartyCode);
  // A key that belongs to another party already.
  chain.Join(chain.maker, kManufacturer);
  TxOptions claim;
  claim.submitter = spare.party;
  ExpectRefused(
      chain.Do(tx::kPartyRegister, chain.maker,
               {Registered(spare).Set(f::kSigningKey, ToHex(chain.maker.key.public_key())),
                Document("business_licence")},
               claim),
      ErrorCode::kSig, 0, f::kSigningKey);
}

TEST_F(PartyTest, AHostIsNamedOnlyWithItsSignature) {
  chain.Join(chain.other_maker, kManufacturer);
  const Rec hosted = Registered(chain.maker).Set(f::kHostedBy, ToString(chain.other_maker.party));
  ExpectRefused(Register(hosted), ErrorCode::kAuthz, 0, f::kHostedBy);
  TxOptions options;
  options.further = &chain.other_maker;
  options.further_role = ledger::SignerRole::kHost;
  ExpectApplied(
      chain.Do(tx::kPartyRegister, chain.maker, {hosted, Document("business_licence")}, options));
}

TEST_F(PartyTest, ReviewDecides) {
  struct Row {
    const char* decision;
    EntityState state;
  };
  for (const Row& row :
       {Row{"approve", EntityState::kActive}, Row{"return", EntityState::kReturned},
        Row{"reject", EntityState::kRejected}}) {
    chain = Chain();
    ExpectApplied(Register(Registered(chain.maker)));
    ExpectApplied(ReviewMaker(chain.regulator, row.decision));
    EXPECT_EQ(StateOf(chain.maker), row.state);
  }
}

TEST_F(PartyTest, ApprovalAcceptsTheLicence) {
  ExpectApplied(Register(Registered(chain.maker)));
  const EntityId licence =
      DecodeParty(chain.Find(EntityKind::kParty, chain.maker.party.view())->content).licence;
  EXPECT_EQ(chain.StateOf(EntityKind::kDocument, licence.view()), EntityState::kAnchored);
  ExpectApplied(ReviewMaker(chain.regulator, "approve"));
  EXPECT_EQ(chain.StateOf(EntityKind::kDocument, licence.view()), EntityState::kAccepted);
}

TEST_F(PartyTest, ReviewGuards) {
  chain.Join(chain.other_maker, kManufacturer);
  ExpectApplied(Register(Registered(chain.maker)));
  ExpectRefused(ReviewMaker(chain.other_maker, "approve"), ErrorCode::kAuthz);        // C02
  ExpectRefused(ReviewMaker(chain.far_regulator, "approve"), ErrorCode::kRegion, 0);  // C28
  for (const char* decision : {"return", "reject"}) {
    ExpectRefused(
        chain.Do(
            tx::kPartyReview, chain.regulator,
            {Command(EntityKind::kParty, chain.maker.party.view()).Set(c::kDecision, decision)}),
        ErrorCode::kMissing, 0, c::kReason);
  }
  ExpectRefused(chain.Do(tx::kPartyReview, chain.regulator,
                         {Command(EntityKind::kParty, chain.maker.party.view())}),
                ErrorCode::kMissing, 0, c::kDecision);
  ExpectRefused(ReviewMaker(chain.regulator, "accept"), ErrorCode::kFormat, 0, c::kDecision);
  ExpectRefused(chain.Do(tx::kPartyReview, chain.regulator,
                         {Review(EntityKind::kParty, spare.party.view(), "approve")}),
                ErrorCode::kRef, 0);  // C31
  ExpectApplied(ReviewMaker(chain.national, "approve"));
  ExpectRefused(ReviewMaker(chain.regulator, "approve"), ErrorCode::kState, 0);  // C14
}

// Before C21 can be asked: whoever may review is ACTIVE, and only what is PENDING is reviewed.
TEST_F(PartyTest, AReviewOfOneselfFailsByOnesState) {
  const auto review_itself = [&] {
    return chain.Do(tx::kPartyReview, chain.far_regulator,
                    {Review(EntityKind::kParty, chain.far_regulator.party.view(), "approve")});
  };
  ExpectRefused(review_itself(), ErrorCode::kState, 0);
  chain.SetState(EntityKind::kParty, chain.far_regulator.party.view(), EntityState::kPending);
  ExpectRefused(review_itself(), ErrorCode::kState);  // a pending regulator sends nothing
}

TEST_F(PartyTest, C21NobodyReviewsItself) {
  chain.Join(chain.maker, kManufacturer);
  chain.Join(chain.seller, kDistributor);
  const auto check = [&](const Actor& by, const Actor& owner) {
    return CheckReviewer(chain.state,
                         DecodeParty(chain.Find(EntityKind::kParty, by.party.view())->content),
                         by.party, owner.party);
  };
  EXPECT_CODE(check(chain.regulator, chain.regulator), ErrorCode::kSelfReview);
  EXPECT_CODE(check(chain.national, chain.national), ErrorCode::kSelfReview);
  EXPECT_CODE(check(chain.maker, chain.maker), ErrorCode::kAuthz);  // C02 comes first
  EXPECT_CODE(check(chain.maker, chain.seller), ErrorCode::kAuthz);
  EXPECT_CODE(check(chain.regulator, chain.seller), ErrorCode::kRegion);  // C28
  ASSERT_OK(check(chain.regulator, chain.maker));
  ASSERT_OK(check(chain.national, chain.regulator));
}

TEST_F(PartyTest, ARejectedCodeIsFreeAgain) {
  ExpectApplied(Register(Registered(chain.maker)));
  ExpectApplied(ReviewMaker(chain.regulator, "reject"));
  EXPECT_FALSE(FindKey(chain.state, chain.maker.key.key_id())->in_force());
  ExpectApplied(Register(Registered(chain.maker)));
  EXPECT_EQ(StateOf(chain.maker), EntityState::kPending);
  EXPECT_EQ(chain.Find(EntityKind::kParty, chain.maker.party.view())->version, 2u);
  EXPECT_TRUE(FindKey(chain.state, chain.maker.key.key_id())->in_force());
  EXPECT_EQ(ReadEvents(chain.state, EntityKind::kParty, chain.maker.party.view()).size(), 3u);
}

TEST_F(PartyTest, UnlistedStatesOfReview) {
  ExpectApplied(Register(Registered(chain.maker)));
  for (const EntityState state :
       {EntityState::kActive, EntityState::kReturned, EntityState::kRejected,
        EntityState::kSuspended, EntityState::kRevoked, EntityState::kClosed}) {
    chain.SetState(EntityKind::kParty, chain.maker.party.view(), state);
    for (const char* decision : {"approve", "return", "reject"})
      ExpectRefused(ReviewMaker(chain.regulator, decision), ErrorCode::kState, 0);
  }
}

TEST_F(PartyTest, RotationEndsTheOldKey) {
  chain.Join(chain.maker, kManufacturer);
  ExpectApplied(Rotate(chain.maker, chain.maker, spare));
  EXPECT_FALSE(FindKey(chain.state, chain.maker.key.key_id())->in_force());
  // DC-3-a: after rotation the old key is rejected with E_SIG.
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.maker, {Document("other")}), ErrorCode::kSig);
  Actor renewed{50, "440100"};
  renewed.party = chain.maker.party;
  ExpectApplied(chain.Do(tx::kDocAnchor, renewed, {Document("other")}));
  EXPECT_EQ(chain.Find(EntityKind::kParty, chain.maker.party.view())->version, 2u);
}

TEST_F(PartyTest, RotationHoldsFromTheNextTransactionOfTheSameBlock) {
  chain.Join(chain.maker, kManufacturer);
  const SignedTx rotate = chain.Make(tx::kKeyRotate, chain.maker,
                                     {Command(EntityKind::kParty, chain.maker.party.view())
                                          .Set(c::kNewSigningKey, ToHex(spare.key.public_key()))});
  const SignedTx late = chain.Make(tx::kDocAnchor, chain.maker, {Document("other")});
  const BlockExecution result = chain.Block({rotate, late});
  ExpectApplied(DecodeOutcome(result.transactions[0].outcome).value());
  ExpectRefused(DecodeOutcome(result.transactions[1].outcome).value(), ErrorCode::kSig);
}

TEST_F(PartyTest, RotationGuards) {
  chain.Join(chain.maker, kManufacturer);
  chain.Join(chain.other_maker, kManufacturer);
  ExpectRefused(Rotate(chain.maker, chain.maker, chain.other_maker), ErrorCode::kSig, 0,
                c::kNewSigningKey);
  ExpectRefused(Rotate(chain.maker, chain.maker, chain.maker), ErrorCode::kSig, 0,
                c::kNewSigningKey);
  ExpectRefused(Rotate(chain.other_maker, chain.maker, spare), ErrorCode::kAuthz);
  ExpectRefused(Rotate(chain.far_regulator, chain.maker, spare), ErrorCode::kRegion, 0);
  ExpectRefused(Rotate(chain.regulator, chain.maker, spare), ErrorCode::kMissing, 0,
                c::kLossProofDoc);
  ExpectRefused(chain.Do(tx::kKeyRotate, chain.maker,
                         {Command(EntityKind::kParty, chain.maker.party.view())}),
                ErrorCode::kMissing, 0, c::kNewSigningKey);
  const EntityId proof = chain.Ok(tx::kDocAnchor, chain.regulator, {Document("other")});
  ExpectApplied(chain.Do(tx::kKeyRotate, chain.regulator,
                         {Command(EntityKind::kParty, chain.maker.party.view())
                              .Set(c::kNewSigningKey, ToHex(spare.key.public_key()))
                              .Set(c::kLossProofDoc, ToString(proof))}));
}

TEST_F(PartyTest, RotationInUnlistedStates) {
  chain.Join(chain.maker, kManufacturer);
  const EntityId proof = chain.Ok(tx::kDocAnchor, chain.regulator, {Document("other")});
  const Rec by_regulator = Command(EntityKind::kParty, chain.maker.party.view())
                               .Set(c::kNewSigningKey, ToHex(spare.key.public_key()))
                               .Set(c::kLossProofDoc, ToString(proof));
  for (const EntityState state :
       {EntityState::kPending, EntityState::kReturned, EntityState::kRejected,
        EntityState::kRevoked, EntityState::kClosed}) {
    chain.SetState(EntityKind::kParty, chain.maker.party.view(), state);
    ExpectRefused(Rotate(chain.maker, chain.maker, spare), ErrorCode::kState);
    ExpectRefused(chain.Do(tx::kKeyRotate, chain.regulator, {by_regulator}), ErrorCode::kState, 0);
  }
  chain.SetState(EntityKind::kParty, chain.maker.party.view(), EntityState::kSuspended);
  ExpectApplied(Rotate(chain.maker, chain.maker, spare));
}

TEST(Region, CoversByPrefixWithoutTrailingZeroPairs) {
  EXPECT_TRUE(RegionCovers("000000", "440100"));
  EXPECT_TRUE(RegionCovers("440000", "440100"));
  EXPECT_TRUE(RegionCovers("440100", "440100"));
  EXPECT_TRUE(RegionCovers("440100", "440106"));
  EXPECT_FALSE(RegionCovers("440106", "440100"));
  EXPECT_FALSE(RegionCovers("330000", "440100"));
  EXPECT_FALSE(RegionCovers("440100", "440000"));
}

}  // namespace
}  // namespace suyuan::contracts::testing
