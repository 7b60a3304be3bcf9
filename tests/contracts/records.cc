#include "tests/contracts/records.h"

#include "contracts/entity_access.h"

namespace suyuan::contracts::testing {

using ledger::LeafMode;

Rec& Rec::Clear(uint16_t field, json::Value value, uint16_t item) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.item = item;
  leaf.value = json::Canonical(value);
  leaves_[{field, item}] = std::move(leaf);
  return *this;
}

Rec& Rec::Set(uint16_t field, json::Value value, uint16_t item) {
  const DisclosureClass wanted = FindField(field)->disclosure;
  const bool clear = wanted == DisclosureClass::kOfContent
                         ? leaves_.contains({document_field::kDocClass, 0}) &&
                               leaves_[{document_field::kDocClass, 0}].value == "\"PUB\""
                         : IsClear(wanted);
  return clear ? Clear(field, std::move(value), item) : Hide(field, item);
}

Rec& Rec::Hide(uint16_t field, uint16_t item) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.item = item;
  leaf.mode = LeafMode::kHidden;
  leaf.padded_length = 128;
  leaf.commitment.data.fill(static_cast<uint8_t>(field));
  leaf.content_hash.data.fill(static_cast<uint8_t>(item + 1));
  leaves_[{field, item}] = std::move(leaf);
  return *this;
}

Rec& Rec::Commit(uint16_t field, const Hash& commitment) {
  Hide(field);
  leaves_[{field, 0}].commitment = commitment;
  return *this;
}

Rec& Rec::Put(const ledger::RecordDraft::LeafDraft& leaf) {
  leaves_[{leaf.field, leaf.item}] = leaf;
  return *this;
}

Rec& Rec::NotApplicable(uint16_t field) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.mode = LeafMode::kNotApplicable;
  leaves_[{field, 0}] = std::move(leaf);
  return *this;
}

Rec& Rec::Drop(uint16_t field) {
  std::erase_if(leaves_, [&](const auto& leaf) { return leaf.first.first == field; });
  return *this;
}

Rec& Rec::SealTheRest() {
  for (const FieldInfo& field : FieldsOfSection(section_)) {
    const bool hidden =
        !IsClear(field.disclosure) && field.disclosure != DisclosureClass::kOfContent;
    if (hidden && field.obligation != Obligation::kSystem && !leaves_.contains({field.number, 0}))
      Hide(field.number);
  }
  return *this;
}

ledger::RecordDraft Rec::Draft() const {
  ledger::RecordDraft draft;
  draft.schema = section_;
  draft.subject_kind = kind_;
  draft.subject = subject_;
  for (const auto& [key, leaf] : leaves_) draft.leaves.push_back(leaf);
  return draft;
}

json::Value PeriodJson(const char* unit, int value) {
  return json::Object{{"unit", unit}, {"value", value}};
}

json::Value QuantityJson(const char* value, const char* unit) {
  return json::Object{{"unit", unit}, {"value", value}};
}

Rec Document(const char* type, const char* doc_class) {
  namespace f = document_field;
  Rec rec(f::kSection);
  rec.Set(f::kDocType, type).Set(f::kDocClass, doc_class).Set(f::kDocTitle, "示例材料");
  rec.Set(f::kFileHash, std::string(64, 'a')).Set(f::kFileSize, 1024);
  rec.Set(f::kMediaType, "application/pdf").Set(f::kIssueDate, "2026-01-15");
  rec.Set(f::kIssuerName, "示例机构").Set(f::kDocNo, "示例-001");
  const std::string_view word(type);
  if (word.ends_with("_cert") || word == "production_licence" || word == "type_test")
    rec.Set(f::kValidTo, "2027-01-14");
  if (word == "commitment" || word == "promotion_evidence") rec.Set(f::kStamped, true);
  return rec;
}

Rec Registration(const std::string& code, const std::string& region, const std::string& signing_key,
                 const json::Value& types) {
  namespace f = party_field;
  Rec rec(f::kSection);
  rec.Set(f::kPartyCode, code).Set(f::kUscc, code).Set(f::kPartyType, types);
  rec.Set(f::kEntityKind, "enterprise").Set(f::kPartyName, "示例电缆有限公司");
  rec.Set(f::kRegisteredAddress, "示例市示例路 1 号").Set(f::kContactPublic, "020-12345678");
  rec.Set(f::kBusinessLicenceDoc, ToString(LocalReference(1))).Set(f::kRegionCode, region);
  rec.Set(f::kChainStage, json::Array{"processing"}).Set(f::kMerchantType, "wholesaler");
  rec.Set(f::kSigningKey, signing_key).Set(f::kSealingKey, std::string(62, '0') + "09");
  return rec.SealTheRest();
}

