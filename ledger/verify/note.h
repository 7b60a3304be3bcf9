// The verifier's own reading of a signed checkpoint (C2SP tlog-checkpoint, docs/formats.md §5).
#pragma once

#include <string_view>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger::verify {

struct NoteFacts {
  uint64_t size = 0;
  Hash root;
};

// The checkpoint when its origin is `origin`, and each line whose name is the origin carries a
// valid signature of a log key of the configuration, and there is at least one. E_PROOF otherwise.
Result<NoteFacts> ReadNote(std::string_view note, std::string_view origin, ByteView configuration);

}  // namespace suyuan::ledger::verify
