// Requirements 6.3: rows of BATCH_SUBMIT and BATCH_REVIEW, and the whole way of a batch.
#include "contracts/batch.h"

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/code.h"
#include "contracts/party.h"
#include "tests/contracts/batch_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace b = batch_field;
namespace c = command_field;
using ledger::EntityKind;

TEST_F(BatchTest, TheWholeWayOfABatch) {
  const Outcome submitted = Submit(BatchOf(product, report, "3"));
  ExpectApplied(submitted);
  EXPECT_EQ(EffectTexts(submitted, EffectKind::kCreated), std::vector<std::string>{"SUBMITTED"});
  EXPECT_EQ(EffectTexts(submitted, EffectKind::kReviewedAutomatically),
            std::vector<std::string>{"APPROVED"});
  const EntityId id = last;
  ExpectApplied(Activate({Codes(id, 1, 3)}));
  EXPECT_EQ(StateOf(id), EntityState::kActivated);
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kIssued);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kPrinted);
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(id)}));
  EXPECT_EQ(StateOf(id), EntityState::kReleased);
  const auto found = ResolveCode(chain.state, ItemCode(3));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->own, EntityState::kInCirculation);
  EXPECT_EQ(found->batch, id);
  EXPECT_EQ(found->product, product);
  EXPECT_EQ(found->holder, chain.maker.party);
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(4)));
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(1, "L2")));
  EXPECT_TRUE(chain.state.values.lower_bound({Namespace::kCode, ""})->first.first !=
              Namespace::kCode)
      << "no unit departed from its batch";
}

TEST_F(BatchTest, SubmissionNeedsEachMandatoryField) {
  for (const uint16_t field :
       {b::kTraceLevel, b::kBatchStage, b::kProductionDate, b::kProductionDateKind, b::kUnitNoKind,
        b::kUnitNo, b::kInspectionKind, b::kInspectionDoc, b::kReportPeriod, b::kFilledBy,
        b::kCheckedBy, b::kCheckedAt, b::kSupplementPending, b::kProductId, b::kCodeScheme,
        b::kCollectionMode, b::kProductQuantity}) {
    ExpectRefused(Submit(BatchOf(product, report, "3").Drop(field)), ErrorCode::kMissing, 0, field);
  }
}

TEST_F(BatchTest, SubmissionGuards) {
  const auto rec = [&] { return BatchOf(product, report, "3"); };
  ExpectRefused(Submit(rec().Set(b::kProductId, ToString(report))), ErrorCode::kRef, 0,
                b::kProductId);
  ExpectRefused(chain.Do(tx::kBatchSubmit, chain.other_maker, {rec()}), ErrorCode::kAuthz, 0,
                b::kProductId);
  ExpectRefused(chain.Do(tx::kBatchSubmit, chain.seller, {rec()}), ErrorCode::kAuthz);
  ExpectRefused(Submit(rec().Set(b::kProductionDate, "2026-03-04")), ErrorCode::kTime, 0,
                b::kProductionDate);  // C27
  ExpectRefused(Submit(rec().Set(b::kCheckedAt, "2026-03-04T00:00:00Z")), ErrorCode::kTime, 0,
                b::kCheckedAt);
  ExpectRefused(Submit(rec().Set(b::kCheckedBy, std::string(32, '1'))), ErrorCode::kSelfReview, 0,
                b::kCheckedBy);  // C21
  ExpectRefused(Submit(rec().Set(b::kReportPeriod, "2026-03")), ErrorCode::kLevel, 0,
                b::kReportPeriod);  // C08
  ExpectRefused(Submit(rec().Set(b::kProductQuantity, QuantityJson("2.5"))), ErrorCode::kLevel, 0,
                b::kProductQuantity);
  ExpectRefused(Submit(rec().Set(b::kInspectionDoc, ToString(product))), ErrorCode::kRef, 0,
                b::kInspectionDoc);  // C31
  ExpectRefused(Submit(rec().Set(b::kInspectionKind, json::Array{"type_test"})), ErrorCode::kDoc, 0,
                b::kInspectionDoc);  // C13
  ExpectRefused(Submit(rec().Set(b::kReleaseTime, "2026-03-01T00:00:00Z")), ErrorCode::kLate, 0,
                b::kReleaseTime);  // C10
  ExpectRefused(Submit(rec().Set(b::kTransportPacking, "none")), ErrorCode::kFormat, 0,
                b::kTransportPacking);
  for (const EntityState state :
       {EntityState::kPending, EntityState::kReturned, EntityState::kRejected,
        EntityState::kSuspended, EntityState::kDiscontinued}) {
    chain.SetState(EntityKind::kProduct, product.view(), state);
    ExpectRefused(Submit(rec()), ErrorCode::kState, 0, b::kProductId);
  }
}

