// The ledger that a node starts from, as its genesis file says.
#pragma once

#include <string>

#include "genesis/genesis.h"
#include "node/node.h"

namespace suyuan::cli {

Result<node::LedgerStart> LedgerStartOf(const genesis::Genesis& genesis);

// Makes the ledger of a node that never took part, in the directory that its configuration names;
// the directory. E_REF when there is one already; else as LoadNodeConfig and LoadGenesis.
Result<std::string> InitNode(const std::string& config_file);

}  // namespace suyuan::cli
