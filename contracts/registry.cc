// The one table of transaction types. A later version of a type is a further line with its first
// height, and the older line gets its last one (C29).
#include <array>

#include "contracts/contract.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kActiveOrSuspended = kFromActive | kFromSuspended;

constexpr std::array kContracts = {
    Contract{.type = tx::kPartyRegister,
             .version = 1,
             .validate = ValidatePartyRegister,
             .apply = ApplyPartyRegister,
             .self_introducing = true,
             .further_roles = RoleBit(ledger::SignerRole::kHost)},
    Contract{tx::kPartyReview, 1, ValidatePartyReview, ApplyPartyReview},
    Contract{.type = tx::kKeyRotate,
             .version = 1,
             .validate = ValidateKeyRotate,
             .apply = ApplyKeyRotate,
             .party_states = kActiveOrSuspended},
    Contract{tx::kMemberChange, 1, ValidateMemberChange, ApplyMemberChange},
    Contract{tx::kCatalogPut, 1, ValidateCatalogPut, ApplyCatalogPut},
    Contract{.type = tx::kDocAnchor,
             .version = 1,
             .validate = ValidateDocAnchor,
             .apply = ApplyDocAnchor,
             .party_states = kActiveOrSuspended,
             .further_roles = RoleBit(ledger::SignerRole::kTestingBody)},
    Contract{tx::kProductRegister, 1, ValidateProductRegister, ApplyProductRegister},
    Contract{tx::kProductReview, 1, ValidateProductReview, ApplyProductReview},
    Contract{tx::kBatchSubmit, 1, ValidateBatchSubmit, ApplyBatchSubmit},
    Contract{tx::kBatchReview, 1, ValidateBatchReview, ApplyBatchReview},
    Contract{tx::kBatchActivate, 1, ValidateBatchActivate, ApplyBatchActivate},
    Contract{tx::kCodeLink, 1, ValidateCodeLink, ApplyCodeLink},
    Contract{tx::kCodeUnlink, 1, ValidateCodeUnlink, ApplyCodeUnlink},
    Contract{tx::kCodePrint, 1, ValidateCodePrint, ApplyCodePrint},
    Contract{tx::kBatchRelease, 1, ValidateBatchRelease, ApplyBatchRelease},
    Contract{.type = tx::kFlowRecord,
             .version = 1,
             .validate = ValidateFlowRecord,
             .apply = ApplyFlowRecord,
             .party_states = kActiveOrSuspended,
             .further_roles = RoleBit(ledger::SignerRole::kCounterparty)},
    Contract{.type = tx::kFlowConfirm,
             .version = 1,
             .validate = ValidateFlowConfirm,
             .apply = ApplyFlowConfirm,
             .party_states = kActiveOrSuspended,
             .further_roles = RoleBit(ledger::SignerRole::kCounterparty)},
    Contract{.type = tx::kFlowDispute,
             .version = 1,
             .validate = ValidateFlowDispute,
             .apply = ApplyFlowDispute,
             .party_states = kActiveOrSuspended},
    Contract{.type = tx::kFlowVoid,
             .version = 1,
             .validate = ValidateFlowVoid,
             .apply = ApplyFlowVoid,
             .party_states = kActiveOrSuspended,
             .further_roles = RoleBit(ledger::SignerRole::kCounterparty)},
    Contract{.type = tx::kFinding,
             .version = 1,
             .validate = ValidateFinding,
             .apply = ApplyFinding,
             .party_states = kActiveOrSuspended},
    Contract{.type = tx::kDisclosureSet,
             .version = 1,
             .validate = ValidateDisclosureSet,
             .apply = ApplyDisclosureSet,
             .party_states = kActiveOrSuspended},
};

}  // namespace

const Contract* FindContract(TxType type, uint16_t version, Height height) {
  for (const Contract& contract : kContracts) {
    if (contract.type == type && contract.version == version && contract.from <= height &&
        height < contract.until) {
      return &contract;
    }
  }
  return nullptr;
}

std::span<const Contract> AllContracts() { return kContracts; }

}  // namespace suyuan::contracts
