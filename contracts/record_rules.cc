// Triggers of conditional fields (C05), one line a field, in the order of the numbers. A condition
// reads clear values only, so that every node comes to the same verdict (D-38).
#include "contracts/record_rules.h"

#include <algorithm>
#include <initializer_list>

#include "contracts/field_numbers.h"

namespace suyuan::contracts {
namespace {

using View = const RecordView&;

bool IsOneOf(View r, uint16_t field, std::initializer_list<std::string_view> words) {
  const std::string text = r.Text(field);
  return std::ranges::find(words, text) != words.end();
}

bool SetHas(View r, uint16_t field, std::string_view word) {
  const auto value = r.Value(field);
  const json::Array* items = value ? value->if_array() : nullptr;
  return items != nullptr && std::ranges::any_of(*items, [&](const json::Value& item) {
           return item.if_string() != nullptr && *item.if_string() == word;
         });
}

Due If(bool holds) { return holds ? Due::kDue : Due::kNotDue; }
Due IfElseOpen(bool holds) { return holds ? Due::kDue : Due::kOpen; }
Due Open(View) { return Due::kOpen; }
// Due at a later step only; the contract of that step asks for it.
Due Later(View) { return Due::kNotDue; }

bool IsCertificate(View r) {
  return IsOneOf(r, document_field::kDocType,
                 {"system_cert", "product_cert", "production_licence", "ccc_cert"});
}
bool IsReportOrCertificate(View r) {
  return IsCertificate(r) || IsOneOf(r, document_field::kDocType,
                                     {"business_licence", "legal_person_cert", "factory_inspection",
                                      "type_test", "test_report", "rework_report"});
}
bool IsFlow(View r, std::initializer_list<std::string_view> kinds) {
  return IsOneOf(r, flow_field::kFlowType, kinds);
}
bool MovesHolder(View r) { return IsFlow(r, {"sale", "purchase", "return", "recall_return"}); }
// Only then nothing else in the record says which of the two sends it.
bool BothRegistered(View r) {
  return IsOneOf(r, flow_field::kBuyerKind, {"registered_party"}) &&
         IsOneOf(r, flow_field::kSupplierKind, {"registered_party"});
}
bool IsCarriage(View r) { return IsFlow(r, {"transport", "delivery"}); }
// A registered side must be named by its code, an outside one may be (4.5).
Due SideCode(View r, uint16_t kind) {
  if (IsOneOf(r, kind, {"registered_party"})) return Due::kDue;
  return IsOneOf(r, kind, {"external_org"}) ? Due::kOpen : Due::kNotDue;
}

struct Trigger {
  uint16_t field;
  Due (*due)(View);
};

namespace p = party_field;
namespace q = product_field;
namespace b = batch_field;
namespace c = code_field;
namespace f = flow_field;
namespace d = document_field;
namespace m = material_field;
namespace k = catalog_field;
namespace x = command_field;

// clang-format off
constexpr Trigger kTriggers[] = {
    {p::kRegisteredAddress, [](View r) { return If(!r.Has(p::kOperatingAddress)); }},
    {p::kOperatingAddress, [](View r) { return If(!r.Has(p::kRegisteredAddress)); }},
    {p::kRegisterNode, Open},
    {p::kChainStage, [](View r) { return If(SetHas(r, p::kPartyType, "manufacturer") || SetHas(r, p::kPartyType, "distributor")); }},
    {p::kMerchantType, [](View r) { return If(SetHas(r, p::kPartyType, "distributor")); }},
    {p::kHostedBy, Open},
    {q::kProductionLicenceNo, [](View r) { return If(SetHas(r, q::kKeyProductBasis, "production_licence")); }},
    {q::kCccCertNo, [](View r) { return If(SetHas(r, q::kKeyProductBasis, "ccc")); }},
    {q::kLicenceValidTo, [](View r) { return If(r.Has(q::kProductionLicenceNo)); }},
    {q::kCccValidTo, [](View r) { return If(r.Has(q::kCccCertNo)); }},
    {q::kWarrantyPeriod, Open},
    {q::kManualOrWarningDoc, Open},
    {q::kGtin, [](View r) { return If(IsOneOf(r, q::kDefaultScheme, {"gs1"})); }},
    {b::kCompositeKind, [](View r) { return If(IsOneOf(r, b::kTraceLevel, {"composite"})); }},
    {b::kProductQuantity, [](View r) { return If(IsOneOf(r, b::kTraceLevel, {"per_item", "composite"})); }},
    {b::kCapturedBy, Open},
    {b::kReleaseTime, Later},
    {b::kReleaseCodes, Later},
    {b::kLateFiling, Later},
    {b::kTransportPacking, Later},
    {b::kMarkAttested, Later},
    {b::kReleasePart, Later},
    {c::kItemNo, [](View r) { return If(IsOneOf(r, c::kCodeKind, {"item_code"}) || IsOneOf(r, c::kCodeRole, {"bundle", "parent"})); }},
    {c::kParentCode, [](View r) { return If(IsOneOf(r, c::kCodeRole, {"component", "child"})); }},
    {c::kLinkKind, [](View r) { return If(r.Has(c::kParentCode)); }},
    {c::kLinkQuantity, [](View r) { return If(r.Has(c::kParentCode) && IsOneOf(r, c::kCodeKind, {"product_code", "batch_code"})); }},
    {c::kSegmentFrom, [](View r) { return If(r.Has(c::kSegmentTo)); }},
    {c::kSegmentTo, [](View r) { return If(r.Has(c::kSegmentFrom)); }},
    {c::kPackageLevel, [](View r) { return If(IsOneOf(r, c::kCodeKind, {"package_code"})); }},
    {c::kAntiFakeToken, Open},
    {f::kFlowBatches, Open},
    {f::kBuyerKind, [](View r) { return If(MovesHolder(r)); }},
    {f::kSupplierKind, [](View r) { return If(MovesHolder(r)); }},
    {f::kSellerCode, [](View r) { return SideCode(r, f::kSupplierKind); }},
    {f::kBuyerCode, [](View r) { return SideCode(r, f::kBuyerKind); }},
    {f::kBuyerName, [](View r) { return IfElseOpen(IsFlow(r, {"sale"})); }},
    {f::kBuyerAddress, Open},
    {f::kBuyerContact, Open},
    {f::kSaleTime, [](View r) { return IfElseOpen(IsFlow(r, {"sale"})); }},
    {f::kSupplierName, [](View r) { return IfElseOpen(IsFlow(r, {"purchase"})); }},
    {f::kPurchaseTime, [](View r) { return IfElseOpen(IsFlow(r, {"purchase"})); }},
    {f::kEventTime, [](View r) { return IfElseOpen(!IsFlow(r, {"sale", "purchase"})); }},
    {f::kSaleQuantity, [](View r) { return IfElseOpen(r.Flag(f::kPartSale)); }},
    {f::kPartSale, Open},
    {f::kDestinationRegion, [](View r) { return IfElseOpen(IsFlow(r, {"sale"}) && !IsOneOf(r, f::kBuyerKind, {"consumer"})); }},
    {f::kSaleChannel, Open},
    {f::kForeignGoods, Open},
    {f::kCarrierName, [](View r) { return If(IsCarriage(r)); }},
    {f::kVehicleNo, [](View r) { return If(IsCarriage(r)); }},
    {f::kDepartTime, [](View r) { return If(IsCarriage(r)); }},
    {f::kArriveTime, [](View r) { return If(IsCarriage(r)); }},
    {f::kStoragePlace, [](View r) { return If(IsFlow(r, {"storage"})); }},
    {f::kCapturedBy, Open},
    {f::kFlowDocs, [](View r) { return If(IsFlow(r, {"disposal"})); }},
    {f::kSenderSide, [](View r) { return If(IsFlow(r, {"return", "recall_return"}) && BothRegistered(r)); }},
    {d::kIssuerName, [](View r) { return IfElseOpen(IsReportOrCertificate(r)); }},
    {d::kIssuerCode, Open},
    {d::kDocNo, [](View r) { return IfElseOpen(IsReportOrCertificate(r)); }},
    {d::kValidTo, [](View r) { return If(IsCertificate(r) || IsOneOf(r, d::kDocType, {"type_test"})); }},
    {d::kStamped, [](View r) { return If(IsOneOf(r, d::kDocType, {"promotion_evidence", "commitment"})); }},
    {m::kMaterialProducer, Open},
    {m::kMaterialCertNo, Open},
    {m::kSupplierAlias, Open},
    {m::kMaskReason, Open},
    {k::kParentCategory, [](View r) { return If(IsOneOf(r, k::kCatalogLevel, {"region"})); }},
    {k::kCatalogRegion, [](View r) { return If(IsOneOf(r, k::kCatalogLevel, {"region"})); }},
    {x::kReason, [](View r) { return If(IsOneOf(r, x::kDecision, {"return", "reject", "refuse"})); }},
    {x::kSamplingResult, [](View r) { return If(IsOneOf(r, x::kReviewOf, {"sampling"})); }},
    {x::kPartNumber, [](View r) { return If(IsOneOf(r, x::kCodeScope, {"part"})); }},
    {x::kCodes, [](View r) { return If(IsOneOf(r, x::kCodeScope, {"codes"})); }},
};
// clang-format on

static_assert(std::ranges::is_sorted(kTriggers, {}, &Trigger::field));

Error FieldError(ErrorCode code, uint16_t field, std::string_view detail) {
  Error error{code, std::string(FindField(field)->identifier) + ": " + std::string(detail)};
  error.field = field;
  return error;
}

// A firm may be both maker and seller; every other role stands alone (4.1).
Status CheckParty(View r) {
  if (r.Has(p::kUscc) && r.Has(p::kPartyCode) && r.Text(p::kUscc) != r.Text(p::kPartyCode))
    return FieldError(ErrorCode::kUscc, p::kUscc, "differs from party_code");
  const auto types = r.Value(p::kPartyType);
  if (types && types->if_array() != nullptr && types->if_array()->size() > 1) {
    const bool trade = SetHas(r, p::kPartyType, "manufacturer") &&
                       SetHas(r, p::kPartyType, "distributor") && types->if_array()->size() == 2;
    if (!trade)
      return FieldError(ErrorCode::kFormat, p::kPartyType,
                        "only manufacturer and distributor may stand together");
  }
  return {};
}

// RC-06: none_applicable stands alone and not for a basis of mandatory standards.
Status CheckProduct(View r) {
  const auto standards = r.Texts(q::kMandatoryStandards);
  if (std::ranges::find(standards, "none_applicable") == standards.end()) return {};
  if (standards.size() > 1 || SetHas(r, q::kKeyProductBasis, "mandatory_standard"))
    return FieldError(ErrorCode::kFormat, q::kMandatoryStandards,
                      "none_applicable stands alone and not where key_product_basis names "
                      "mandatory_standard");
  return {};
}

// One report for each kind, in the order of the kinds.
Status CheckBatch(View r) {
  const auto kinds = r.Value(b::kInspectionKind);
  if (!kinds || kinds->if_array() == nullptr) return {};
  const size_t documents = r.Texts(b::kInspectionDoc).size();
  if (documents != 0 && documents != kinds->if_array()->size())
    return FieldError(ErrorCode::kMissing, b::kInspectionDoc,
                      "one document for each inspection_kind");
  return {};
}

}  // namespace

Due ConditionalDue(uint16_t field, const RecordView& record) {
  const auto* it = std::ranges::lower_bound(kTriggers, field, {}, &Trigger::field);
  SUYUAN_CHECK(it != std::end(kTriggers) && it->field == field,
               "conditional field without trigger");
  return it->due(record);
}

Status CheckRelations(const RecordView& record) {
  switch (record.record().schema) {
    case p::kSection:
      return CheckParty(record);
    case q::kSection:
      return CheckProduct(record);
    case b::kSection:
      return CheckBatch(record);
    default:
      return {};
  }
}

}  // namespace suyuan::contracts
