// The contracts of registry.cc, one file a transaction type. `Validate…` checks form and what needs
// no entity but the submitter; `Apply…` guards and transition (requirements section 6).
#pragma once

#include "contracts/contract.h"

namespace suyuan::contracts {

Status ValidatePartyRegister(const TxContext& ctx);
Status ApplyPartyRegister(TxContext& ctx);
Status ValidatePartyReview(const TxContext& ctx);
Status ApplyPartyReview(TxContext& ctx);
Status ValidateKeyRotate(const TxContext& ctx);
Status ApplyKeyRotate(TxContext& ctx);
Status ValidateCatalogPut(const TxContext& ctx);
Status ApplyCatalogPut(TxContext& ctx);
Status ValidateDocAnchor(const TxContext& ctx);
Status ApplyDocAnchor(TxContext& ctx);
Status ValidateProductRegister(const TxContext& ctx);
Status ApplyProductRegister(TxContext& ctx);
Status ValidateProductReview(const TxContext& ctx);
Status ApplyProductReview(TxContext& ctx);
Status ValidateBatchSubmit(const TxContext& ctx);
Status ApplyBatchSubmit(TxContext& ctx);
Status ValidateBatchReview(const TxContext& ctx);
Status ApplyBatchReview(TxContext& ctx);
Status ValidateBatchActivate(const TxContext& ctx);
Status ApplyBatchActivate(TxContext& ctx);
Status ValidateCodeLink(const TxContext& ctx);
Status ApplyCodeLink(TxContext& ctx);
Status ValidateCodeUnlink(const TxContext& ctx);
Status ApplyCodeUnlink(TxContext& ctx);
Status ValidateCodePrint(const TxContext& ctx);
Status ApplyCodePrint(TxContext& ctx);
Status ValidateBatchRelease(const TxContext& ctx);
Status ApplyBatchRelease(TxContext& ctx);
Status ValidateFlowRecord(const TxContext& ctx);
Status ApplyFlowRecord(TxContext& ctx);
Status ValidateFlowConfirm(const TxContext& ctx);
Status ApplyFlowConfirm(TxContext& ctx);
Status ValidateFlowDispute(const TxContext& ctx);
Status ApplyFlowDispute(TxContext& ctx);
Status ValidateFlowVoid(const TxContext& ctx);
Status ApplyFlowVoid(TxContext& ctx);
Status ValidateFinding(const TxContext& ctx);
Status ApplyFinding(TxContext& ctx);
Status ValidateMemberChange(const TxContext& ctx);
Status ApplyMemberChange(TxContext& ctx);
Status ValidateDisclosureSet(const TxContext& ctx);
Status ApplyDisclosureSet(TxContext& ctx);

}  // namespace suyuan::contracts
