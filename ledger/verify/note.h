// The verifier's own reading of a signed checkpoint (C2SP tlog-checkpoint, docs/formats.md §5).
#pragma once

#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger::verify {

struct NoteFacts {
  uint64_t size = 0;
  Hash root;
  Bytes text;                // what is signed
  std::vector<Bytes> blobs;  // of the lines whose name is the origin; at least one
};

// The checkpoint when its origin is `origin`; its signatures are not verified yet. E_PROOF.
Result<NoteFacts> ReadNote(std::string_view note, std::string_view origin);
// Each of those lines carries a valid signature of one of these log keys, unless it names a key
// that a later configuration may name. E_PROOF.
enum class UnknownKeys { kMayCome, kRefused };
Status CheckNote(const NoteFacts& note, std::string_view origin, const std::vector<Bytes>& keys,
                 UnknownKeys unknown);

}  // namespace suyuan::ledger::verify
