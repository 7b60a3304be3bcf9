// What is asked of a transaction's signers before its contract sees it (C01, section 6 rule 6).
// Executing a block asks it of the state before each transaction, and so decides; a node that takes
// a transaction from a client asks it of its own state first, so that not everybody writes blocks.
#pragma once

#include "contracts/contract.h"
#include "contracts/signer_memo.h"

namespace suyuan::contracts {

// Every key is registered for its party and in force: E_SIG. The submitter of a self-introducing
// type brings its key along; its contract compares them. `contract` may be nullptr.
Status CheckSignerKeys(const ledger::Core& core, const Contract* contract, SignerMemo& signers);

// States of the signing parties (E_STATE) and roles of the further ones (E_AUTHZ). After
// CheckSignerKeys.
Status CheckSignerParties(const ledger::Core& core, const Contract& contract, SignerMemo& signers);

}  // namespace suyuan::contracts
