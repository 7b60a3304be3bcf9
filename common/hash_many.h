// Many hashes at once: where the processor can, two side by side take little more time than one
// (sha256_pair.h). Formats §0 as in hash.h.
#pragma once

#include <span>

#include "common/bytes.h"
#include "common/ids.h"

namespace suyuan {

// SHA-256(prefix ‖ message) of each message. `out` has room for as many. Thread-safe.
void HashMany(ByteView prefix, std::span<const ByteView> messages, Hash* out);
// MerkleLeafHash of each leaf.
void MerkleLeafHashes(std::span<const ByteView> leaves, Hash* out);

}  // namespace suyuan
