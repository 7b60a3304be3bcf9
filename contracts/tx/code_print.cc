// CODE_PRINT (6.4): ISSUED → PRINTED for all codes of a batch, one part or a list; or a reprint,
// which changes nothing but stays on record with its reason. Codes at per_product level keep their
// state in an entry of their own. About a single code: a package by its issuer, or a reprint by
// whoever holds it.
#include "contracts/batch.h"
#include "contracts/code_select.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/tx/contracts.h"
#include "contracts/unit_change.h"

namespace suyuan::contracts {
namespace {

namespace f = command_field;
using ledger::EntityKind;

Result<Selection> Select(const TxContext& ctx, uint32_t record, const EntityId& id,
                         const Batch& batch) {
  const RecordView view(ctx.record(record));
  std::string scope = view.Text(f::kCodeScope);
  if (scope.empty()) scope = view.Has(f::kCodes) ? "codes" : "whole_batch";
  if (scope == "codes") return SelectListed(ctx, record, f::kCodes, id, batch);
  if (scope == "part")
    return SelectOnePart({record, f::kPartNumber}, *view.Integer(f::kPartNumber), batch);
  return SelectAll(batch);
}

// One printing of one record: what is still ISSUED becomes PRINTED, the rest is a reprint.
class Printing {
 public:
  Printing(TxContext& ctx, uint32_t record, const EntityId& id, EntityState batch_state,
           Batch& batch)
      : ctx_(ctx), record_(record), id_(id), batch_state_(batch_state), batch_(batch) {}

  Status Run(const Selection& selection) {
    for (const SelectedPart& selected : selection) {
      if (selected.whole) {
        PrintPart(batch_.parts[selected.part]);
        continue;
      }
      for (const std::string& code : selected.codes)
        SUYUAN_RETURN_IF_ERROR(PrintUnit(selected.part, code));
    }
    return CheckReasons(reprint_ || printed_ == 0);
  }

 private:
  void PrintPart(CodePart& part) {
    if (part.issued() == 0) return;  // nothing new here; Run asks for a reason if nothing is
    printed_ += part.issued();
    part.printed += part.issued();
    if (part.state == EntityState::kIssued) part.state = EntityState::kPrinted;
  }

  Status PrintUnit(uint16_t number, const std::string& code) {
    UnitRef unit = FindUnit(ctx_.state, batch_, number, code);
    switch (unit.state) {
      case EntityState::kIssued: {
        ++printed_;
        ++batch_.parts[number].printed;
        PutUnit(ctx_, record_, id_, batch_, number, code, std::move(unit), EntityState::kPrinted);
        return {};
      }
      case EntityState::kPrinted:
      case EntityState::kInCirculation:
      case EntityState::kEndUse:
        reprint_ = true;
        return {};
      default:
        return RequireState(record_, unit.state, {EntityState::kIssued});
    }
  }

  // A template for new marks (batch ACTIVATED or RELEASED), a reason for a reprint (GR 6.2.5).
  Status CheckReasons(bool reprint) const {
    const RecordView view(ctx_.record(record_));
    if (printed_ != 0) {
      SUYUAN_RETURN_IF_ERROR(
          RequireState(record_, batch_state_, {EntityState::kActivated, EntityState::kReleased}));
      if (!view.Has(f::kPrintTemplate))
        return RefuseAt({record_, f::kPrintTemplate}, ErrorCode::kMissing, "no template chosen");
    }
    if (reprint && !view.Has(f::kPrintReason)) {
      return RefuseAt({record_, f::kPrintReason}, ErrorCode::kMissing,
                      "printed before; a reprint states its reason");
    }
    return {};
  }

  TxContext& ctx_;
  uint32_t record_;
  const EntityId& id_;
  EntityState batch_state_;
  Batch& batch_;
  uint64_t printed_ = 0;
  bool reprint_ = false;
};

Status Print(TxContext& ctx, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kBatch));
  const EntityId id = *EntityId::From(ctx.record(record).subject);
  Batch batch = DecodeBatch(entity.content);
  if (batch.owner != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "the codes belong to another party");
  // A frozen or recalled batch freezes its codes, and 6.4 prints none of those.
  SUYUAN_RETURN_IF_ERROR(
      RequireState(record, entity.state,
                   {EntityState::kActivated, EntityState::kReleased, EntityState::kRecallClosed}));
  SUYUAN_ASSIGN_OR_RETURN(const Selection selection, Select(ctx, record, id, batch));
  SUYUAN_RETURN_IF_ERROR(Printing(ctx, record, id, entity.state, batch).Run(selection));
  entity.content = EncodeBatch(batch);
  SaveEntity(ctx, {record, EntityKind::kBatch, id.view()}, std::move(entity));
  return {};
}

Status PrintPackage(TxContext& ctx, UnitBook& book, uint32_t record, CodeItem item) {
  if (item.unit.issuer != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "the package code belongs to another party");
  if (!RecordView(ctx.record(record)).Has(f::kPrintTemplate))
    return RefuseAt({record, f::kPrintTemplate}, ErrorCode::kMissing, "no template chosen");
  item.entity.state = EntityState::kPrinted;
  UnitChange(ctx, book, record).SaveShown(item);
  return {};
}

Status PrintOne(TxContext& ctx, UnitBook& book, uint32_t record) {
  auto item = book.Find(ctx.record(record).subject);
  if (!item) return RefuseAt({record}, ErrorCode::kRef, "this code was never issued");
  const EntityState state = book.Effective(*item, item->entity.state, {});
  if (item->unit.is_package() && state == EntityState::kIssued)
    return PrintPackage(ctx, book, record, *std::move(item));
  SUYUAN_RETURN_IF_ERROR(RequireState(
      record, state, {EntityState::kPrinted, EntityState::kInCirculation, EntityState::kEndUse}));
  const PartyId& party = ctx.tx.core.submitter;
  const bool holds = item->shared ? book.HoldsSome(*item, party) : book.Real(*item).holder == party;
  if (!holds) return RefuseAt({record}, ErrorCode::kHolder, "the sender does not hold this");
  if (!RecordView(ctx.record(record)).Has(f::kPrintReason))
    return RefuseAt({record, f::kPrintReason}, ErrorCode::kMissing, "a reprint states its reason");
  UnitChange(ctx, book, record).Save(*item);
  return {};
}

}  // namespace

Status ValidateCodePrint(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    const bool subject =
        record.subject_kind == EntityKind::kBatch || record.subject_kind == EntityKind::kCode;
    if (record.schema != f::kSection || !subject)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a command record about a batch or a code");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = i}));
  }
  return {};
}

Status ApplyCodePrint(TxContext& ctx) {
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const bool one = ctx.record(i).subject_kind == EntityKind::kCode;
    SUYUAN_RETURN_IF_ERROR(one ? PrintOne(ctx, book, i) : Print(ctx, i));
  }
  return {};
}

}  // namespace suyuan::contracts
