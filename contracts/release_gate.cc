#include "contracts/release_gate.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/record_values.h"

namespace suyuan::contracts {
namespace {

namespace f = batch_field;
using ledger::EntityKind;

constexpr uint16_t kReleaseFields[] = {
    f::kProductionDate,   f::kProductionDateKind, f::kInspectionKind,
    f::kInspectionDoc,    f::kReleaseTime,        f::kReleaseCodes,
    f::kTransportPacking, f::kMarkAttested,       f::kReleasePart};
constexpr size_t kInspectionDocsMax = 16;

// EN 5.3: the planned date becomes the actual one, or stays what was filed.
Status ConfirmDate(const TxContext& ctx, uint32_t record, Batch& batch) {
  const RecordView view(ctx.record(record));
  const auto actual = DayAt(view, f::kProductionDate);
  if (!batch.planned_date) {
    if (actual && *actual != batch.production_day)
      return RefuseAt({record, f::kProductionDate}, ErrorCode::kImmutable,
                      "an actual production date changes by correction only");
    return {};
  }
  if (!actual || view.Text(f::kProductionDateKind) != "actual") {
    return RefuseAt({record, f::kProductionDate}, ErrorCode::kNotReady,
                    "the planned production date is not confirmed");
  }
  batch.production_day = *actual;
  return {};
}

// C27 and C10.
Status CheckTimes(const TxContext& ctx, uint32_t record, const Batch& batch, uint64_t release_ms) {
  const Place place{record, f::kReleaseTime};
  if (release_ms > LatestEventMs(ctx))
    return RefuseAt(place, ErrorCode::kTime, "released in the future");
  if (DayOf(release_ms) < batch.production_day)
    return RefuseAt(place, ErrorCode::kTime, "released before it was made");
  if (release_ms < batch.submitted_ms && !batch.late_filing)
    return RefuseAt(place, ErrorCode::kLate, "released before it was filed");
  return {};
}

// The factory report that a release adds (D-07).
Status AddReports(const TxContext& ctx, uint32_t record, Batch& batch) {
  for (uint16_t item = 0; ctx.record(record).Find(f::kInspectionDoc, item) != nullptr; ++item) {
    SUYUAN_ASSIGN_OR_RETURN(const UsableDocument doc,
                            FindDocument(ctx, {record, f::kInspectionDoc, item},
                                         {DocType::kFactoryInspection, DocType::kTypeTest}));
    if (std::ranges::find(batch.inspection_docs, doc.id) == batch.inspection_docs.end())
      batch.inspection_docs.push_back(doc.id);
  }
  if (batch.inspection_docs.size() > kInspectionDocsMax)
    return RefuseAt({record, f::kInspectionDoc}, ErrorCode::kSize, "too many reports of one batch");
  return {};
}

// C09 and C13: a report that still stands; in planned mode a factory report or a type test in
// validity; no factory report of a later day than the release.
Status CheckReports(const TxContext& ctx, uint32_t record, const Batch& batch,
                    uint64_t release_ms) {
  bool standing = false, serves_planned = false;
  for (const EntityId& id : batch.inspection_docs) {
    const Entity entity = LoadEntity(ctx.state, EntityKind::kDocument, id.view()).value();
    if (entity.state != EntityState::kAnchored && entity.state != EntityState::kAccepted) continue;
    const Document document = DecodeDocument(entity.content);
    const bool factory = document.type == DocType::kFactoryInspection;
    if (factory && document.issue_day > DayOf(release_ms)) {
      return RefuseAt({record, f::kReleaseTime}, ErrorCode::kTime,
                      "the factory report is dated after the release");
    }
    standing = true;
    serves_planned = serves_planned || factory || !document.ExpiredOn(DayOf(ctx.block_time_ms));
  }
  if (!standing)
    return RefuseAt({record}, ErrorCode::kNotReady, "no inspection document stands any more");
  if (batch.planned_date && !serves_planned) {
    return RefuseAt({record, f::kInspectionDoc}, ErrorCode::kDoc,
                    "no valid type test; the factory report is needed");
  }
  return {};
}

}  // namespace

Status CheckReleaseRecord(const TxContext& ctx, uint32_t record) {
  const ledger::Record& r = ctx.record(record);
  if (r.schema != f::kSection || r.subject_kind != EntityKind::kBatch)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a batch record about a batch");
  for (const ledger::Leaf& leaf : r.leaves) {
    if (std::ranges::find(kReleaseFields, leaf.field) == std::end(kReleaseFields)) {
      return RefuseAt({record, leaf.field}, ErrorCode::kImmutable,
                      "a release does not change this field");
    }
  }
  SUYUAN_RETURN_IF_ERROR(CheckRecord(r, {.record_index = record,
                                         .extra_required = {f::kReleaseTime, f::kTransportPacking},
                                         .partial = true}));
  if (!RecordView(r).Has(f::kMarkAttested)) {
    return RefuseAt({record, f::kMarkAttested}, ErrorCode::kNotReady,
                    "nobody attests that the goods bear their mark");
  }
  return {};
}

Status PassReleaseGate(const TxContext& ctx, uint32_t record, Batch& batch) {
  const uint64_t release_ms =
      ParseTimeMs(RecordView(ctx.record(record)).Text(f::kReleaseTime)).value();
  if (batch.supplement_pending)
    return RefuseAt({record}, ErrorCode::kNotReady, "a declared supplement is pending");
  SUYUAN_RETURN_IF_ERROR(ConfirmDate(ctx, record, batch));
  SUYUAN_RETURN_IF_ERROR(CheckTimes(ctx, record, batch, release_ms));
  SUYUAN_RETURN_IF_ERROR(AddReports(ctx, record, batch));
  SUYUAN_RETURN_IF_ERROR(CheckReports(ctx, record, batch, release_ms));
  batch.planned_date = false;
  if (batch.released_ms == 0) batch.released_ms = release_ms;
  return {};
}

}  // namespace suyuan::contracts
