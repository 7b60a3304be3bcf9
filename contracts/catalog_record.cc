#include "contracts/catalog_record.h"

#include "contracts/field_numbers.h"
#include "contracts/record_values.h"

namespace suyuan::contracts {
namespace {

namespace f = catalog_field;

// Fields that a category may demand: those of products and batches that a sender fills in.
Result<uint16_t> RequiredField(const RecordView& view, uint32_t index, uint16_t item) {
  const FieldInfo* field = FindQualifiedField(view.Text(f::kRequiredFields, item));
  const bool fits =
      field != nullptr && field->obligation != Obligation::kSystem &&
      (field->section() == product_field::kSection || field->section() == batch_field::kSection);
  if (!fits) {
    return RefuseAt({index, f::kRequiredFields, item}, ErrorCode::kFormat,
                    "no field of products or batches that a party fills in");
  }
  return field->number;
}

// GR 5.3: what must be open stays open.
Status CheckDisclosureDefaults(const ledger::Record& record, uint32_t index) {
  const RecordView view(record);
  for (uint16_t item = 0; record.Find(f::kDisclosureDefaults, item) != nullptr; ++item) {
    const auto entry = view.Value(f::kDisclosureDefaults, item);
    const FieldInfo* field = entry ? FindQualifiedField(entry->Text("field")) : nullptr;
    const Place place{index, f::kDisclosureDefaults, item};
    if (field == nullptr) return RefuseAt(place, ErrorCode::kFormat, "names no field");
    const bool open =
        field->disclosure == DisclosureClass::kPub || field->disclosure == DisclosureClass::kPubc;
    if (open && entry->Text("class") != "PUB")
      return RefuseAt(place, ErrorCode::kDisclose, "a field that must be public cannot be hidden");
  }
  return {};
}

}  // namespace

Result<CatalogVersion> ReadCatalogVersion(const ledger::Record& record, uint32_t index) {
  const RecordView view(record);
  CatalogVersion version;
  version.effective_from = *ParseDay(view.Text(f::kEffectiveFrom));
  if (view.Has(f::kEffectiveTo)) version.effective_to = *ParseDay(view.Text(f::kEffectiveTo));
  if (version.effective_to < version.effective_from)
    return RefuseAt({index, f::kEffectiveTo}, ErrorCode::kTime, "ends before it begins");
  version.min_level = ParseTraceLevel(view.Text(f::kMinLevel));
  version.retention = PeriodOf(view, f::kIndustryRetention);
  version.batch_review = ParseReviewPolicy(view.Text(f::kReviewPolicy));
  version.product_review = ParseReviewPolicy(view.Text(f::kProductReviewPolicy));
  for (uint16_t item = 0; record.Find(f::kRequiredFields, item) != nullptr; ++item) {
    SUYUAN_ASSIGN_OR_RETURN(const uint16_t field, RequiredField(view, index, item));
    version.required_fields.push_back(field);
  }
  SUYUAN_RETURN_IF_ERROR(CheckDisclosureDefaults(record, index));
  return version;
}

}  // namespace suyuan::contracts
