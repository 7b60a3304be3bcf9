// Key agreement of suite 1 (docs/formats.md §3): X25519 and HSalsa20, as libsodium's crypto_box
// uses them, and secrets derived from secrets. Pure and thread-safe; InitCrypto first.
#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "common/hash.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan {

// Fills memory with random bytes: the system's source for clients, a seeded one in tests.
using RandomSource = std::function<void(uint8_t*, size_t)>;

// An X25519 key pair made from its secret. Movable; wiped on destruction.
class SealingKey {
 public:
  explicit SealingKey(SecretSeed secret);
  const SealingPublicKey& public_key() const { return public_key_; }
  // s = crypto_box_beforenm(other, this secret) = HSalsa20(X25519(secret, other), 0): the same for
  // both sides. E_FORMAT when `other` is of low order (the secret would be known to everybody).
  Result<SecretSeed> Agree(const SealingPublicKey& other) const;

 private:
  SecretSeed secret_;
  SealingPublicKey public_key_;
};

// KDF of formats §0 whose result wipes itself.
SecretSeed DeriveSecret(const SecretSeed& key, std::string_view tag,
                        std::initializer_list<HashPart> parts);
// 32 bytes from `random`.
SecretSeed DrawSecret(const RandomSource& random);
// Overwrites a value that was secret; the compiler keeps it.
void Wipe(Bytes& secret);

}  // namespace suyuan
