// BATCH_SUBMIT (6.3): a checked batch becomes SUBMITTED, and APPROVED at once where its category
// lets the system review and the filing is not late. A RETURNED batch is submitted as next version.
#include "contracts/batch.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/record_values.h"
#include "contracts/rules.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = batch_field;
using ledger::EntityKind;

struct OwnedProduct {
  EntityId id;
  uint32_t version = 0;
  Product product;
};

// C02, C14, C31: the submitter's product, ACTIVE, or suspended by its producer after the
// production.
Result<OwnedProduct> FindProduct(const TxContext& ctx, uint32_t record, Day production_day) {
  const Place place{record, f::kProductId};
  const auto id = ParseEntityId(RecordView(ctx.record(record)).Text(f::kProductId));
  if (!id.ok()) return RefuseAt(place, ErrorCode::kFormat, "not a product id");
  const auto entity = LoadEntity(ctx.state, EntityKind::kProduct, id->view());
  if (!entity) return RefuseAt(place, ErrorCode::kRef, "the product does not exist");
  OwnedProduct found{*id, entity->version, DecodeProduct(entity->content)};
  if (found.product.owner != ctx.tx.core.submitter)
    return RefuseAt(place, ErrorCode::kAuthz, "the product belongs to another party");
  const bool made_before_stop = entity->state == EntityState::kSuspended &&
                                found.product.suspended_by == SuspendedBy::kProducer &&
                                production_day <= found.product.stop_day;
  if (entity->state != EntityState::kActive && !made_before_stop)
    return RefuseAt(place, ErrorCode::kState, "the product is not open for new batches");
  return found;
}

// The label's kind fits the filing frequency; a daily label is a stricter choice (OG 5.3.3.3 n1).
bool PeriodFits(std::string_view label, Frequency frequency) {
  if (label.size() == 10) return true;  // "2026-03-01"
  if (label.size() == 4) return frequency == Frequency::kYearly;
  const bool quarter = label.find('Q') != std::string_view::npos;
  return quarter ? frequency == Frequency::kQuarterly : frequency == Frequency::kMonthly;
}

// C08.
Status CheckLevel(const TxContext& ctx, uint32_t record, const Batch& batch,
                  const Product& product) {
  const RecordView view(ctx.record(record));
  const auto refuse = [&](uint16_t field, const char* why) {
    return RefuseAt({record, field}, ErrorCode::kLevel, why);
  };
  if (!LevelSatisfies(batch.level, product.min_level))
    return refuse(f::kTraceLevel, "the category asks for a finer tracing level");
  const std::string label = view.Text(f::kReportPeriod);
  if (!HasUnitCodes(batch.level)) {
    if (!PeriodFits(label, product.frequency))
      return refuse(f::kReportPeriod, "does not fit the product's filing frequency");
    return {};
  }
  if (product.frequency != Frequency::kDaily)
    return refuse(f::kTraceLevel, "this level is filed daily, the product's frequency is another");
  if (label.size() != 10) return refuse(f::kReportPeriod, "this level is filed by the day");
  if (!batch.quantity || *batch.quantity == 0 || *batch.quantity % 1000 != 0)
    return refuse(f::kProductQuantity, "this level counts whole units");
  return {};
}

// C13: the product's certificates and one fitting report for each kind.
Status CheckDocuments(const TxContext& ctx, uint32_t record, Batch& batch, const Product& product) {
  const Day today = DayOf(ctx.block_time_ms);
  if (product.licence_valid_to < today || product.ccc_valid_to < today) {
    return RefuseAt({record, f::kProductId}, ErrorCode::kDoc,
                    "the product's licence or certificate has expired");
  }
  const json::Value kinds = *RecordView(ctx.record(record)).Value(f::kInspectionKind);
  uint16_t item = 0;
  for (const json::Value& kind : *kinds.if_array()) {
    const DocType wanted = ParseDocType(*kind.if_string()).value();
    SUYUAN_ASSIGN_OR_RETURN(const UsableDocument doc,
                            FindDocument(ctx, {record, f::kInspectionDoc, item}, {wanted}));
    batch.inspection_docs.push_back(doc.id);
    ++item;
  }
  return {};
}

// C10, D-35: goods that have left already are filed as late, or not at all.
Status CheckLate(const TxContext& ctx, uint32_t record, Batch& batch) {
  const RecordView view(ctx.record(record));
  for (const uint16_t field :
       {f::kReleaseCodes, f::kReleasePart, f::kTransportPacking, f::kMarkAttested}) {
    if (view.Has(field))
      return RefuseAt({record, field}, ErrorCode::kFormat, "belongs to BATCH_RELEASE");
  }
  batch.late_filing = view.Has(f::kLateFiling);
  if (batch.late_filing) {
    const json::Value declared = *view.Value(f::kLateFiling);
    const uint64_t left_ms = ParseTimeMs(declared.Text("release_time")).value();
    if (left_ms > ctx.block_time_ms || DayOf(left_ms) < batch.production_day) {
      return RefuseAt({record, f::kLateFiling}, ErrorCode::kTime,
                      "released before it was made, or not yet");
    }
    return {};
  }
  if (!view.Has(f::kReleaseTime)) return {};
  if (ParseTimeMs(view.Text(f::kReleaseTime)).value() < ctx.block_time_ms)
    return RefuseAt({record, f::kReleaseTime}, ErrorCode::kLate, "released before it was filed");
  return RefuseAt({record, f::kReleaseTime}, ErrorCode::kFormat, "belongs to BATCH_RELEASE");
}

