// What a node takes from clients into its pool, beyond form and signature. Local and no rule of the
// ledger: a block may hold anything, and execution decides. But whatever is ordered stays in the
// ledger for ever, also what is refused there, so nobody may have junk ordered who is not known.
#pragma once

#include "common/result.h"
#include "ledger/store.h"
#include "ledger/transaction.h"

namespace suyuan::node {

// Bytes of a transaction whose submitter need not be known yet (PARTY_REGISTER).
inline constexpr size_t kIntroductionBytesMax = 256 * 1024;

// Judges by the state of `snapshot`: E_EXPIRED (made more than 5 minutes ahead of `now_ms`, UTC),
// E_SIG (a key that is not in force there), E_TYPE, E_SIZE, E_STATE, E_AUTHZ. What another node has
// executed already may be new here, so E_SIG and E_STATE say that the same bytes may be sent again.
// Pure.
Status CheckAdmission(const ledger::Transaction& tx, size_t bytes,
                      const ledger::StateSnapshot& snapshot, uint64_t now_ms);

}  // namespace suyuan::node
