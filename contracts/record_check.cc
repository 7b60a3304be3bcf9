#include <algorithm>
#include <bit>

#include "common/limits.h"
#include "contracts/field_numbers.h"
#include "contracts/record_rules.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {
namespace {

using ledger::Leaf;
using ledger::LeafMode;

// Code records come by the thousand and commands carry clear fields only; elsewhere the presence
// of a sealed field must not tell anything (formats §2).
bool HidesPresence(uint8_t section) {
  return section != code_field::kSection && section != command_field::kSection;
}

bool Contains(const std::vector<uint16_t>& fields, uint16_t field) {
  return std::ranges::find(fields, field) != fields.end();
}

class Checker {
 public:
  Checker(const ledger::Record& record, const RecordCheck& check)
      : record_(record), view_(record), check_(check) {}

  Status Run() const {
    if (record_.schema > 0xFF || FieldsOfSection(static_cast<uint8_t>(record_.schema)).empty())
      return Fail(ErrorCode::kFormat, nullptr, 0, "unknown schema of a record");
    if (record_.schema_version != 1)
      return Fail(ErrorCode::kFormat, nullptr, 0, "unknown version of the record's schema");
    for (size_t i = 0; i < record_.leaves.size(); ++i)
      SUYUAN_RETURN_IF_ERROR(
          CheckLeaf(record_.leaves[i], i == 0 ? nullptr : &record_.leaves[i - 1]));
    for (const FieldInfo& field : FieldsOfSection(static_cast<uint8_t>(record_.schema)))
      SUYUAN_RETURN_IF_ERROR(CheckPresence(field));
    if (Status status = CheckRelations(view_); !status.ok())
      return Place(std::move(status).error());
    return {};
  }

 private:
  Error Place(Error error) const {
    error.record = check_.record_index;
    return error;
  }

  Status Fail(ErrorCode code, const FieldInfo* field, uint16_t item, std::string detail) const {
    Error error{code, std::move(detail)};
    error.record = check_.record_index;
    if (field != nullptr) {
      error.field = field->number;
      error.item = item;
      error.detail = std::string(field->identifier) + ": " + error.detail;
    }
    return error;
  }

  Status CheckLeaf(const Leaf& leaf, const Leaf* before) const {
    const FieldInfo* field = FindField(leaf.field);
    if (leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault) {
      if (leaf.field == check_.shows) return {};
      return Fail(ErrorCode::kFormat, field, leaf.item,
                  "what another transaction sealed has no place here");
    }
    if (field == nullptr || field->section() != record_.schema) {
      Error error{ErrorCode::kFormat,
                  "field number " + std::to_string(leaf.field) + " does not belong to this record"};
      error.field = leaf.field;
      return Place(std::move(error));
    }
    if (field->obligation == Obligation::kSystem)
      return Fail(ErrorCode::kFormat, field, 0, "is set by the ledger and cannot be given");
    const bool follows = before != nullptr && before->field == leaf.field;
    const uint32_t expected_item = follows ? before->item + 1u : 0u;
    if (leaf.item != expected_item || (follows && !field->list))
      return Fail(ErrorCode::kFormat, field, leaf.item,
                  field->list ? "items of a list are numbered 0, 1, …" : "stands once in a record");
    if (follows && before->mode == LeafMode::kNotApplicable)
      return Fail(ErrorCode::kFormat, field, leaf.item, "is not applicable and has values");
    return CheckMode(*field, leaf);
  }

