// Field table: 4.8 Catalogue node (分类节点). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = catalog_field;
constexpr std::string_view kDisclosureDefault = "class:PUB|MEM|OPT|CPTY|REG|PRV!,field:field!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kCategoryCode, "category_code", "分类代码", V::kCategory, 2, 32, kOne, M, PUB, kNone, "PS 6.3.1"},
    {f::kCategoryName, "category_name", "分类名称", V::kText, 1, 60, kOne, M, PUB, kNone, "PS 6.3.1"},
    {f::kParentCategory, "parent_category", "上级", V::kCategory, 2, 32, kOne, C, PUB, kNone, "PS 6.3.1"},
    {f::kCatalogLevel, "catalog_level", "目录级别", V::kEnum, 0, 0, kOne, M, PUB, "national|region", "PS 6.3.1"},
    {f::kRequiredFields, "required_fields", "追加必填", V::kFieldName, 0, 0, kList, O, PUB, kNone, "PS 6.3.1; C04"},
    {f::kMinLevel, "min_level", "最低追溯层级", V::kEnum, 0, 0, kOne, O, PUB, kLevels, "C08"},
    {f::kIndustryRetention, "industry_retention", "行业保存期限", V::kPeriod, 0, 0, kOne, O, PUB, kNone, "GR 8.5"},
    {f::kReviewPolicy, "review_policy", "审核策略", V::kEnum, 0, 0, kOne, M, MEM, "auto|manual", "OG 5.5; D-15"},
    {f::kDisclosureDefaults, "disclosure_defaults", "默认公开设置", V::kObject, 0, 0, kList, O, PUB, kDisclosureDefault, "GR T3"},
    {f::kEffectiveFrom, "effective_from", "生效日期", V::kDate, 0, 0, kOne, M, PUB, kNone, "PS 6.3.1"},
    {f::kEffectiveTo, "effective_to", "失效日期", V::kDate, 0, 0, kOne, O, PUB, kNone, "6.14"},
    {f::kCatalogRegion, "catalog_region", "适用区域", V::kRegion, 0, 0, kOne, C, PUB, kNone, "6.14; C28"},
    {f::kProductReviewPolicy, "product_review_policy", "产品审核策略", V::kEnum, 0, 0, kOne, O, MEM, "auto|manual", "D-15"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> CatalogFields() { return kTable; }

}  // namespace suyuan::contracts::table
