// FLOW_DISPUTE (6.5): PENDING → DISPUTED by the other side, which opens its party code; ONE_SIDED
// with an open gap → DISPUTED by a holder of such goods. Both state a reason and may ask for a
// ruling.
#include "common/codec.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_record.h"
#include "contracts/guards.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;

// D-36: whom the ledger shows as holder of goods that somebody received from outside.
Status RequireHolder(const TxContext& ctx, UnitBook& book, uint32_t record, const Flow& flow) {
  for (const FlowGoods& goods : flow.goods) {
    if (!goods.in_gap) continue;
    if (book.Real(book.Find(goods.code).value()).holder == ctx.tx.core.submitter) return {};
  }
  return RefuseAt({record}, ErrorCode::kAuthz, "only a holder of the goods disputes the record");
}

Status Dispute(TxContext& ctx, UnitBook& book, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(LoadedFlow loaded, LoadFlow(ctx, record));
  Flow& flow = loaded.flow;
  const bool gap = loaded.entity.state == EntityState::kOneSided && flow.gaps != 0;
  if (!gap)
    SUYUAN_RETURN_IF_ERROR(RequireState(record, loaded.entity.state, {EntityState::kPending}));
  const PartyId& submitter = ctx.tx.core.submitter;
  if (gap) {
    SUYUAN_RETURN_IF_ERROR(RequireHolder(ctx, book, record, flow));
  } else {
    SUYUAN_RETURN_IF_ERROR(ProveOtherSide(ctx, record, flow, submitter));
    flow.other = submitter;
  }
  SUYUAN_RETURN_IF_ERROR(CheckSuspended(ctx, record, flow));
  flow.disputed_ms = ctx.block_time_ms;
  flow.ruling_asked = RecordView(ctx.record(record)).Flag(x::kRulingRequested);
  Writer key;
  key.Raw(submitter).U8(static_cast<uint8_t>(EntityKind::kFlow)).Raw(loaded.id);
  ctx.state.Put(Namespace::kOwnerIndex, key.bytes(), {});
  SaveFlow(ctx, record, loaded.id, std::move(loaded.entity), flow, EntityState::kDisputed);
  return {};
}

}  // namespace

Status ValidateFlowDispute(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(CheckCommandRecords(ctx, EntityKind::kFlow));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (!RecordView(ctx.record(i)).Has(x::kReason))
      return RefuseAt({i, x::kReason}, ErrorCode::kMissing, "a dispute states its reason");
  }
  return {};
}

Status ApplyFlowDispute(TxContext& ctx) {
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(Dispute(ctx, book, i));
  return {};
}

}  // namespace suyuan::contracts
