// A node's data directory as a source for the verifier. The layout is that of ledger/store_keys.h;
// how it is read is written here anew. The directory is never changed (ReadOnlyEnv).
#pragma once

#include <memory>
#include <string>

#include "ledger/verify/source.h"

namespace suyuan::ledger::verify {

// Opens `directory`. A database that only opens when its damaged parts are skipped is opened so,
// and the damage is reported by CheckRest at the latest, so that the first bad height can be named.
// E_REF when there is no ledger, E_BUSY when a running node holds it, E_CORRUPT when nothing can be
// read at all.
Result<std::unique_ptr<LedgerSource>> OpenDataDirectory(const std::string& directory);

}  // namespace suyuan::ledger::verify
