// FLOW_VOID (6.5): by the sender while nobody confirmed, by both sides afterwards, or by a
// regulator's ruling. Record 0 is the command; a flow record behind it replaces a disputed or
// confirmed flow and names it by flow_ref. Goods that had moved go back, unless a later flow moved
// them on.
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_record.h"
#include "contracts/flow_work.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;

Status RequireSender(const TxContext& ctx, const Flow& flow) {
  if (ctx.tx.core.submitter == flow.recorder && !Cosigner(ctx)) return {};
  return RefuseAt({0}, ErrorCode::kAuthz, "only the sender voids this flow");
}

Status RequireReason(const TxContext& ctx) {
  if (RecordView(ctx.record(0)).Has(x::kReason)) return {};
  return RefuseAt({0, x::kReason}, ErrorCode::kMissing, "voiding this flow needs a reason");
}

bool IsGone(const TxContext& ctx, const PartyId& party) {
  return !party.is_zero() && UnitBook(ctx.state).IsOutside(party);
}

// CONFIRMED: both sides, the one side of what has no other, or a regulator where one is gone.
Status RequireUndoers(const TxContext& ctx, UnitBook& book, const Flow& flow) {
  SUYUAN_RETURN_IF_ERROR(RequireReason(ctx));
  if (!MovesHolder(flow.type)) return RequireSender(ctx, flow);
  if (ctx.submitter->Is(kRegulator)) {
    SUYUAN_RETURN_IF_ERROR(RequireRuling(ctx, book, 0, flow));
    if (IsGone(ctx, flow.recorder) || IsGone(ctx, flow.other)) return {};
    return RefuseAt({0}, ErrorCode::kAuthz, "both sides are there to void their flow");
  }
  PartyId other;
  return RequireBothSides(ctx, 0, flow, other);
}

// Who may void in which state (6.5); the rest of the states is E_STATE.
Status CheckWho(const TxContext& ctx, UnitBook& book, const LoadedFlow& loaded) {
  const Flow& flow = loaded.flow;
  switch (loaded.entity.state) {
    case EntityState::kPending:
      return RequireSender(ctx, flow);
    case EntityState::kDisputed:
      if (ctx.submitter->Is(kRegulator)) return RequireRulingDue(ctx, book, 0, flow);
      return RequireSender(ctx, flow);
    case EntityState::kOneSided:
      SUYUAN_RETURN_IF_ERROR(RequireReason(ctx));
      return RequireSender(ctx, flow);
    case EntityState::kConfirmed:
      return RequireUndoers(ctx, book, flow);
    default:
      return RequireState(0, loaded.entity.state, {});
  }
}

Status Replace(TxContext& ctx, UnitBook& book, const EntityId& voided, EntityState from) {
  if (ctx.tx.records.size() == 1) return {};
  SUYUAN_RETURN_IF_ERROR(RequireState(0, from, {EntityState::kDisputed, EntityState::kConfirmed}));
  if (ctx.submitter->Is(kRegulator))
    return RefuseAt({1}, ErrorCode::kAuthz, "a ruling replaces nothing");
  size_t codes = 0;
  for (uint32_t i = 1; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(RecordFlow(ctx, book, i, codes, voided));
  return {};
}

}  // namespace

Status ValidateFlowVoid(const TxContext& ctx) {
  const ledger::Record& record = ctx.record(0);
  if (record.schema != x::kSection || record.subject_kind != EntityKind::kFlow)
    return RefuseAt({0}, ErrorCode::kFormat, "expected a command record about a flow");
  SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = 0}));
  for (uint32_t i = 1; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(CheckFlowRecord(ctx, i));
  return {};
}

Status ApplyFlowVoid(TxContext& ctx) {
  UnitBook book(ctx.state);
  SUYUAN_ASSIGN_OR_RETURN(LoadedFlow loaded, LoadFlow(ctx, 0));
  SUYUAN_RETURN_IF_ERROR(CheckWho(ctx, book, loaded));
  FlowWork work(ctx, book, 0, loaded.id, loaded.flow);
  if (loaded.flow.moved) {
    SUYUAN_RETURN_IF_ERROR(work.CheckUndo());
    work.Undo();
  } else {
    work.Release();
  }
  const EntityState from = loaded.entity.state;
  SaveFlow(ctx, 0, loaded.id, std::move(loaded.entity), loaded.flow, EntityState::kVoided);
  return Replace(ctx, book, loaded.id, from);
}

}  // namespace suyuan::contracts
