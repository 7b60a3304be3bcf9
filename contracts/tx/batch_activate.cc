// BATCH_ACTIVATE (6.3, 6.4): the producer's act that issues codes, in one part or several. Records
// are of section 4, each about one batch with one role and a list of codes.
#include <map>

#include "contracts/batch.h"
#include "contracts/code_issue.h"
#include "contracts/code_link.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = code_field;
using ledger::EntityKind;

// The records of a transaction that speak of one batch.
struct Activation {
  uint32_t record = 0;  // the first of them
  std::map<CodeRole, std::vector<NewCode>> codes;
};

const char* KindOf(TraceLevel level) {
  if (level == TraceLevel::kPerProduct) return "product_code";
  return level == TraceLevel::kPerBatch ? "batch_code" : "item_code";
}

bool RoleFits(CodeRole role, const Batch& batch) {
  switch (batch.composite) {
    case CompositeKind::kNone:
      return role == CodeRole::kSingle;
    case CompositeKind::kBundle:
      return role == CodeRole::kBundle || role == CodeRole::kComponent;
    case CompositeKind::kParentChild:
      return role == CodeRole::kParent || role == CodeRole::kChild;
  }
  return false;
}

// C08 and D-06 for what a record says of all its codes.
Status CheckHeader(const TxContext& ctx, uint32_t record, const Batch& batch) {
  const RecordView view(ctx.record(record));
  if (ParseScheme(view.Text(f::kCodeScheme)) != batch.scheme) {
    const bool activated = !batch.parts.empty();
    return RefuseAt({record, f::kCodeScheme},
                    activated ? ErrorCode::kImmutable : ErrorCode::kScheme,
                    "the batch was filed with another scheme");
  }
  if (!RoleFits(*ParseCodeRole(view.Text(f::kCodeRole)), batch))
    return RefuseAt({record, f::kCodeRole}, ErrorCode::kLevel, "the role does not fit the level");
  if (view.Text(f::kCodeKind) != KindOf(batch.level))
    return RefuseAt({record, f::kCodeKind}, ErrorCode::kLevel, "the kind does not fit the level");
  return {};
}

// 4.4: per_item and composite require a serial, per_batch a lot; the GTIN is the product's.
Status CheckShape(const NewCode& code, const Batch& batch, const Product& product) {
  const CodeShape shape = ShapeOf(code.code);
  const auto refuse = [&](const char* why) {
    return RefuseAt(code.place, ErrorCode::kScheme, why);
  };
  if (shape.scheme != batch.scheme || shape.package)
    return refuse("the code is not of the batch's scheme");
  if (shape.scheme != Scheme::kGs1) return {};
  if (shape.gtin != product.gtin14) return refuse("the GTIN is not the product's");
  if (HasUnitCodes(batch.level) != shape.serial)
    return refuse(shape.serial ? "a shared code has no serial" : "a unit's code needs a serial");
  if (batch.level == TraceLevel::kPerBatch && !shape.lot) return refuse("a batch code needs a lot");
  if (batch.level == TraceLevel::kPerProduct && shape.lot)
    return refuse("a product code has no lot");
  return {};
}

// The list of a record's codes. CheckRecord has seen canonical JSON strings, and canonical codes
// need no escape, so the text stands between the quotes.
void CollectCodes(const TxContext& ctx, uint32_t record, std::vector<NewCode>& codes) {
  for (const ledger::Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.field == f::kCodeValue)
      codes.push_back(
          {leaf.value.substr(1, leaf.value.size() - 2), {record, leaf.field, leaf.item}});
  }
}

// Planned mode (D-07): a valid type-test report serves until the factory report exists.
Status CheckPlanned(const TxContext& ctx, uint32_t record, const Batch& batch) {
  if (!batch.planned_date) return {};
  for (const EntityId& id : batch.inspection_docs) {
    const Entity entity = LoadEntity(ctx.state, EntityKind::kDocument, id.view()).value();
    const Document document = DecodeDocument(entity.content);
    const bool usable =
        entity.state == EntityState::kAnchored || entity.state == EntityState::kAccepted;
    if (usable && document.type == DocType::kTypeTest &&
        !document.ExpiredOn(DayOf(ctx.block_time_ms))) {
      return {};
    }
  }
  return RefuseAt({record}, ErrorCode::kDoc, "a planned batch needs a valid type-test report");
}

// Never more codes than the quantity; shared levels have one code.
Status CheckCount(const Batch& batch, const NewCode& last) {
  const bool too_many = HasUnitCodes(batch.level) ? batch.PrimaryCodes() * 1000 > *batch.quantity
                                                  : batch.PrimaryCodes() > 1;
  if (!too_many) return {};
  return RefuseAt(last.place, ErrorCode::kLevel,
                  "more codes than the level or the quantity allows");
}

