#include "contracts/signer_check.h"

#include "common/check.h"

namespace suyuan::contracts {
namespace {

Error Refuse(ErrorCode code, std::string detail) { return Error{code, std::move(detail)}; }

uint8_t StateBit(EntityState state) {
  if (state == EntityState::kActive) return kFromActive;
  return state == EntityState::kSuspended ? kFromSuspended : 0;
}

}  // namespace

Status CheckSignerKeys(const ledger::Core& core, const Contract* contract, SignerMemo& signers) {
  // The submitter of a self-introducing type brings its key along; its contract compares them.
  const size_t first = contract != nullptr && contract->self_introducing ? 1 : 0;
  for (size_t i = first; i < core.signers.size(); ++i) {
    const ledger::Signer& signer = core.signers[i];
    const KeyEntry* key = signers.Key(signer.key_id);
    if (key == nullptr || key->party != signer.party)
      return Error{ErrorCode::kSig, "signing key is not registered for its party"};
    if (!key->in_force()) return Error{ErrorCode::kSig, "signing key is no longer in force"};
  }
  return {};
}

Status CheckSignerParties(const ledger::Core& core, const Contract& contract, SignerMemo& signers) {
  for (size_t i = contract.self_introducing ? 1 : 0; i < core.signers.size(); ++i) {
    const ledger::Signer& signer = core.signers[i];
    const SignerMemo::KnownParty* known = signers.Find(signer.party);
    SUYUAN_CHECK(known != nullptr, "a registered key has a party");
    const uint8_t allowed = i == 0 ? contract.party_states : kFromActive;
    if ((StateBit(known->state) & allowed) == 0) {
      return Refuse(ErrorCode::kState, "a party in state " + std::string(ToString(known->state)) +
                                           " may not send this transaction type");
    }
  }
  for (size_t i = 1; i < core.signers.size(); ++i) {
    if ((RoleBit(core.signers[i].role) & contract.further_roles) == 0)
      return Refuse(ErrorCode::kAuthz, "this transaction type asks for no such further signer");
  }
  return {};
}

}  // namespace suyuan::contracts
