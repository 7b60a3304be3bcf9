// Field table: Fields of commands: reviews, key changes, prints, flows (section 6). One line a
// field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = command_field;
constexpr std::string_view kFindingKinds = "bad_value|cipher_fault|key_fault|cannot_open";
// The rules over sealed values (reader_duties.h), and a P_i that is no padded value.
constexpr std::string_view kFindingRules = "C02|C04|C05|C06|C15|C27|padding";
constexpr std::string_view kFindingProof = "key:text64!,rule:C02|C04|C05|C06|C15|C27|padding";
constexpr std::string_view kDecisions = "approve|return|reject|accept|refuse";
constexpr std::string_view kMemberActions = "promote|replace|remove|withdraw";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kDecision, "decision", "审核结论", V::kEnum, 0, 0, kOne, O, PUB, kDecisions, "6.1-6.3, 6.6"},
    {f::kReason, "reason", "理由", V::kText, 1, 500, kOne, C, MEM, kNone, "6.1-6.6"},
    {f::kReasonFields, "reason_fields", "所涉字段", V::kFieldName, 0, 0, kList, O, MEM, kNone, "6.3 return by field"},
    {f::kReasonDoc, "reason_doc", "理由材料", V::kDocument, 0, 0, kOne, O, MEM, kNone, "6.1, 6.3"},
    {f::kReviewOf, "review_of", "审核对象", V::kEnum, 0, 0, kOne, O, MEM, "entity|change|correction|sampling", "6.3"},
    {f::kSamplingResult, "sampling_result", "抽查结果", V::kEnum, 0, 0, kOne, C, MEM, "pass|fail", "6.3; PS 10.4"},
    {f::kNewSigningKey, "new_signing_key", "新签名公钥", V::kKey, 64, 64, kOne, O, PUB, kNone, "6.1 KEY_ROTATE"},
    {f::kNewSealingKey, "new_sealing_key", "新加密公钥", V::kKey, 64, 64, kOne, O, PUB, kNone, "6.1 KEY_ROTATE"},
    {f::kNewRecoveryKey, "new_recovery_key", "新恢复公钥", V::kKey, 64, 64, kOne, O, PUB, kNone, "6.1 KEY_ROTATE"},
    {f::kLossProofDoc, "loss_proof_doc", "密钥遗失证明", V::kDocument, 0, 0, kOne, O, MEM, kNone, "6.1 KEY_ROTATE"},
    {f::kCodeScope, "code_scope", "追溯码范围", V::kEnum, 0, 0, kOne, O, MEM, "whole_batch|part|codes", "6.3, 6.4"},
    {f::kPartNumber, "part_number", "分段序号", V::kInteger, 1, 65535, kOne, C, MEM, kNone, "6.3 further part"},
    {f::kCodes, "codes", "追溯码", V::kCodeOrRange, 0, 0, kList, C, MEM, kNone, "6.4"},
    {f::kComplete, "complete", "补充完毕", V::kBoolean, 0, 0, kOne, O, MEM, kNone, "6.3 BATCH_SUPPLEMENT"},
    {f::kPrintTemplate, "print_template", "印制模板", V::kText, 1, 60, kOne, O, MEM, kNone, "6.4 CODE_PRINT"},
    {f::kPrintCopies, "print_copies", "印制份数", V::kInteger, 1, 1000000, kOne, O, MEM, kNone, "OG 5.6"},
    {f::kPrintReason, "print_reason", "补印理由", V::kText, 1, 500, kOne, O, MEM, kNone, "GR 6.2.5"},
    {f::kSideOpening, "side_opening", "本方主体代码揭示", V::kText, 128, 128, kOne, O, MEM, kNone, "6.5; C19"},
    {f::kRejectedCodes, "rejected_codes", "不予接收的追溯码", V::kCodeOrRange, 0, 0, kList, O, MEM, kNone, "6.5"},
    {f::kRulingRequested, "ruling_requested", "申请裁定", V::kBoolean, 0, 0, kOne, O, MEM, kNone, "D-40"},
    {f::kDisclosure, "disclosure", "公开设置", V::kEnum, 0, 0, kOne, O, PUB, "published|hidden", "6.9; OG 5.3.4.1"},
    {f::kTargetField, "target_field", "所指字段", V::kFieldName, 0, 0, kOne, O, PUB, kNone, "6.9; DC-5-d"},
    {f::kTargetVersion, "target_version", "所指版本", V::kInteger, 1, UINT32_MAX, kOne, O, PUB, kNone, "6.9; DC-5-d"},
    {f::kTargetItem, "target_item", "所指项", V::kInteger, 1, UINT16_MAX, kOne, O, PUB, kNone, "DC-5-d"},
    {f::kFindingKind, "finding_kind", "查证类别", V::kEnum, 0, 0, kOne, O, MEM, kFindingKinds, "4.8; DC-5-d"},
    {f::kFindingRule, "finding_rule", "所违规则", V::kEnum, 0, 0, kOne, O, MEM, kFindingRules, "DC-5-d"},
    {f::kFindingProof, "finding_proof", "查证依据", V::kObject, 0, 0, kOne, O, REG, kFindingProof, "4.8; DC-5-d"},
    {f::kFindingOf, "finding_of", "所附查证", V::kHash, 64, 64, kOne, O, MEM, kNone, "DC-5-d"},
    {f::kMemberAction, "member_action", "节点变更", V::kEnum, 0, 0, kOne, O, PUB, kMemberActions, "6.13 MEMBER_CHANGE; DC-1-b"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> CommandFields() { return kTable; }

}  // namespace suyuan::contracts::table
