// The acknowledgement mark of a data directory: what the node acknowledged last must still be there
// (docs/formats.md §7).
#pragma once

#include <string>

#include "common/result.h"
#include "ledger/verify/database.h"

namespace suyuan::ledger::verify {

// `log`: the log database of `directory`; `last_entry`: the height of its last entry. E_CORRUPT
// when an acknowledged entry is missing or another one, with the height in `bad_height`; or, with
// the mark's height, when a slot of the ring is damaged. One damaged slot passes: the one that the
// next mark goes to, where a write may have been cut off. So damage to the newest mark itself looks
// like a write that never ended, and the mark before it counts.
Status CheckMark(const std::string& directory, const Database& log, uint64_t last_entry,
                 uint64_t* bad_height);

}  // namespace suyuan::ledger::verify
