// BATCH_REVIEW (6.3) by a person: SUBMITTED → APPROVED, RETURNED or REJECTED, and the result of a
// sampling of an ACTIVATED or RELEASED batch.
#include "contracts/batch.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

Status Decide(TxContext& ctx, const Change& change, Entity entity, const Batch& batch) {
  const uint32_t record = change.record;
  SUYUAN_RETURN_IF_ERROR(RequireEntityReview(ctx, record));
  SUYUAN_RETURN_IF_ERROR(RequireState(record, entity.state, {EntityState::kSubmitted}));
  SUYUAN_RETURN_IF_ERROR(RequireReviewer(ctx, record, batch.owner));
  SUYUAN_ASSIGN_OR_RETURN(const Decision decision, ReadDecision(ctx, record));
  switch (decision) {
    case Decision::kApprove:
      for (const EntityId& doc : batch.inspection_docs) AcceptDocument(ctx, record, doc);
      entity.state = EntityState::kApproved;
      break;
    case Decision::kReturn:
      entity.state = EntityState::kReturned;
      break;
    case Decision::kReject:
      entity.state = EntityState::kRejected;
      break;
  }
  SaveEntity(ctx, change, std::move(entity));
  return {};
}

// PS 10.4: the state stays; a bad result raises an alert.
Status Sample(TxContext& ctx, const Change& change, Entity entity, const Batch& batch) {
  SUYUAN_RETURN_IF_ERROR(
      RequireState(change.record, entity.state, {EntityState::kActivated, EntityState::kReleased}));
  SUYUAN_RETURN_IF_ERROR(RequireReviewer(ctx, change.record, batch.owner));
  SaveEntity(ctx, change, std::move(entity));
  if (RecordView(ctx.record(change.record)).Text(command_field::kSamplingResult) == "fail") {
    ctx.effects.push_back(
        {EffectKind::kAlert, change.record, change.kind, Bytes(change.id), "SAMPLING"});
  }
  return {};
}

}  // namespace

Status ValidateBatchReview(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  return CheckCommandRecords(ctx, EntityKind::kBatch);
}

Status ApplyBatchReview(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, i, EntityKind::kBatch));
    const Batch batch = DecodeBatch(entity.content);
    const Change change{i, EntityKind::kBatch, ctx.record(i).subject};
    const bool sampling = RecordView(ctx.record(i)).Text(command_field::kReviewOf) == "sampling";
    SUYUAN_RETURN_IF_ERROR(sampling ? Sample(ctx, change, std::move(entity), batch)
                                    : Decide(ctx, change, std::move(entity), batch));
  }
  return {};
}

}  // namespace suyuan::contracts