Result<Entity> LoadForActivation(const TxContext& ctx, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kBatch));
  if (DecodeBatch(entity.content).owner != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "the batch belongs to another party");
  SUYUAN_RETURN_IF_ERROR(
      RequireState(record, entity.state, {EntityState::kApproved, EntityState::kActivated}));
  return entity;
}

// EN 5.3: the parents that one part issues are of one length.
Status SetLength(const TxContext& ctx, Batch& batch, const std::vector<NewCode>& codes) {
  std::optional<Length> length;
  uint32_t read = UINT32_MAX;
  for (const NewCode& code : codes) {
    if (code.place.record == read) continue;
    read = code.place.record;
    SUYUAN_ASSIGN_OR_RETURN(const Length here, ReadLength(ctx, read));
    if (length && *length != here) {
      return RefuseAt({read, f::kSegmentTo}, ErrorCode::kLink,
                      "parents of different lengths are issued apart");
    }
    length = here;
  }
  batch.parts.back().length = length->thousandths;
  batch.parts.back().length_unit = length->unit;
  return {};
}

Status Activate(TxContext& ctx, const EntityId& id, const Activation& activation) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadForActivation(ctx, activation.record));
  Batch batch = DecodeBatch(entity.content);
  SUYUAN_RETURN_IF_ERROR(CheckPlanned(ctx, activation.record, batch));
  const Product product =
      DecodeProduct(LoadEntity(ctx.state, EntityKind::kProduct, batch.product.view())->content);
  for (const auto& [role, codes] : activation.codes) {
    uint32_t checked = UINT32_MAX;
    for (const NewCode& code : codes) {
      if (code.place.record != checked)
        SUYUAN_RETURN_IF_ERROR(CheckHeader(ctx, checked = code.place.record, batch));
      SUYUAN_RETURN_IF_ERROR(CheckShape(code, batch, product));
    }
    if (batch.level == TraceLevel::kPerProduct && codes.size() == 1 && batch.parts.empty()) {
      SUYUAN_RETURN_IF_ERROR(AttachProductCode(ctx, id, batch, codes.front()));
    } else {
      if (batch.level == TraceLevel::kPerProduct) {
        return RefuseAt(codes.back().place, ErrorCode::kLevel, "a per_product batch has one code");
      }
      SUYUAN_RETURN_IF_ERROR(IssuePart(ctx, id, batch, role, codes));
      if (role == CodeRole::kParent) SUYUAN_RETURN_IF_ERROR(SetLength(ctx, batch, codes));
    }
    SUYUAN_RETURN_IF_ERROR(CheckCount(batch, codes.back()));
  }
  entity.state = EntityState::kActivated;
  entity.content = EncodeBatch(batch);
  SaveEntity(ctx, {activation.record, EntityKind::kBatch, id.view()}, std::move(entity));
  return {};
}

}  // namespace

Status ValidateBatchActivate(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer));
  size_t codes = 0;
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    if (record.schema != f::kSection || record.subject_kind != EntityKind::kBatch)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a record of codes about a batch");
    for (const ledger::Leaf& leaf : record.leaves) codes += leaf.field == f::kCodeValue ? 1 : 0;
    if (codes > ctx.limits.codes_max)
      return RefuseAt({i, f::kCodeValue}, ErrorCode::kSize, "too many codes in one transaction");
    // In a list each unit's number is its serial; links may follow by CODE_LINK.
    SUYUAN_RETURN_IF_ERROR(CheckRecord(
        record, {.record_index = i, .exempt = {f::kItemNo, f::kParentCode, f::kLinkKind}}));
  }
  return {};
}

Status ApplyBatchActivate(TxContext& ctx) {
  std::map<EntityId, Activation> activations;
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    const auto [it, created] = activations.try_emplace(*EntityId::From(record.subject));
    if (created) it->second.record = i;
    const CodeRole role = *ParseCodeRole(RecordView(record).Text(f::kCodeRole));
    CollectCodes(ctx, i, it->second.codes[role]);
  }
  for (const auto& [id, activation] : activations)
    SUYUAN_RETURN_IF_ERROR(Activate(ctx, id, activation));
  // A record that names the parent of its codes links them, too.
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (RecordView(ctx.record(i)).Has(f::kParentCode))
      SUYUAN_RETURN_IF_ERROR(LinkRecord(ctx, book, i));
  }
  return {};
}

}  // namespace suyuan::contracts
