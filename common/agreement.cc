#include "common/agreement.h"

#include <sodium.h>

namespace suyuan {

static_assert(crypto_box_BEFORENMBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);

SealingKey::SealingKey(SecretSeed secret) : secret_(std::move(secret)) {
  crypto_scalarmult_base(public_key_.data.data(), AsU8(secret_.view()));
}

Result<SecretSeed> SealingKey::Agree(const SealingPublicKey& other) const {
  std::array<uint8_t, crypto_box_BEFORENMBYTES> shared{};
  if (crypto_box_beforenm(shared.data(), other.data.data(), AsU8(secret_.view())) != 0)
    return Error{ErrorCode::kFormat, "a sealing key is of low order"};
  auto secret = SecretSeed::From({reinterpret_cast<const char*>(shared.data()), shared.size()});
  sodium_memzero(shared.data(), shared.size());
  return secret;
}

SecretSeed DeriveSecret(const SecretSeed& key, std::string_view tag,
                        std::initializer_list<HashPart> parts) {
  Hash derived = DeriveKey(key.view(), tag, parts);
  SecretSeed secret = SecretSeed::From(derived.view()).value();
  sodium_memzero(derived.data.data(), derived.data.size());
  return secret;
}

SecretSeed DrawSecret(const RandomSource& random) {
  std::array<uint8_t, 32> drawn{};
  random(drawn.data(), drawn.size());
  SecretSeed secret =
      SecretSeed::From({reinterpret_cast<const char*>(drawn.data()), drawn.size()}).value();
  sodium_memzero(drawn.data(), drawn.size());
  return secret;
}

void Wipe(Bytes& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace suyuan
