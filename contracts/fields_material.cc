// Field table: 4.7 Material or component entry (原材料/零部件). One line a field, in the order of
// the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = material_field;

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kMaterialName, "material_name", "名称", V::kText, 1, 120, kOne, M, OPT, kNone, "OG 5.3.4.3"},
    {f::kMaterialLot, "material_lot", "批次", V::kText, 1, 40, kOne, O, OPT, kNone, "OG 5.3.4.2"},
    {f::kMaterialCode, "material_code", "原料追溯码", V::kCodeOrEntity, 1, 256, kOne, O, OPT, kNone, "PS 5.1; EN 1"},
    {f::kMaterialDoc, "material_doc", "证明材料", V::kDocument, 0, 0, kOne, M, MEM, kNone, "OG 5.3.4.1"},
    {f::kMaterialRegulated, "material_regulated", "是否许可/认证产品", V::kEnum, 0, 0, kOne, M, OPT, "none|licence|ccc", "OG 5.3.4.3"},
    {f::kMaterialProducer, "material_producer", "生产企业", V::kText, 1, 120, kOne, C, OPT, kNone, "OG 5.3.4.3"},
    {f::kMaterialCertNo, "material_cert_no", "许可证/认证编号", V::kText, 1, 60, kOne, C, OPT, kNone, "OG 5.3.4.3"},
    {f::kSupplierAlias, "supplier_alias", "供应商代称", V::kText, 1, 60, kOne, C, OPT, kNone, "OG 5.3.4.4"},
    {f::kMasked, "masked", "是否脱敏", V::kBoolean, 0, 0, kOne, M, OPT, kNone, "OG 5.3.4.4"},
    {f::kMaskReason, "mask_reason", "脱敏/缺项理由", V::kText, 1, 200, kOne, C, REG, kNone, "OG 5.3.4.3-4"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> MaterialFields() { return kTable; }

}  // namespace suyuan::contracts::table