// C27 and C21.
Status CheckFiling(const TxContext& ctx, uint32_t record, const Batch& batch) {
  const RecordView view(ctx.record(record));
  if (!batch.planned_date && batch.production_day > LatestEventDay(ctx)) {
    return RefuseAt({record, f::kProductionDate}, ErrorCode::kTime,
                    "an actual production date lies in the future");
  }
  if (ParseTimeMs(view.Text(f::kCheckedAt)).value() > LatestEventMs(ctx))
    return RefuseAt({record, f::kCheckedAt}, ErrorCode::kTime, "checked in the future");
  if (ctx.rules.SelfCheckSeparation() && view.Text(f::kCheckedBy) == view.Text(f::kFilledBy)) {
    return RefuseAt({record, f::kCheckedBy}, ErrorCode::kSelfReview,
                    "the checker is the one who filled it in");
  }
  return {};
}

Batch ReadBatch(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  Batch b;
  b.owner = ctx.tx.core.submitter;
  b.level = ParseTraceLevel(view.Text(f::kTraceLevel));
  const std::string composite = view.Text(f::kCompositeKind);
  if (b.level == TraceLevel::kComposite)
    b.composite = composite == "bundle" ? CompositeKind::kBundle : CompositeKind::kParentChild;
  b.scheme = ParseScheme(view.Text(f::kCodeScheme));
  b.production_day = *DayAt(view, f::kProductionDate);
  b.planned_date = view.Text(f::kProductionDateKind) == "planned";
  b.supplement_pending = view.Flag(f::kSupplementPending);
  b.quantity = QuantityOf(view, f::kProductQuantity);
  b.submitted_ms = ctx.block_time_ms;
  return b;
}

Status CheckAll(const TxContext& ctx, uint32_t record, Batch& batch, const OwnedProduct& owned) {
  for (const uint16_t field : owned.product.batch_required_fields) {
    if (!RecordView(ctx.record(record)).Has(field))
      return RefuseAt({record, field}, ErrorCode::kMissing, "the category requires this field");
  }
  SUYUAN_RETURN_IF_ERROR(CheckFiling(ctx, record, batch));
  SUYUAN_RETURN_IF_ERROR(CheckLevel(ctx, record, batch, owned.product));
  if (batch.scheme == Scheme::kGs1 && owned.product.gtin14.empty()) {
    return RefuseAt({record, f::kCodeScheme}, ErrorCode::kScheme,
                    "scheme gs1 needs a product with a GTIN");
  }
  SUYUAN_RETURN_IF_ERROR(CheckDocuments(ctx, record, batch, owned.product));
  return CheckLate(ctx, record, batch);
}

// What the system does next inside the same block (OG 5.5): alert, or automatic review.
void FollowUp(TxContext& ctx, Change change, Entity entity, Batch batch, const Product& product) {
  if (batch.late_filing) {
    ctx.effects.push_back(
        {EffectKind::kAlert, change.record, change.kind, Bytes(change.id), "LATE_FILING"});
    return;
  }
  if (product.batch_review != ReviewPolicy::kAuto) return;
  for (const EntityId& doc : batch.inspection_docs) AcceptDocument(ctx, change.record, doc);
  batch.auto_reviewed = true;
  entity.state = EntityState::kApproved;
  entity.content = EncodeBatch(batch);
  change.effect = EffectKind::kReviewedAutomatically;
  change.new_version = false;
  SaveEntity(ctx, change, std::move(entity));
}

// The RETURNED batch that the record submits again; nullopt for a first submission.
Result<std::optional<Entity>> FindReturned(const TxContext& ctx, uint32_t record,
                                           const EntityId& product) {
  if (ctx.record(record).subject_kind == EntityKind::kNone) return std::optional<Entity>();
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kBatch));
  const Batch before = DecodeBatch(entity.content);
  if (before.owner != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "the batch belongs to another party");
  SUYUAN_RETURN_IF_ERROR(RequireState(record, entity.state, {EntityState::kReturned}));
  if (before.product != product)
    return RefuseAt({record, f::kProductId}, ErrorCode::kImmutable, "the product of a batch stays");
  return std::optional<Entity>(std::move(entity));
}

Status Submit(TxContext& ctx, uint32_t record) {
  Batch batch = ReadBatch(ctx, record);
  SUYUAN_ASSIGN_OR_RETURN(const OwnedProduct owned, FindProduct(ctx, record, batch.production_day));
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Entity> before, FindReturned(ctx, record, owned.id));
  SUYUAN_RETURN_IF_ERROR(CheckAll(ctx, record, batch, owned));
  batch.product = owned.id;
  batch.product_version = owned.version;
  if (before) batch.retention_until = DecodeBatch(before->content).retention_until;
  batch.retention_until = RetentionOf(batch, owned.product, ctx.rules.Retention());

  const EntityId id =
      before ? *EntityId::From(ctx.record(record).subject) : ledger::EntityIdOf(ctx.tx.id, record);
  const Change change{record, EntityKind::kBatch, id.view(), EffectKind::kChanged, true};
  Entity entity = before ? *std::move(before) : Entity{};
  const bool created = entity.event_count == 0;
  entity.state = EntityState::kSubmitted;
  entity.content = EncodeBatch(batch);
  entity = created ? CreateEntity(ctx, change, std::move(entity), batch.owner)
                   : SaveEntity(ctx, change, std::move(entity));
  FollowUp(ctx, change, std::move(entity), batch, owned.product);
  return {};
}

}  // namespace

Status ValidateBatchSubmit(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (ctx.record(i).schema != f::kSection)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a batch record");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(ctx.record(i), {.record_index = i}));
  }
  return {};
}

Status ApplyBatchSubmit(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) SUYUAN_RETURN_IF_ERROR(Submit(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
