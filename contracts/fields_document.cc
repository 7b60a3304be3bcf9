// Field table: 4.6 Document attachment (证明材料). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = document_field;
constexpr std::string_view kDocumentTypes =
    "business_licence|system_cert|product_cert|production_licence|ccc_cert|factory_inspection|"
    "type_test|test_report|manual|warning|promotion_evidence|commitment|plan|incident_record|"
    "flow_document|correction_reason|legal_person_cert|label_photo|rework_report|disposal_record|"
    "closing_report|other";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kDocId, "doc_id", "材料标识", V::kEntity, 26, 26, kOne, S, PUB, kNone, "GR 8.2"},
    {f::kDocType, "doc_type", "材料类型", V::kEnum, 0, 0, kOne, M, PUB, kDocumentTypes, "GR T1; OG 5.3.3-5.3.4"},
    {f::kDocTitle, "doc_title", "材料名称", V::kText, 1, 120, kOne, M, CONTENT, kNone, "4.6"},
    {f::kFileHash, "file_hash", "文件摘要", V::kHash, 64, 64, kOne, M, CONTENT, kNone, "GR 9.2"},
    {f::kFileSize, "file_size", "文件大小", V::kInteger, 1, 1099511627, kOne, M, CONTENT, kNone, "GR 9.2"},
    {f::kMediaType, "media_type", "文件类型", V::kMediaType, 3, 100, kOne, M, PUB, kNone, "GR 9.2"},
    {f::kIssuerName, "issuer_name", "出具机构", V::kText, 1, 120, kOne, C, CONTENT, kNone, "OG 5.3.3.2 n1"},
    {f::kIssuerCode, "issuer_code", "出具机构代码", V::kPartyCode, 18, 18, kOne, C, MEM, kNone, "OG 5.3.3.2 n1"},
    {f::kDocNo, "doc_no", "编号", V::kText, 1, 60, kOne, C, CONTENT, kNone, "GR T1"},
    {f::kIssueDate, "issue_date", "出具日期", V::kDate, 0, 0, kOne, M, MEM, kNone, "OG 5.3.3.2 n1"},
    {f::kValidTo, "valid_to", "有效期至", V::kDate, 0, 0, kOne, C, MEM, kNone, "OG 5.3.3.2 n1"},
    {f::kStamped, "stamped", "是否盖章", V::kBoolean, 0, 0, kOne, C, MEM, kNone, "OG 5.3.4.1"},
    {f::kDocClass, "doc_class", "公开设置", V::kEnum, 0, 0, kOne, M, PUB, "PUB|OPT|CPTY|REG|PRV", "OG 5.3.4.1"},
    {f::kDocState, "doc_state", "材料状态", V::kText, 1, 40, kOne, S, PUB, kNone, "6.6"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> DocumentFields() { return kTable; }

}  // namespace suyuan::contracts::table