  Status CheckMode(const FieldInfo& field, const Leaf& leaf) const {
    const bool clear = IsClear(EffectiveClass(field, view_));
    switch (leaf.mode) {
      case LeafMode::kNotApplicable:
        if (field.obligation != Obligation::kConditional || leaf.item != 0)
          return Fail(ErrorCode::kFormat, &field, leaf.item, "cannot be not_applicable");
        return {};
      case LeafMode::kHidden:
        if (clear) return Fail(ErrorCode::kDisclose, &field, leaf.item, "cannot be hidden");
        return CheckHidden(field, leaf);
      case LeafMode::kPublic: {
        if (!clear) return Fail(ErrorCode::kDisclose, &field, leaf.item, "must be sealed");
        Status status = CheckValue(field, leaf.value);
        if (status.ok()) return status;
        Error error = std::move(status).error();
        error.item = leaf.item;
        return Place(std::move(error));
      }
      case LeafMode::kOpening:
      case LeafMode::kFault:
        break;
    }
    return Fail(ErrorCode::kFormat, &field, leaf.item, "unknown kind of leaf");
  }

  Status CheckHidden(const FieldInfo& field, const Leaf& leaf) const {
    if (leaf.padded_length < 64 || !std::has_single_bit(leaf.padded_length))
      return Fail(ErrorCode::kFormat, &field, leaf.item,
                  "padded length is no power of two from 64 on");
    if (leaf.audience >= limits::kAudiencesMax)
      return Fail(ErrorCode::kFormat, &field, leaf.item, "audience out of range");
    return {};
  }

  Status CheckPresence(const FieldInfo& field) const {
    if (field.obligation == Obligation::kSystem || Contains(check_.exempt, field.number)) return {};
    const bool required = Contains(check_.extra_required, field.number);
    const Leaf* leaf = record_.Find(field.number);
    const bool has_value = leaf != nullptr && leaf->mode != LeafMode::kNotApplicable;
    if (has_value) return {};
    if (required) return Fail(ErrorCode::kMissing, &field, 0, "is required here");
    if (check_.partial) return {};
    const Due due = DueOf(field, view_);
    if (due == Due::kDue) return Fail(ErrorCode::kMissing, &field, 0, "is required");
    if (leaf != nullptr) return {};
    const bool explicit_absence =
        field.obligation == Obligation::kConditional && field.disclosure == DisclosureClass::kPubc;
    if (explicit_absence)
      return Fail(ErrorCode::kMissing, &field, 0, "needs a value or an explicit not_applicable");
    if (NeedsSealedLeaf(field, view_))
      return Fail(ErrorCode::kMissing, &field, 0, "needs a sealed leaf, be it empty");
    return {};
  }

  const ledger::Record& record_;
  RecordView view_;
  const RecordCheck& check_;
};

}  // namespace

Due DueOf(const FieldInfo& field, const RecordView& record) {
  switch (field.obligation) {
    case Obligation::kMandatory:
      return Due::kDue;
    case Obligation::kConditional:
      return ConditionalDue(field.number, record);
    case Obligation::kOptional:
      return Due::kOpen;
    case Obligation::kSystem:
      return Due::kNotDue;
  }
  return Due::kNotDue;
}

DisclosureClass EffectiveClass(const FieldInfo& field, const RecordView& record) {
  // What goods are packed in is for members (4.4): it would tell who sends how much.
  const bool link =
      field.number == code_field::kParentCode || field.number == code_field::kLinkKind;
  if (link && record.Text(code_field::kLinkKind) == "package") return DisclosureClass::kMem;
  if (field.disclosure != DisclosureClass::kOfContent) return field.disclosure;
  const std::string chosen = record.Text(document_field::kDocClass);
  for (DisclosureClass known : {DisclosureClass::kPub, DisclosureClass::kOpt,
                                DisclosureClass::kCpty, DisclosureClass::kReg}) {
    if (ToString(known) == chosen) return known;
  }
  return DisclosureClass::kPrv;
}

bool NeedsSealedLeaf(const FieldInfo& field, const RecordView& record) {
  return HidesPresence(field.section()) && !IsClear(EffectiveClass(field, record)) &&
         field.obligation != Obligation::kSystem && DueOf(field, record) != Due::kNotDue;
}

Status CheckRecord(const ledger::Record& record, const RecordCheck& check) {
  return Checker(record, check).Run();
}

}  // namespace suyuan::contracts
