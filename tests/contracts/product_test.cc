// Requirements 6.2, 6.6, 6.14: rows of PRODUCT_REGISTER, PRODUCT_REVIEW, DOC_ANCHOR, CATALOG_PUT
// with their guards.
#include "contracts/product.h"

#include "contracts/catalog.h"
#include "contracts/document.h"
#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {
namespace {

using ledger::EntityKind;

class ProductTest : public ::testing::Test {
 protected:
  ProductTest() {
    chain.Join(chain.maker, kManufacturer);
    chain.Join(chain.seller, kDistributor);
  }
  Outcome Register(const Rec& rec) { return chain.Do(tx::kProductRegister, chain.maker, {rec}); }
  Outcome Put(const Actor& by, const Rec& rec) { return chain.Do(tx::kCatalogPut, by, {rec}); }
  Outcome Anchor(const Rec& rec) { return chain.Do(tx::kDocAnchor, chain.maker, {rec}); }
  Chain chain;
};

namespace p = product_field;
namespace k = catalog_field;
namespace d = document_field;

TEST_F(ProductTest, RegistersAndIsReviewed) {
  const EntityId id = chain.Ok(tx::kProductRegister, chain.maker, {Product()});
  EXPECT_EQ(chain.StateOf(EntityKind::kProduct, id.view()), EntityState::kPending);
  const contracts::Product product =
      DecodeProduct(chain.Find(EntityKind::kProduct, id.view())->content);
  EXPECT_EQ(product.gtin14, "06901234567892");
  EXPECT_EQ(product.owner, chain.maker.party);
  ExpectApplied(chain.Do(tx::kProductReview, chain.regulator,
                         {Review(EntityKind::kProduct, id.view(), "approve")}));
  EXPECT_EQ(chain.StateOf(EntityKind::kProduct, id.view()), EntityState::kActive);
}

TEST_F(ProductTest, RegistrationGuards) {
  for (const uint16_t field : {p::kProductName, p::kProductType, p::kSpecModel, p::kKeyProductBasis,
                               p::kMandatoryStandards, p::kSalesUnit, p::kDefaultScheme,
                               p::kDefaultLevel, p::kReportFrequency, p::kCccCertNo, p::kGtin}) {
    ExpectRefused(Register(Product().Drop(field)), ErrorCode::kMissing, 0, field);
  }
  ExpectRefused(chain.Do(tx::kProductRegister, chain.seller, {Product()}), ErrorCode::kAuthz);
  ExpectRefused(Register(Product().Set(p::kProductType, "0399")), ErrorCode::kFormat, 0,
                p::kProductType);  // GR-5.1-j
  ExpectRefused(Register(Product().Set(p::kCccValidTo, "2026-03-01")), ErrorCode::kDoc, 0,
                p::kCccValidTo);  // C13
  ExpectRefused(Register(Product().Set(p::kReportFrequency, "monthly")), ErrorCode::kLevel, 0,
                p::kReportFrequency);  // C08
  ExpectRefused(Register(Product().Hide(p::kProductName)), ErrorCode::kDisclose, 0,
                p::kProductName);  // C18
  ExpectRefused(Register(Product().Set(p::kManualOrWarningDoc, ToString(EntityId{{1}}))),
                ErrorCode::kRef, 0, p::kManualOrWarningDoc);  // C31
  const EntityId other = chain.Ok(tx::kDocAnchor, chain.maker, {Document("other")});
  ExpectRefused(Register(Product().Set(p::kManualOrWarningDoc, ToString(other))), ErrorCode::kDoc,
                0, p::kManualOrWarningDoc);
  const EntityId manual = chain.Ok(tx::kDocAnchor, chain.maker, {Document("manual")});
  ExpectApplied(Register(Product().Set(p::kManualOrWarningDoc, ToString(manual))));
}

TEST_F(ProductTest, ASuspendedPartyRegistersNothing) {
  chain.SetState(EntityKind::kParty, chain.maker.party.view(), EntityState::kSuspended);
  ExpectRefused(Register(Product()), ErrorCode::kState);
}

TEST_F(ProductTest, TheCategoryDecides) {
  ExpectApplied(Put(chain.national, Category("0301", "03")
                                        .Set(k::kMinLevel, "per_item")
                                        .Set(k::kRequiredFields, "product.warranty_period")
                                        .Set(k::kProductReviewPolicy, "auto")));
  Rec rec = Product().Set(p::kProductType, "0301");
  ExpectRefused(Register(rec), ErrorCode::kMissing, 0, p::kWarrantyPeriod);
  rec.Set(p::kWarrantyPeriod, PeriodJson("year", 2));
  Rec coarse = rec;
  ExpectRefused(Register(coarse.Set(p::kDefaultLevel, "per_batch")), ErrorCode::kLevel, 0,
                p::kDefaultLevel);
  const Outcome outcome = Register(rec);
  ExpectApplied(outcome);
  EXPECT_EQ(EffectTexts(outcome, EffectKind::kReviewedAutomatically),
            std::vector<std::string>{"ACTIVE"});
  // RC-06: without a mandatory standard a person decides.
  const Outcome manual = Register(rec.Set(p::kMandatoryStandards, "none_applicable"));
  ExpectApplied(manual);
  EXPECT_TRUE(EffectTexts(manual, EffectKind::kReviewedAutomatically).empty());
}

TEST_F(ProductTest, ReviewGuardsAndStates) {
  const EntityId id = chain.Ok(tx::kProductRegister, chain.maker, {Product()});
  const auto review = [&](const Actor& by, const char* decision) {
    return chain.Do(tx::kProductReview, by, {Review(EntityKind::kProduct, id.view(), decision)});
  };
  ExpectRefused(review(chain.maker, "approve"), ErrorCode::kAuthz);
  ExpectRefused(review(chain.far_regulator, "approve"), ErrorCode::kRegion, 0);
  ExpectRefused(
      chain.Do(tx::kProductReview, chain.regulator,
               {Command(EntityKind::kProduct, id.view()).Set(command_field::kDecision, "reject")}),
      ErrorCode::kMissing, 0, command_field::kReason);
  for (const EntityState state :
       {EntityState::kActive, EntityState::kReturned, EntityState::kRejected,
        EntityState::kSuspended, EntityState::kDiscontinued}) {
    chain.SetState(EntityKind::kProduct, id.view(), state);
    for (const char* decision : {"approve", "return", "reject"})
      ExpectRefused(review(chain.regulator, decision), ErrorCode::kState, 0);
  }
  chain.SetState(EntityKind::kProduct, id.view(), EntityState::kPending);
  ExpectApplied(review(chain.regulator, "return"));
  EXPECT_EQ(chain.StateOf(EntityKind::kProduct, id.view()), EntityState::kReturned);
  chain.SetState(EntityKind::kProduct, id.view(), EntityState::kPending);
  ExpectApplied(review(chain.national, "reject"));
  EXPECT_EQ(chain.StateOf(EntityKind::kProduct, id.view()), EntityState::kRejected);
}

TEST_F(ProductTest, DocumentsAreAnchoredAndAcceptedBySystemOrPerson) {
  const EntityId report = chain.Ok(tx::kDocAnchor, chain.maker, {Document("test_report")});
  EXPECT_EQ(chain.StateOf(EntityKind::kDocument, report.view()), EntityState::kAccepted);
  for (const char* type :
       {"business_licence", "legal_person_cert", "production_licence", "ccc_cert"}) {
    const EntityId id = chain.Ok(tx::kDocAnchor, chain.maker, {Document(type)});
    EXPECT_EQ(chain.StateOf(EntityKind::kDocument, id.view()), EntityState::kAnchored) << type;
  }
}

// 6.6, where the rules leave manuals to a person.
TEST_F(ProductTest, ApprovalAcceptsTheManualThatIsCited) {
  chain = Chain(json::Object{{"reviewed_doc_types", json::Array{"manual", "warning"}}});
  chain.Join(chain.maker, kManufacturer);
  const auto state_of = [&](const EntityId& doc) {
    return chain.StateOf(EntityKind::kDocument, doc.view());
  };
  for (const char* decision : {"approve", "return", "reject"}) {
    const EntityId manual = chain.Ok(tx::kDocAnchor, chain.maker, {Document("manual")});
    const EntityId uncited = chain.Ok(tx::kDocAnchor, chain.maker, {Document("warning")});
    const EntityId id = chain.Ok(tx::kProductRegister, chain.maker,
                                 {Product().Set(p::kManualOrWarningDoc, ToString(manual))});
    EXPECT_EQ(state_of(manual), EntityState::kAnchored);
    ExpectApplied(chain.Do(tx::kProductReview, chain.regulator,
                           {Review(EntityKind::kProduct, id.view(), decision)}));
    const bool approved = std::string_view(decision) == "approve";
    EXPECT_EQ(state_of(manual), approved ? EntityState::kAccepted : EntityState::kAnchored)
        << decision;
    EXPECT_EQ(state_of(uncited), EntityState::kAnchored);
  }
}

TEST_F(ProductTest, AutomaticApprovalAcceptsTheManualToo) {
  chain = Chain(json::Object{{"reviewed_doc_types", json::Array{"manual"}}});
  chain.Join(chain.maker, kManufacturer);
  ExpectApplied(Put(chain.national, Category("0301", "03").Set(k::kProductReviewPolicy, "auto")));
  const EntityId manual = chain.Ok(tx::kDocAnchor, chain.maker, {Document("manual")});
  const Rec rec = Product().Set(p::kManualOrWarningDoc, ToString(manual));
  ExpectApplied(Register(rec));  // to be reviewed by a person
  EXPECT_EQ(chain.StateOf(EntityKind::kDocument, manual.view()), EntityState::kAnchored);
  Rec automatic = rec;
  ExpectApplied(Register(automatic.Set(p::kProductType, "0301")));
  EXPECT_EQ(chain.StateOf(EntityKind::kDocument, manual.view()), EntityState::kAccepted);
}

TEST_F(ProductTest, DocumentGuards) {
  for (const uint16_t field : {d::kDocType, d::kDocTitle, d::kFileHash, d::kFileSize, d::kMediaType,
                               d::kIssueDate, d::kValidTo, d::kIssuerName, d::kDocNo}) {
    ExpectRefused(Anchor(Document("type_test").Drop(field)), ErrorCode::kMissing, 0, field);
  }
  ExpectRefused(Anchor(Document("commitment").Drop(d::kStamped)), ErrorCode::kMissing, 0,
                d::kStamped);
  ExpectRefused(Anchor(Document("other").Set(d::kIssueDate, "2026-03-04")), ErrorCode::kTime, 0,
                d::kIssueDate);
  ExpectRefused(Anchor(Document("type_test").Set(d::kValidTo, "2026-01-14")), ErrorCode::kDoc, 0,
                d::kValidTo);
  ExpectRefused(Anchor(Document("type_test").Set(d::kIssuerCode, ToString(chain.maker.party))),
                ErrorCode::kDoc, 0, d::kIssuerCode);  // D-30
  ExpectRefused(Anchor(Document("type_test").Set(d::kIssuerCode, ToString(chain.lab.party))),
                ErrorCode::kRef, 0, d::kIssuerCode);
}

TEST_F(ProductTest, ATestingBodySignsAlong) {
  chain.Join(chain.lab, kTestingBody);
  TxOptions options;
  options.further = &chain.lab;
  const Rec report = Document("type_test").Set(d::kIssuerCode, ToString(chain.lab.party));
  const EntityId id = chain.Ok(tx::kDocAnchor, chain.maker, {report}, options);
  EXPECT_TRUE(DecodeDocument(chain.Find(EntityKind::kDocument, id.view())->content).cosigned);
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.maker, {Document("type_test")}, options),
                ErrorCode::kDoc, 0, d::kIssuerCode);
  options.further = &chain.seller;
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.maker, {report}, options), ErrorCode::kAuthz, 0);
}

