// The acknowledgement mark of a data directory: what the node acknowledged last must still be there
// (docs/formats.md §7).
#pragma once

#include <string>

#include "common/result.h"
#include "ledger/verify/database.h"

namespace suyuan::ledger::verify {

// `log`: the log database of `directory`; `last_entry`: the height of its last entry. E_CORRUPT
// when an acknowledged entry is missing or another one, with the height in `bad_height`.
Status CheckMark(const std::string& directory, const Database& log, uint64_t last_entry,
                 uint64_t* bad_height);

}  // namespace suyuan::ledger::verify
