// BATCH_RELEASE (6.3, 6.4): factory release of all codes, one part or a list. Record 0 is the
// release; in planned mode a command record beside it names the codes of units that were not made,
// which are voided (D-07).
#include "contracts/batch.h"
#include "contracts/code_link.h"
#include "contracts/code_select.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/release_gate.h"
#include "contracts/rules.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = batch_field;
using ledger::EntityKind;

constexpr uint32_t kReleaseRecord = 0, kVoidRecord = 1;

Result<Selection> Select(const TxContext& ctx, const EntityId& id, const Batch& batch) {
  const RecordView view(ctx.record(kReleaseRecord));
  if (view.Has(f::kReleaseCodes))
    return SelectListed(ctx, kReleaseRecord, f::kReleaseCodes, id, batch);
  if (view.Has(f::kReleasePart)) {
    return SelectOnePart({kReleaseRecord, f::kReleasePart}, *view.Integer(f::kReleasePart), batch);
  }
  return SelectAll(batch);
}

// Units that were not made: ISSUED or PRINTED → VOIDED; the exact quantity follows (6.4).
Status VoidUnmade(TxContext& ctx, const EntityId& id, Batch& batch) {
  if (!HasUnitCodes(batch.level)) {
    return RefuseAt({kVoidRecord, command_field::kCodes}, ErrorCode::kState,
                    "a shared code stands for all units, also for those that were made");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Selection selection,
                          SelectListed(ctx, kVoidRecord, command_field::kCodes, id, batch));
  for (const SelectedPart& selected : selection) {
    CodePart& part = batch.parts[selected.part];
    for (const std::string& code : CodesOf(ctx.state, id, batch, selected)) {
      UnitRef unit = FindUnit(ctx.state, batch, selected.part, code);
      SUYUAN_RETURN_IF_ERROR(
          RequireState(kVoidRecord, unit.state, {EntityState::kIssued, EntityState::kPrinted}));
      if (unit.state == EntityState::kPrinted) --part.printed;
      ++part.voided;
      if (batch.quantity && IsPrimary(part.role)) *batch.quantity -= 1000;
      PutUnit(ctx, kVoidRecord, id, batch, selected.part, code, std::move(unit),
              EntityState::kVoided);
    }
  }
  return {};
}

Error NotPrinted() {
  return RefuseAt({kReleaseRecord, f::kReleaseCodes}, ErrorCode::kNotReady,
                  "codes that were not printed cannot be released");
}

Status ReleaseUnit(TxContext& ctx, const EntityId& id, EntityState batch_state, Batch& batch,
                   uint16_t number, const std::string& code) {
  UnitRef unit = FindUnit(ctx.state, batch, number, code);
  if (unit.state == EntityState::kIssued) return NotPrinted();
  CodePart& part = batch.parts[number];
  const bool shared = batch.level == TraceLevel::kPerProduct && part.released == 0;
  if (!shared || unit.state != EntityState::kInCirculation)
    SUYUAN_RETURN_IF_ERROR(RequireState(kReleaseRecord, unit.state, {EntityState::kPrinted}));
  const bool restored = unit.own && DecodeUnit(unit.own->content).restored;
  if (batch_state == EntityState::kRecallClosed && !restored)
    return RequireState(kReleaseRecord, EntityState::kRecalled, {EntityState::kPrinted});
  if (part.printed > 0) --part.printed;
  ++part.released;
  PutUnit(ctx, kReleaseRecord, id, batch, number, code, std::move(unit),
          EntityState::kInCirculation);
  return {};
}

// Bundles and parents among what is about to be released.
std::vector<std::string> ContainersOf(const TxContext& ctx, const EntityId& id, const Batch& batch,
                                      const Selection& selection) {
  std::vector<std::string> containers;
  for (const SelectedPart& selected : selection) {
    const CodeRole role = batch.parts[selected.part].role;
    if (role != CodeRole::kBundle && role != CodeRole::kParent) continue;
    for (std::string& code : CodesOf(ctx.state, id, batch, selected)) {
      const UnitRef unit = FindUnit(ctx.state, batch, selected.part, code);
      if (unit.state == EntityState::kPrinted) containers.push_back(std::move(code));
    }
  }
  return containers;
}