TEST_F(BatchTest, AProductSuspendedByItsProducerTakesEarlierGoods) {
  Entity entity = chain.Find(EntityKind::kProduct, product.view()).value();
  contracts::Product stopped = DecodeProduct(entity.content);
  stopped.suspended_by = SuspendedBy::kProducer;
  stopped.stop_day = *ParseDay("2026-03-01");
  entity.state = EntityState::kSuspended;
  entity.content = EncodeProduct(stopped);
  chain.state.values[{Namespace::kProduct, product.str()}] = EncodeEntity(entity);
  ExpectApplied(Submit(BatchOf(product, report, "3")));
  ExpectRefused(Submit(BatchOf(product, report, "3").Set(b::kProductionDate, "2026-03-02")),
                ErrorCode::kState, 0, b::kProductId);
}

TEST_F(BatchTest, AnExpiredCertificateRefusesNewBatches) {
  chain.now_ms = kStartMs + 730 * kDayMs;  // ccc_valid_to 2027-12-31
  const EntityId fresh = chain.Ok(tx::kDocAnchor, chain.maker, {Document("factory_inspection")});
  ExpectRefused(Submit(BatchOf(product, fresh, "3")), ErrorCode::kDoc, 0, b::kProductId);
}

TEST_F(BatchTest, LateFilingWaitsForAPerson) {
  const Rec late = BatchOf(product, report, "3")
                       .Set(b::kLateFiling, json::Object{{"cause", "missed"},
                                                         {"reason", "示例"},
                                                         {"release_time", "2026-03-01T10:00:00Z"}});
  const Outcome outcome = Submit(late);
  ExpectApplied(outcome);
  EXPECT_EQ(EffectTexts(outcome, EffectKind::kAlert), std::vector<std::string>{"LATE_FILING"});
  EXPECT_EQ(StateOf(last), EntityState::kSubmitted);
  const EntityId id = last;
  ExpectApplied(ReviewBatch(id, chain.regulator, "approve"));
  ExpectApplied(Activate({Codes(id, 1, 3)}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(id, "2026-03-01T10:00:00Z")}));
}

TEST_F(BatchTest, ReviewRowsAndGuards) {
  const EntityId id = SubmittedBatch();
  ExpectRefused(ReviewBatch(id, chain.maker, "approve"), ErrorCode::kAuthz);
  ExpectRefused(ReviewBatch(id, chain.far_regulator, "approve"), ErrorCode::kRegion, 0);
  ExpectRefused(chain.Do(tx::kBatchReview, chain.regulator,
                         {Command(EntityKind::kBatch, id.view()).Set(c::kDecision, "return")}),
                ErrorCode::kMissing, 0, c::kReason);
  ExpectRefused(
      chain.Do(tx::kBatchReview, chain.regulator,
               {Review(EntityKind::kBatch, id.view(), "approve").Set(c::kReviewOf, "correction")}),
      ErrorCode::kState, 0, c::kReviewOf);
  for (const char* decision : {"approve", "return", "reject"}) {
    for (const EntityState state : kBatchStates) {
      chain.SetState(EntityKind::kBatch, id.view(), state);
      if (state == EntityState::kSubmitted) {
        ExpectApplied(ReviewBatch(id, chain.regulator, decision));
      } else {
        ExpectRefused(ReviewBatch(id, chain.regulator, decision), ErrorCode::kState, 0);
      }
    }
  }
}

TEST_F(BatchTest, AReturnedBatchIsSubmittedAgain) {
  const EntityId id = SubmittedBatch();
  ExpectApplied(ReviewBatch(id, chain.regulator, "return"));
  const Rec again = BatchOf(product, report, "4").About(EntityKind::kBatch, id.view());
  ExpectRefused(chain.Do(tx::kBatchSubmit, chain.other_maker, {again}), ErrorCode::kAuthz, 0,
                b::kProductId);
  ExpectApplied(Submit(again));
  EXPECT_EQ(StateOf(id), EntityState::kApproved);
  EXPECT_EQ(chain.Find(EntityKind::kBatch, id.view())->version, 2u);
  for (const EntityState state : kBatchStates) {
    if (state == EntityState::kReturned) continue;
    chain.SetState(EntityKind::kBatch, id.view(), state);
    ExpectRefused(Submit(again), ErrorCode::kState, 0);
  }
}

TEST_F(BatchTest, SamplingKeepsTheStateAndAlerts) {
  const EntityId id = ActivatedBatch(3);
  const auto sample = [&](const char* result) {
    return chain.Do(tx::kBatchReview, chain.regulator,
                    {Command(EntityKind::kBatch, id.view())
                         .Set(c::kReviewOf, "sampling")
                         .Set(c::kSamplingResult, result)});
  };
  const Outcome bad = sample("fail");
  ExpectApplied(bad);
  EXPECT_EQ(EffectTexts(bad, EffectKind::kAlert), std::vector<std::string>{"SAMPLING"});
  EXPECT_TRUE(EffectTexts(sample("pass"), EffectKind::kAlert).empty());
  for (const EntityState state : kBatchStates) {
    chain.SetState(EntityKind::kBatch, id.view(), state);
    if (state == EntityState::kActivated || state == EntityState::kReleased) {
      ExpectApplied(sample("pass"));
    } else {
      ExpectRefused(sample("pass"), ErrorCode::kState, 0);
    }
  }
}

}  // namespace
}  // namespace suyuan::contracts::testing
