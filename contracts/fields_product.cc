// Field table: 4.2 Product (产品). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = product_field;
constexpr std::string_view kProductBases =
    "production_licence|ccc|mandatory_standard|other_important";
constexpr std::string_view kLabelTemplate = "position:text60,size:text60,template:text60!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kProductId, "product_id", "产品标识", V::kEntity, 26, 26, kOne, S, PUB, kNone, "PS 6.3.2"},
    {f::kOwnerCode, "owner_code", "生产单位代码", V::kPartyCode, 18, 18, kOne, S, PUB, kNone, "GR 4.1"},
    {f::kProductName, "product_name", "产品名称", V::kText, 1, 120, kOne, M, PUB, kNone, "GR T1, T3; OG 5.3.3.2 b"},
    {f::kProductType, "product_type", "产品类型", V::kCategory, 0, 0, kOne, M, PUB, kNone, "GR T1, T3; OG 5.3.3.2 c"},
    {f::kSpecModel, "spec_model", "规格型号", V::kText, 1, 120, kOne, M, PUB, kNone, "GR T1, T3; OG 5.3.3.2 d"},
    {f::kKeyProductBasis, "key_product_basis", "重点产品依据", V::kSet, 0, 0, kOne, M, PUB, kProductBases, "GR 3.1; D-13"},
    {f::kMandatoryStandards, "mandatory_standards", "执行强制性国家标准", V::kStandardNo, 0, 0, kList, M, PUB, "none_applicable", "GR T1, T3; OG 5.3.3.2 g"},
    {f::kProductionLicenceNo, "production_licence_no", "工业产品生产许可证书编号", V::kText, 1, 40, kOne, C, PUBC, kNone, "GR T1, T3; OG 5.3.3.3 b"},
    {f::kCccCertNo, "ccc_cert_no", "强制性产品认证证书编号", V::kText, 1, 40, kOne, C, PUBC, kNone, "GR T1, T3; OG 5.3.3.3 b"},
    {f::kLicenceValidTo, "licence_valid_to", "许可证有效期", V::kDate, 0, 0, kOne, C, PUBC, kNone, "C13"},
    {f::kCccValidTo, "ccc_valid_to", "CCC 证书有效期", V::kDate, 0, 0, kOne, C, PUBC, kNone, "C13"},
    {f::kWarrantyPeriod, "warranty_period", "质保期限", V::kPeriod, 0, 0, kOne, C, PUBC, kNone, "GR T1, T3; OG 5.3.3.3 a"},
    {f::kServiceLife, "service_life", "保质期/寿命", V::kPeriod, 0, 0, kOne, O, PUBC, kNone, "GR 8.5"},
    {f::kManualOrWarningDoc, "manual_or_warning_doc", "使用说明书或警示说明", V::kDocument, 0, 0, kOne, C, PUBC, kNone, "GR T1, T3; OG 5.3.3.3 c"},
    {f::kBasicCategory, "basic_category", "产品基础分类", V::kText, 1, 60, kOne, O, OPT, kNone, "OG 5.3.1"},
    {f::kBrand, "brand", "品牌", V::kText, 1, 60, kOne, O, OPT, kNone, "OG 5.3.1"},
    {f::kProductFunction, "product_function", "产品功能", V::kObject, 0, 0, kOne, O, OPT, "doc:doc,text:text500!", "GR T1"},
    {f::kProductPerformance, "product_performance", "产品性能", V::kObject, 0, 0, kList, O, OPT, kQualityItem, "GR T1; OG 5.3.4.2"},
    {f::kProductCerts, "product_certs", "产品认证", V::kObject, 0, 0, kList, O, OPT, kCertificate, "GR T1"},
    {f::kSalesUnit, "sales_unit", "最小销售单元", V::kObject, 0, 0, kOne, M, PUB, "text:text60!,unit:text20!", "GR 6.1.1"},
    {f::kGtin, "gtin", "商品条码", V::kGtin, 0, 0, kOne, C, PUB, kNone, "OG 5.2.1"},
    {f::kDefaultScheme, "default_scheme", "追溯技术方案", V::kEnum, 0, 0, kOne, M, PUB, kSchemes, "OG 5.2.1"},
    {f::kDefaultLevel, "default_level", "追溯层级", V::kEnum, 0, 0, kOne, M, PUB, kLevels, "OG 5.2.2"},
    {f::kRegisterPlatform, "register_platform", "登记平台", V::kText, 1, 60, kOne, O, PUB, kNone, "OG 5.2.3"},
    {f::kReportFrequency, "report_frequency", "填报频率", V::kEnum, 0, 0, kOne, M, MEM, "daily|monthly|quarterly|yearly", "OG 5.3.3.3 n1"},
    {f::kPauseCalendar, "pause_calendar", "停产日历", V::kObject, 0, 0, kOne, O, MEM, "dates:dates,weekdays:weekdays", "D-22"},
    {f::kLabelTemplate, "label_template", "标签模板", V::kObject, 0, 0, kOne, O, REG, kLabelTemplate, "GR 6.2.3; OG 5.6"},
    {f::kAuthorisedRegions, "authorised_regions", "授权销售区域", V::kObject, 0, 0, kList, O, CPTY, "buyer:party!,regions:regions!", "OG 6.5"},
    {f::kProductState, "product_state", "产品状态", V::kText, 1, 40, kOne, S, PUB, kNone, "6.2"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> ProductFields() { return kTable; }

}  // namespace suyuan::contracts::table