TEST_F(ProductTest, CatalogGuards) {
  ExpectRefused(Put(chain.maker, Category("0301", "03")), ErrorCode::kAuthz);
  ExpectRefused(Put(chain.regulator, Category("0301", "03")), ErrorCode::kRegion, 0,
                k::kCatalogLevel);
  ExpectRefused(Put(chain.national, Category("0301", "09")), ErrorCode::kFormat, 0,
                k::kParentCategory);
  ExpectRefused(Put(chain.national, Category("0301", "03").Drop(k::kCategoryName)),
                ErrorCode::kMissing, 0, k::kCategoryName);
  ExpectRefused(Put(chain.national, Category("0301", "03").Set(k::kEffectiveTo, "2025-12-31")),
                ErrorCode::kTime, 0, k::kEffectiveTo);
  ExpectRefused(
      Put(chain.national, Category("0301", "03").Set(k::kRequiredFields, "product.product_id")),
      ErrorCode::kFormat, 0, k::kRequiredFields);
  ExpectRefused(Put(chain.national,
                    Category("0301", "03")
                        .Set(k::kDisclosureDefaults,
                             json::Object{{"class", "REG"}, {"field", "product.product_name"}})),
                ErrorCode::kDisclose, 0, k::kDisclosureDefaults);
  ExpectApplied(Put(chain.national, Category("0301", "03")));
  ExpectRefused(Put(chain.national, Category("03", "0301")), ErrorCode::kFormat, 0,
                k::kParentCategory);  // no ring
}

