// PRODUCT_REGISTER (6.2): — → PENDING, and ACTIVE at once where the category lets the system
// review.
#include "contracts/catalog.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/identifiers/gtin.h"
#include "contracts/party.h"
#include "contracts/product.h"
#include "contracts/record_values.h"
#include "contracts/rules.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = product_field;
using ledger::EntityKind;

// The category's version in force: E_FORMAT for an unknown code (GR 5.1), E_REF when it is not in
// force, E_REGION for a local category of another region.
Result<CatalogVersion> FindCategory(const TxContext& ctx, uint32_t record) {
  const Place place{record, f::kProductType};
  const std::string code = RecordView(ctx.record(record)).Text(f::kProductType);
  const auto entity = LoadEntity(ctx.state, EntityKind::kCatalogNode, code);
  if (!entity) return RefuseAt(place, ErrorCode::kFormat, "not in the catalogue");
  const CatalogNode node = DecodeCatalogNode(entity->content);
  const CatalogVersion* version = node.InForce(DayOf(ctx.block_time_ms));
  if (version == nullptr) return RefuseAt(place, ErrorCode::kRef, "the category is not in force");
  if (!RegionCovers(node.region, ctx.submitter->region))
    return RefuseAt(place, ErrorCode::kRegion, "the category holds for another region");
  return *version;
}

Product ReadProduct(const TxContext& ctx, uint32_t record, const CatalogVersion& category) {
  const RecordView view(ctx.record(record));
  Product p;
  p.owner = ctx.tx.core.submitter;
  p.category = view.Text(f::kProductType);
  p.default_level = ParseTraceLevel(view.Text(f::kDefaultLevel));
  p.default_scheme = ParseScheme(view.Text(f::kDefaultScheme));
  p.frequency = ParseFrequency(view.Text(f::kReportFrequency));
  if (view.Has(f::kGtin)) p.gtin14 = Gtin14(view.Text(f::kGtin));
  p.licence_valid_to = DayAt(view, f::kLicenceValidTo).value_or(kNoEnd);
  p.ccc_valid_to = DayAt(view, f::kCccValidTo).value_or(kNoEnd);
  p.service_life = PeriodOf(view, f::kServiceLife);
  p.warranty = PeriodOf(view, f::kWarrantyPeriod);
  p.min_level = category.min_level;
  p.batch_review = category.batch_review;
  p.retention = category.retention;
  for (const uint16_t field : category.required_fields) {
    if (field >> 8 == batch_field::kSection) p.batch_required_fields.push_back(field);
  }
  p.name = view.Text(f::kProductName);
  return p;
}

// C08: the level reaches the category's minimum, and exact levels are filed daily.
Status CheckLevel(uint32_t record, const Product& p) {
  if (!LevelSatisfies(p.default_level, p.min_level)) {
    return RefuseAt({record, f::kDefaultLevel}, ErrorCode::kLevel,
                    "the category asks for a finer tracing level");
  }
  if (HasUnitCodes(p.default_level) && p.frequency != Frequency::kDaily) {
    return RefuseAt({record, f::kReportFrequency}, ErrorCode::kLevel,
                    "per_item and composite are filed daily");
  }
  return {};
}

// C13: certificates in validity, documents that fit.
// The manual that is cited.
Result<std::optional<EntityId>> CheckCertificates(const TxContext& ctx, uint32_t record,
                                                  const Product& p) {
  const Day today = DayOf(ctx.block_time_ms);
  if (p.licence_valid_to < today)
    return RefuseAt({record, f::kLicenceValidTo}, ErrorCode::kDoc, "the licence has expired");
  if (p.ccc_valid_to < today)
    return RefuseAt({record, f::kCccValidTo}, ErrorCode::kDoc, "the certificate has expired");
  if (!RecordView(ctx.record(record)).Has(f::kManualOrWarningDoc)) return std::optional<EntityId>();
  SUYUAN_ASSIGN_OR_RETURN(
      const UsableDocument manual,
      FindDocument(ctx, {record, f::kManualOrWarningDoc}, {DocType::kManual, DocType::kWarning}));
  return std::optional(manual.id);
}

// C04: what the category asks beside the field table.
Status CheckRequired(const TxContext& ctx, uint32_t record, const CatalogVersion& category) {
  for (const uint16_t field : category.required_fields) {
    if (field >> 8 == f::kSection && !RecordView(ctx.record(record)).Has(field))
      return RefuseAt({record, field}, ErrorCode::kMissing, "the category requires this field");
  }
  return {};
}

// RC-06: none_applicable among the standards is for a person to accept.
bool ReviewsItself(const TxContext& ctx, uint32_t record, const CatalogVersion& category) {
  const ReviewPolicy policy = category.product_review == ReviewPolicy::kUnset
                                  ? ctx.rules.ProductReview()
                                  : category.product_review;
  return policy == ReviewPolicy::kAuto &&
         RecordView(ctx.record(record)).Text(f::kMandatoryStandards) != "none_applicable";
}

Status Register(TxContext& ctx, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(const CatalogVersion category, FindCategory(ctx, record));
  SUYUAN_RETURN_IF_ERROR(CheckRequired(ctx, record, category));
  const Product product = ReadProduct(ctx, record, category);
  SUYUAN_RETURN_IF_ERROR(CheckLevel(record, product));
  SUYUAN_ASSIGN_OR_RETURN(const std::optional<EntityId> manual,
                          CheckCertificates(ctx, record, product));

  const EntityId id = ledger::EntityIdOf(ctx.tx.id, record);
  const Change change{record, EntityKind::kProduct, id.view()};
  Entity entity;
  entity.state = EntityState::kPending;
  entity.content = EncodeProduct(product);
  std::optional<EntityState> reviewed;
  if (ReviewsItself(ctx, record, category)) {
    reviewed = EntityState::kActive;
    if (manual) AcceptDocument(ctx, record, *manual);  // 6.6
  }
  CreateEntity(ctx, change, std::move(entity), product.owner, reviewed);
  return {};
}

}  // namespace

Status ValidateProductRegister(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    if (record.schema != f::kSection || record.subject_kind != EntityKind::kNone)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a record of a new product");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = i}));
  }
  return {};
}

Status ApplyProductRegister(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) SUYUAN_RETURN_IF_ERROR(Register(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
