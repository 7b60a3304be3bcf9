// Where a node's data directory keeps its ledger.
#pragma once

#include <string>

namespace suyuan::cli {

// `data` may be the node's [storage] directory or the ledger directory inside it.
std::string LedgerDirectory(const std::string& data);

}  // namespace suyuan::cli
