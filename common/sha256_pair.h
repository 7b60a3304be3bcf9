// SHA-256 of two messages at once. One alone leaves the processor's hash unit waiting for itself
// half of the time; nearly all that is hashed here is short and comes in numbers (leaves, tree
// nodes, sealed fields), so two go side by side. Internal to hash.cc, which otherwise uses OpenSSL;
// the tests compare both at every length.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suyuan::internal {

// Whether this processor has the instructions (x86 SHA extensions). Asked once; thread-safe.
bool HasSha256Pair();

// Digests (32 bytes each) of two padded messages of `blocks` blocks of 64 bytes each. Only where
// HasSha256Pair.
void Sha256Pair(const uint8_t* first, const uint8_t* second, size_t blocks, uint8_t* first_digest,
                uint8_t* second_digest);

}  // namespace suyuan::internal
