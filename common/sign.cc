#include "common/sign.h"

#include <algorithm>

#include <sodium.h>

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan {
namespace {

// The encodings of the eight points of small order and their non-canonical twins (as in libsodium's
// ge25519_has_small_order), compared without the sign bit.
constexpr std::array<std::array<uint8_t, 32>, 7> kSmallOrder = {{
    {0},
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
}};

// The u-coordinates that X25519 maps to zero whatever the scalar (RFC 7748 §6.1): 0, 1, two of
// order 8, p − 1, and p and p + 1, which stand for 0 and 1.
constexpr std::array<std::array<uint8_t, 32>, 7> kLowOrder = {{
    {0},
    {1},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
     0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
     0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
     0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
     0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    kSmallOrder[4],
    kSmallOrder[5],
    kSmallOrder[6],
}};

// Little-endian group order L and field prime p.
constexpr std::array<uint8_t, 32> kGroupOrder = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
constexpr std::array<uint8_t, 32> kFieldPrime = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

using Le256 = std::array<uint8_t, 32>;

bool Less(const Le256& a, const Le256& b) {
  for (int i = 31; i >= 0; --i)
    if (a[static_cast<size_t>(i)] != b[static_cast<size_t>(i)])
      return a[static_cast<size_t>(i)] < b[static_cast<size_t>(i)];
  return false;
}

bool IsCanonicalLargeOrderPoint(const uint8_t* encoded) {
  Le256 y;
  std::memcpy(y.data(), encoded, 32);
  y[31] &= 0x7f;
  if (!Less(y, kFieldPrime)) return false;
  for (const auto& bad : kSmallOrder)
    if (y == bad) return false;
  return true;
}

}  // namespace

void InitCrypto() { SUYUAN_CHECK(sodium_init() >= 0, "libsodium cannot start"); }

KeyId KeyIdOf(Suite suite, const PublicKey& key) {
  Writer w;
  w.U16(static_cast<uint16_t>(suite));
  Hash h = TaggedHash("key", {FixedRaw(w.bytes()), Fixed(key)});
  KeyId out;
  out.data = h.data;
  return out;
}

Result<SecretSeed> SecretSeed::From(ByteView bytes32) {
  if (bytes32.size() != 32) return Error{ErrorCode::kFormat, "a secret seed has 32 bytes"};
  SecretSeed out;
  std::memcpy(out.bytes_.data(), bytes32.data(), 32);
  return out;
}
SecretSeed SecretSeed::Random() {
  SecretSeed out;
  RandomBytes(out.bytes_.data(), out.bytes_.size());
  return out;
}
SecretSeed::SecretSeed(SecretSeed&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
}
SecretSeed& SecretSeed::operator=(SecretSeed&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    sodium_memzero(other.bytes_.data(), other.bytes_.size());
  }
  return *this;
}
SecretSeed::~SecretSeed() { sodium_memzero(bytes_.data(), bytes_.size()); }
SecretSeed SecretSeed::Clone() const {
  SecretSeed out;
  out.bytes_ = bytes_;
  return out;
}

SigningKey::SigningKey(const SecretSeed& seed) {
  crypto_sign_seed_keypair(public_key_.data.data(), secret_.data(), AsU8(seed.view()));
}
SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(other.secret_), public_key_(other.public_key_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}
SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    secret_ = other.secret_;
    public_key_ = other.public_key_;
    sodium_memzero(other.secret_.data(), other.secret_.size());
  }
  return *this;
}
SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

Signature SigningKey::Sign(ByteView message) const {
  Signature out;
  crypto_sign_detached(out.data.data(), nullptr, AsU8(message), message.size(), secret_.data());
  return out;
}

bool VerifySignature(const PublicKey& key, ByteView message, const Signature& signature) {
  Le256 s;
  std::memcpy(s.data(), signature.data.data() + 32, 32);
  if (!Less(s, kGroupOrder)) return false;
  if (!IsCanonicalLargeOrderPoint(key.data.data())) return false;
  if (!IsCanonicalLargeOrderPoint(signature.data.data())) return false;
  return crypto_sign_verify_detached(signature.data.data(), AsU8(message), message.size(),
                                     key.data.data()) == 0;
}

bool IsAcceptablePublicKey(const PublicKey& key) {
  return IsCanonicalLargeOrderPoint(key.data.data()) &&
         crypto_core_ed25519_is_valid_point(key.data.data()) == 1;
}

bool IsAcceptableSealingKey(const SealingPublicKey& key) {
  // A comparison in place of a scalar multiplication, because every node asks for every
  // transaction.
  Le256 u;
  std::memcpy(u.data(), key.data.data(), 32);
  u[31] &= 0x7f;  // X25519 ignores the bit (RFC 7748 §5)
  return std::find(kLowOrder.begin(), kLowOrder.end(), u) == kLowOrder.end();
}

void RandomBytes(uint8_t* out, size_t n) { randombytes_buf(out, n); }

}  // namespace suyuan
