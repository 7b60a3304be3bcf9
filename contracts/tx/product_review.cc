// PRODUCT_REVIEW (6.2): PENDING → ACTIVE, RETURNED or REJECTED by a person.
#include "common/check.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/product.h"
#include "contracts/stated_field.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

// 6.6: what the producer cited. The entity does not repeat it: it stands in the version's record.
void AcceptManual(TxContext& ctx, uint32_t record, uint32_t version) {
  const auto bytes = ctx.state.Get(
      Namespace::kRecord, RecordKey(EntityKind::kProduct, ctx.record(record).subject, version));
  SUYUAN_CHECK(bytes.has_value(), "a version of a product has its record");
  const StoredRecord stored = DecodeStoredRecord(*bytes);
  const ledger::Record made = RecordOf(EntityKind::kProduct, stored);
  const auto named = ParseEntityId(RecordView(made).Text(product_field::kManualOrWarningDoc));
  if (named.ok()) AcceptDocument(ctx, record, ResolveReference(stored.tx, *named));
}

Status Review(TxContext& ctx, uint32_t record) {
  SUYUAN_RETURN_IF_ERROR(RequireEntityReview(ctx, record));
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kProduct));
  SUYUAN_RETURN_IF_ERROR(RequireState(record, entity.state, {EntityState::kPending}));
  SUYUAN_RETURN_IF_ERROR(RequireReviewer(ctx, record, DecodeProduct(entity.content).owner));
  SUYUAN_ASSIGN_OR_RETURN(const Decision decision, ReadDecision(ctx, record));
  switch (decision) {
    case Decision::kApprove:
      AcceptManual(ctx, record, entity.version);
      entity.state = EntityState::kActive;
      break;
    case Decision::kReturn:
      entity.state = EntityState::kReturned;
      break;
    case Decision::kReject:
      entity.state = EntityState::kRejected;
      break;
  }
  SaveEntity(ctx, {record, EntityKind::kProduct, ctx.record(record).subject}, std::move(entity));
  return {};
}

}  // namespace

Status ValidateProductReview(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  return CheckCommandRecords(ctx, EntityKind::kProduct);
}

Status ApplyProductReview(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) SUYUAN_RETURN_IF_ERROR(Review(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
