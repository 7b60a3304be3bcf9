// What the ledger starts from: the contract state and the configuration that follow from a genesis
// file. Pure: every node, simulator and verifier computes the same.
#pragma once

#include <vector>

#include "genesis/genesis.h"
#include "ledger/state_write.h"

namespace suyuan::genesis {

// Regulators among the founding members are ACTIVE parties at once, the others register
// (requirements 6.1). E_CONFIG when a rule or category of the file cannot take effect.
Result<std::vector<ledger::StateWrite>> InitialState(const Genesis& genesis);

}  // namespace suyuan::genesis