TEST_F(ProductTest, LocalNodesHangUnderNationalOnes) {
  const auto local = [](const char* code, const char* parent) {
    return Category(code, parent).Set(k::kCatalogLevel, "region").Set(k::kCatalogRegion, "440100");
  };
  ExpectRefused(Put(chain.regulator, local("44A1", "44")), ErrorCode::kFormat, 0,
                k::kParentCategory);
  ExpectRefused(Put(chain.far_regulator, local("44A1", "03")), ErrorCode::kRegion, 0,
                k::kCatalogRegion);
  ExpectApplied(Put(chain.regulator, local("44A1", "03")));
  ExpectRefused(Put(chain.national, Category("44A1", "03")), ErrorCode::kImmutable, 0,
                k::kCatalogLevel);
  ExpectRefused(Put(chain.national, Category("0302", "44A1")), ErrorCode::kFormat, 0,
                k::kParentCategory);
  ExpectApplied(Register(Product().Set(p::kProductType, "44A1")));
}

TEST_F(ProductTest, VersionsOfACategoryTakeEffectOnTheirDay) {
  ExpectApplied(
      Put(chain.national,
          Category("03").Set(k::kMinLevel, "composite").Set(k::kEffectiveFrom, "2026-03-05")));
  Rec shared = Product().Set(p::kDefaultLevel, "per_batch").Set(p::kReportFrequency, "monthly");
  ExpectApplied(Register(shared));
  chain.Advance(3 * kDayMs);
  ExpectRefused(Register(shared), ErrorCode::kLevel, 0, p::kDefaultLevel);
  ExpectApplied(
      Put(chain.national,
          Category("03").Set(k::kEffectiveFrom, "2026-03-05").Set(k::kEffectiveTo, "2026-03-05")));
  ExpectApplied(Register(shared));
  chain.Advance(kDayMs);
  ExpectRefused(Register(shared), ErrorCode::kRef, 0, p::kProductType);
}

}  // namespace
}  // namespace suyuan::contracts::testing
