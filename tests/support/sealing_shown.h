// Transactions that show what others sealed: openings and proofs of cipher faults.
#pragma once

#include "tests/support/sealing_forgeries.h"

namespace suyuan::test {

// A transaction of two own sealed fields and, among them, an opening of kListItem of the honest
// transaction and a proof for each forgery that is a cipher fault, one record each.
SealedDraft Showing();

// What reader 1 opens and finds at a place, and what the ledger carries there.
sealing::OpenedField FieldOf(const SealedTransaction& sealed, const sealing::SealedPlace& at);
sealing::CarriedField CarriedAt(const SealedTransaction& sealed, const sealing::SealedPlace& at);
// k_i there, as the audience's key gives it to reader 1.
SecretSeed FieldKeyOf(const SealedTransaction& sealed, const sealing::SealedPlace& at);

// Forgeries that somebody who holds k_i can prove.
std::vector<Forgery> CipherFaults();

}  // namespace suyuan::test
