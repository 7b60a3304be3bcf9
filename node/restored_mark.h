// The mark of a ledger that was rebuilt from a backup, which holds no votes: only a node whose key
// never took part may run on it (reliability row 12).
#pragma once

#include <string>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::node {

// Durable when it returns. `directory`: of the ledger; `node`: the only key that may run on it.
Status WriteRestoredMark(const std::string& directory, Height height, const KeyId& node);
// OK for a ledger that was not restored. E_LOST when it was, for another node; E_CORRUPT when the
// mark is unreadable.
Status CheckRestoredMark(const std::string& directory, const KeyId& node);

}  // namespace suyuan::node