Rec Command(ledger::EntityKind kind, ByteView id) {
  return Rec(command_field::kSection).About(kind, id);
}

Rec Review(ledger::EntityKind kind, ByteView id, const char* decision) {
  Rec rec = Command(kind, id).Set(command_field::kDecision, decision);
  if (std::string_view(decision) != "approve") rec.Set(command_field::kReason, "示例理由");
  return rec;
}

Rec Product() {
  namespace f = product_field;
  Rec rec(f::kSection);
  rec.Set(f::kProductName, "家用燃气灶").Set(f::kProductType, "03").Set(f::kSpecModel, "JZT-2B");
  rec.Set(f::kKeyProductBasis, json::Array{"ccc"}).Set(f::kMandatoryStandards, "GB 16410-2020");
  rec.Set(f::kCccCertNo, "2026010101000001").Set(f::kCccValidTo, "2027-12-31");
  for (const uint16_t field :
       {f::kProductionLicenceNo, f::kLicenceValidTo, f::kWarrantyPeriod, f::kManualOrWarningDoc}) {
    rec.NotApplicable(field);
  }
  rec.Set(f::kSalesUnit, json::Object{{"text", "台"}, {"unit", "件"}});
  rec.Set(f::kGtin, "6901234567892").Set(f::kDefaultScheme, "gs1");
  rec.Set(f::kDefaultLevel, "per_item").Set(f::kReportFrequency, "daily");
  return rec.SealTheRest();
}

Rec BatchOf(const EntityId& product, const EntityId& report, const char* quantity) {
  namespace f = batch_field;
  Rec rec(f::kSection);
  rec.Set(f::kProductId, ToString(product)).Set(f::kTraceLevel, "per_item");
  rec.Set(f::kCodeScheme, "gs1").Set(f::kBatchStage, "processing");
  rec.Set(f::kProductionDate, "2026-03-01").Set(f::kProductionDateKind, "actual");
  rec.Set(f::kUnitNoKind, "serial_no").Set(f::kUnitNo, "000001-999999");
  rec.Set(f::kInspectionKind, json::Array{"factory_inspection"});
  rec.Set(f::kInspectionDoc, ToString(report)).Set(f::kReportPeriod, "2026-03-01");
  rec.Set(f::kProductQuantity, QuantityJson(quantity));
  rec.Set(f::kFilledBy, std::string(32, '1')).Set(f::kCheckedBy, std::string(32, '2'));
  rec.Set(f::kCheckedAt, "2026-03-01T09:00:00Z").Set(f::kSupplementPending, false);
  return rec.SealTheRest();
}

std::string ItemCode(uint32_t number, const char* lot) {
  std::string digits = std::to_string(1'000'000 + number).substr(1);
  return "01/06901234567892/10/" + std::string(lot) + "/21/" + digits;
}

Rec Codes(const EntityId& batch, uint32_t first, uint32_t count, const char* lot) {
  namespace f = code_field;
  Rec rec = OneCode(batch, "item_code", ItemCode(first, lot));
  for (uint32_t i = 1; i < count; ++i)
    rec.Set(f::kCodeValue, ItemCode(first + i, lot), static_cast<uint16_t>(i));
  return rec;
}

Rec OneCode(const EntityId& batch, const char* kind, const std::string& code) {
  namespace f = code_field;
  Rec rec(f::kSection);
  rec.About(ledger::EntityKind::kBatch, batch.view()).Set(f::kCodeValue, code);
  rec.Set(f::kCodeScheme, "gs1").Set(f::kCodeKind, kind);
  return rec.Set(f::kCodeOrigin, "generated").Set(f::kCodeRole, "single");
}

Rec Print(const EntityId& batch) {
  return Command(ledger::EntityKind::kBatch, batch.view()).Set(command_field::kPrintTemplate, "A6");
}

Rec Release(const EntityId& batch, const char* time) {
  namespace f = batch_field;
  Rec rec(f::kSection);
  rec.About(ledger::EntityKind::kBatch, batch.view()).Set(f::kReleaseTime, time);
  rec.Set(f::kTransportPacking, "packed");
  return rec.Set(f::kMarkAttested, json::Object{{"attested", true}, {"time", time}});
}

Rec Category(const char* code, const char* parent) {
  namespace f = catalog_field;
  Rec rec(f::kSection);
  rec.Set(f::kCategoryCode, code).Set(f::kCategoryName, "示例分类");
  rec.Set(f::kCatalogLevel, "national").Set(f::kReviewPolicy, "auto");
  rec.Set(f::kEffectiveFrom, "2026-01-01");
  if (*parent != '\0') rec.Set(f::kParentCategory, parent);
  return rec;
}

}  // namespace suyuan::contracts::testing
