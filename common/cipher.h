// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, IETF ChaCha20-Poly1305 of RFC 8439 inside) for
// sealed fields. Pure and thread-safe; InitCrypto first.
#pragma once

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan {

inline constexpr size_t kAeadNonceBytes = 24;
inline constexpr size_t kAeadTagBytes = 16;

// Ciphertext ‖ 16-byte tag. The key has 32 bytes, the nonce 24; one (key, nonce) seals one message.
Bytes AeadSeal(ByteView key, ByteView nonce, ByteView associated, ByteView plain);
// The plaintext; E_COMMIT when key, nonce, associated data or ciphertext do not belong together.
Result<Bytes> AeadOpen(ByteView key, ByteView nonce, ByteView associated, ByteView sealed);

}  // namespace suyuan