// PRINTED → IN_CIRCULATION; the holder is the manufacturer.
Status ReleaseCodes(TxContext& ctx, const EntityId& id, EntityState batch_state, Batch& batch,
                    const Selection& selection) {
  const bool packed = RecordView(ctx.record(kReleaseRecord)).Text(f::kTransportPacking) == "packed";
  uint64_t released = 0;
  for (const SelectedPart& selected : selection) {
    CodePart& part = batch.parts[selected.part];
    part.packed = part.packed || packed;
    if (!selected.whole) {
      for (const std::string& code : selected.codes)
        SUYUAN_RETURN_IF_ERROR(ReleaseUnit(ctx, id, batch_state, batch, selected.part, code));
      released += selected.codes.size();
      continue;
    }
    if (part.issued() != 0) return NotPrinted();
    if (part.printed == 0) continue;
    // After a recall only restored units go out again, and those are named one by one.
    SUYUAN_RETURN_IF_ERROR(RequireState(kReleaseRecord, batch_state,
                                        {EntityState::kActivated, EntityState::kReleased}));
    released += part.printed;
    part.released += part.printed;
    part.printed = 0;
    part.state = EntityState::kInCirculation;
  }
  if (released != 0) return {};
  return RefuseAt({kReleaseRecord}, ErrorCode::kState, "every code named was released before");
}

// C09: all codes are there.
Status CheckComplete(const Batch& batch) {
  if (!batch.CompletelyActivated())
    return RefuseAt({kReleaseRecord}, ErrorCode::kNotReady, "not completely activated");
  return {};
}

}  // namespace

Status ValidateBatchRelease(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer));
  SUYUAN_RETURN_IF_ERROR(CheckReleaseRecord(ctx, kReleaseRecord));
  if (ctx.tx.records.size() == 1) return {};
  const ledger::Record& unmade = ctx.record(kVoidRecord);
  const bool fits = ctx.tx.records.size() == 2 && unmade.schema == command_field::kSection &&
                    unmade.subject_kind == EntityKind::kBatch &&
                    unmade.subject == ctx.record(kReleaseRecord).subject;
  if (!fits)
    return RefuseAt({kVoidRecord}, ErrorCode::kFormat, "expected the codes of units not made");
  return CheckRecord(unmade,
                     {.record_index = kVoidRecord, .extra_required = {command_field::kCodes}});
}

Status ApplyBatchRelease(TxContext& ctx) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, kReleaseRecord, EntityKind::kBatch));
  const EntityId id = *EntityId::From(ctx.record(kReleaseRecord).subject);
  Batch batch = DecodeBatch(entity.content);
  if (batch.owner != ctx.tx.core.submitter)
    return RefuseAt({kReleaseRecord}, ErrorCode::kAuthz, "the batch belongs to another party");
  SUYUAN_RETURN_IF_ERROR(
      RequireState(kReleaseRecord, entity.state,
                   {EntityState::kActivated, EntityState::kReleased, EntityState::kRecallClosed}));
  const bool planned = batch.planned_date;
  SUYUAN_RETURN_IF_ERROR(PassReleaseGate(ctx, kReleaseRecord, batch));
  if (ctx.tx.records.size() == 2) {
    if (!planned)
      return RefuseAt({kVoidRecord}, ErrorCode::kState, "only a planned batch has units not made");
    SUYUAN_RETURN_IF_ERROR(VoidUnmade(ctx, id, batch));
  }
  SUYUAN_RETURN_IF_ERROR(CheckComplete(batch));
  SUYUAN_ASSIGN_OR_RETURN(const Selection selection, Select(ctx, id, batch));
  const std::vector<std::string> containers = ContainersOf(ctx, id, batch, selection);
  SUYUAN_RETURN_IF_ERROR(ReleaseCodes(ctx, id, entity.state, batch, selection));

  const Product product =
      DecodeProduct(LoadEntity(ctx.state, EntityKind::kProduct, batch.product.view())->content);
  Batch latest = batch;  // terms count from this release, not from the first one
  latest.released_ms =
      ParseTimeMs(RecordView(ctx.record(kReleaseRecord)).Text(f::kReleaseTime)).value();
  batch.retention_until = RetentionOf(latest, product, ctx.rules.Retention());
  if (entity.state == EntityState::kActivated) entity.state = EntityState::kReleased;
  entity.content = EncodeBatch(batch);
  SaveEntity(ctx, {kReleaseRecord, EntityKind::kBatch, id.view(), EffectKind::kChanged, true},
             std::move(entity));
  // Components may leave with their bundle, so what is linked is looked at afterwards.
  UnitBook book(ctx.state);
  for (const std::string& code : containers)
    SUYUAN_RETURN_IF_ERROR(CheckContentsReady(ctx, book, kReleaseRecord, code));
  return {};
}

}  // namespace suyuan::contracts
