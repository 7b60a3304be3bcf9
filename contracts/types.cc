#include "contracts/types.h"

#include <utility>

namespace suyuan::contracts {
namespace {

constexpr std::pair<TxType, std::string_view> kNames[] = {
    {tx::kMemberChange, "MEMBER_CHANGE"},
    {tx::kRuleSet, "RULE_SET"},
    {tx::kAnchor, "ANCHOR"},
    {tx::kErase, "ERASE"},
    {tx::kEraseAck, "ERASE_ACK"},
    {tx::kFinding, "FINDING"},
    {tx::kPartyRegister, "PARTY_REGISTER"},
    {tx::kPartyReview, "PARTY_REVIEW"},
    {tx::kPartyAmend, "PARTY_AMEND"},
    {tx::kPartyStatus, "PARTY_STATUS"},
    {tx::kKeyRotate, "KEY_ROTATE"},
    {tx::kUserRoleSet, "USER_ROLE_SET"},
    {tx::kCatalogPut, "CATALOG_PUT"},
    {tx::kProductRegister, "PRODUCT_REGISTER"},
    {tx::kProductReview, "PRODUCT_REVIEW"},
    {tx::kProductAmend, "PRODUCT_AMEND"},
    {tx::kProductStatus, "PRODUCT_STATUS"},
    {tx::kBatchSubmit, "BATCH_SUBMIT"},
    {tx::kBatchReview, "BATCH_REVIEW"},
    {tx::kBatchActivate, "BATCH_ACTIVATE"},
    {tx::kBatchSupplement, "BATCH_SUPPLEMENT"},
    {tx::kBatchCorrect, "BATCH_CORRECT"},
    {tx::kBatchRelease, "BATCH_RELEASE"},
    {tx::kBatchStatus, "BATCH_STATUS"},
    {tx::kCodeLink, "CODE_LINK"},
    {tx::kCodeUnlink, "CODE_UNLINK"},
    {tx::kCodePrint, "CODE_PRINT"},
    {tx::kCodeStatus, "CODE_STATUS"},
    {tx::kFlowRecord, "FLOW_RECORD"},
    {tx::kFlowConfirm, "FLOW_CONFIRM"},
    {tx::kFlowDispute, "FLOW_DISPUTE"},
    {tx::kFlowVoid, "FLOW_VOID"},
    {tx::kDocAnchor, "DOC_ANCHOR"},
    {tx::kDocReview, "DOC_REVIEW"},
    {tx::kDocSupersede, "DOC_SUPERSEDE"},
    {tx::kDocRevoke, "DOC_REVOKE"},
    {tx::kDisclosureSet, "DISCLOSURE_SET"},
    {tx::kGrantRequest, "GRANT_REQUEST"},
    {tx::kGrantIssue, "GRANT_ISSUE"},
    {tx::kGrantRevoke, "GRANT_REVOKE"},
};

}  // namespace

std::string_view TypeName(TxType type) {
  for (const auto& [number, name] : kNames) {
    if (number == type) return name;
  }
  return {};
}

std::optional<TxType> ParseTypeName(std::string_view name) {
  for (const auto& [number, known] : kNames) {
    if (known == name) return number;
  }
  return std::nullopt;
}

std::vector<std::string_view> AllTypeNames() {
  std::vector<std::string_view> names;
  for (const auto& known : kNames) names.push_back(known.second);
  return names;
}

}  // namespace suyuan::contracts
