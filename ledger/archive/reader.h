// A block archive as a source for the verifier (docs/formats.md §11): it hands out what is stored,
// unjudged. What only a data directory can show (indexes, state values) is not in it.
#pragma once

#include <memory>
#include <string>

#include "ledger/verify/source.h"

namespace suyuan::ledger::archive {

// E_REF when `directory` holds no archive, E_CORRUPT when files of it are missing.
Result<std::unique_ptr<verify::LedgerSource>> OpenArchive(const std::string& directory);

}  // namespace suyuan::ledger::archive
