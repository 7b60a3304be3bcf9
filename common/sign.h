// Signatures of suite 1: Ed25519 through libsodium only, because every node must give the same
// verdict on every input (reliability §7).
#pragma once

#include <array>
#include <optional>

#include "common/bytes.h"
#include "common/ids.h"

namespace suyuan {

// The cryptographic suite of formats §0; it fixes all algorithms together.
enum class Suite : uint16_t { kEd25519 = 1 };

using PublicKey = FixedBytes<struct PublicKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;
using SealingPublicKey = FixedBytes<struct SealingPublicKeyTag, 32>;

// Must be called once before anything else here; aborts when libsodium cannot start.
void InitCrypto();

// key_id = H("key", u16 suite ‖ public key).
KeyId KeyIdOf(Suite suite, const PublicKey& key);

// A 32-byte secret that wipes itself. Not copyable; `Clone` says so where a copy is meant.
class SecretSeed {
 public:
  SecretSeed() = default;
  static Result<SecretSeed> From(ByteView bytes32);
  static SecretSeed Random();
  SecretSeed(SecretSeed&& other) noexcept;
  SecretSeed& operator=(SecretSeed&& other) noexcept;
  SecretSeed(const SecretSeed&) = delete;
  SecretSeed& operator=(const SecretSeed&) = delete;
  ~SecretSeed();
  SecretSeed Clone() const;
  ByteView view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  std::array<uint8_t, 32> bytes_{};
};

// An Ed25519 key pair made from its seed. Thread-safe for signing; wiped on destruction.
class SigningKey {
 public:
  explicit SigningKey(const SecretSeed& seed);
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  ~SigningKey();
  const PublicKey& public_key() const { return public_key_; }
  KeyId key_id() const { return KeyIdOf(Suite::kEd25519, public_key_); }
  Signature Sign(ByteView message) const;

 private:
  std::array<uint8_t, 64> secret_{};
  PublicKey public_key_;
};

// True when the signature is valid and both key and signature are in the only form that this
// ledger accepts: canonical point encodings, S < L, no small-order key or R. The test runs before
// the library's own, so that a library upgrade cannot change a verdict. Thread-safe, pure.
bool VerifySignature(const PublicKey& key, ByteView message, const Signature& signature);

// True when `key` may be registered: canonical and not of small order.
bool IsAcceptablePublicKey(const PublicKey& key);
// True when an X25519 key may be registered: not of small order.
bool IsAcceptableSealingKey(const SealingPublicKey& key);

// Cryptographically secure random bytes; for clients and keys, never for consensus or contracts.
void RandomBytes(uint8_t* out, size_t n);
template <typename F>
F RandomFixed() {
  F out;
  RandomBytes(out.data.data(), F::kSize);
  return out;
}

}  // namespace suyuan
