// Field table: 4.4 Trace code (追溯码). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = code_field;
constexpr std::string_view kCodeKinds = "product_code|batch_code|item_code|package_code";
constexpr std::string_view kCodeRoles = "single|bundle|component|parent|child|package|alias";
constexpr std::string_view kPrintRecord =
    "copies:count!,operator:pseudonym,template:text60!,time:time!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kCodeValue, "code_value", "追溯码", V::kCode, 1, 256, kList, M, PUB, kNone, "GR T1-T3; OG 5.3.3.2 a"},
    {f::kCodeScheme, "code_scheme", "追溯技术方案", V::kEnum, 0, 0, kOne, M, PUB, kSchemes, "OG 5.2.1"},
    {f::kCodeKind, "code_kind", "编码类别", V::kEnum, 0, 0, kOne, M, PUB, kCodeKinds, "OG 5.6; GR 6.1.2"},
    {f::kCodeOrigin, "code_origin", "码来源", V::kEnum, 0, 0, kOne, M, PUB, "generated|supplied", "OG 5.5"},
    {f::kItemNo, "item_no", "单件编号", V::kText, 1, 81, kOne, C, PUB, kNone, "GR T1; OG 5.3.2 c"},
    {f::kCodeRole, "code_role", "码角色", V::kEnum, 0, 0, kOne, M, PUB, kCodeRoles, "EN; OG 5.2.2"},
    {f::kParentCode, "parent_code", "母码 / 上级码", V::kCode, 1, 256, kOne, C, PUB, kNone, "EN"},
    {f::kLinkKind, "link_kind", "关联类型", V::kEnum, 0, 0, kOne, C, PUB, "package|bundle|parent_child|alias", "GR 6.1.2; EN"},
    {f::kLinkQuantity, "link_quantity", "关联数量", V::kQuantity, 0, 0, kOne, C, CHAIN, kNone, "GR 6.1.2; EN"},
    {f::kSegmentFrom, "segment_from", "位段起点", V::kQuantity, 0, 0, kOne, C, PUB, kNone, "EN"},
    {f::kSegmentTo, "segment_to", "位段终点", V::kQuantity, 0, 0, kOne, C, PUB, kNone, "EN"},
    {f::kPackageLevel, "package_level", "包装级别", V::kInteger, 1, 5, kOne, C, MEM, kNone, "GR 6.1.2"},
    {f::kAntiFakeToken, "anti_fake_token", "防伪验证信息", V::kPseudonym, 32, 32, kList, C, PRV, kNone, "GR 6.1.3; OG 6.5"},
    {f::kScanCount, "scan_count", "查询次数", V::kInteger, 0, 0, kOne, S, PUB, kNone, "OG 6.5"},
    {f::kFirstScanTime, "first_scan_time", "首次查询时间", V::kTime, 0, 0, kOne, S, PUB, kNone, "OG 6.5"},
    {f::kCarrier, "carrier", "标识载体", V::kEnum, 0, 0, kOne, O, REG, "qr|barcode_1d|rfid|nfc|laser|print", "GR 6.2, 6.1.4"},
    {f::kResolveUrl, "resolve_url", "解析地址", V::kUrl, 1, 500, kOne, S, PUB, kNone, "PS 5.4.4"},
    {f::kIssuedAt, "issued_at", "生成时间", V::kTime, 0, 0, kOne, S, PUB, kNone, "OG 5.5"},
    {f::kPrintRecords, "print_records", "印制记录", V::kObject, 0, 0, kList, O, REG, kPrintRecord, "OG 5.6"},
    {f::kCodeState, "code_state", "码状态", V::kText, 1, 40, kOne, S, PUB, kNone, "6.4"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> CodeFields() { return kTable; }

}  // namespace suyuan::contracts::table
