#include "common/hash.h"

#include <sodium.h>

// The one-block-at-a-time interface has half the cost of EVP for inputs of some 65 bytes, which
// are nearly all that a ledger hashes; OpenSSL 3 marks it as old but keeps it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace suyuan {
namespace {

Hash Finish(SHA256_CTX& ctx) {
  Hash out;
  SHA256_Final(out.data.data(), &ctx);
  return out;
}

// Nearly all that is hashed here fits with its padding into two blocks; then handing the blocks to
// the compression function itself costs two thirds of the buffered interface.
constexpr size_t kBlock = SHA256_CBLOCK;
constexpr size_t kShortMax = 2 * kBlock - 9;  // one byte 0x80 and eight of length follow

// `buffer` holds `n` ≤ kShortMax bytes and is overwritten behind them.
Hash ShortHash(uint8_t (&buffer)[2 * kBlock], size_t n) {
  const size_t end = n + 9 <= kBlock ? kBlock : 2 * kBlock;
  std::memset(buffer + n, 0, end - n);
  buffer[n] = 0x80;
  buffer[end - 2] = static_cast<uint8_t>(n * 8 >> 8);
  buffer[end - 1] = static_cast<uint8_t>(n * 8);
  SHA256_CTX ctx;
  SHA256_Init(&ctx);
  for (size_t at = 0; at < end; at += kBlock) SHA256_Transform(&ctx, buffer + at);
  Hash out;
  for (size_t i = 0; i < Hash::kSize; ++i)
    out.data[i] = static_cast<uint8_t>(ctx.h[i / 4] >> (24 - 8 * (i % 4)));
  return out;
}

void EncodeLength(uint8_t (&be)[4], size_t n) {
  SUYUAN_CHECK(n <= UINT32_MAX, "hash part too long");
  for (int i = 0; i < 4; ++i) be[i] = static_cast<uint8_t>(n >> (24 - 8 * i));
}

// Hands the bytes of a tagged hash to `feed(bytes, n)`, piece by piece.
template <typename Feed>
void FeedTagged(std::string_view tag, std::initializer_list<HashPart> parts, const Feed& feed) {
  auto length = static_cast<uint8_t>(tag.size());
  feed(&length, 1);
  feed(tag.data(), tag.size());
  for (const HashPart& part : parts) {
    if (part.sized) {
      uint8_t be[4];
      EncodeLength(be, part.bytes.size());
      feed(be, sizeof be);
    }
    feed(part.bytes.data(), part.bytes.size());
  }
}

}  // namespace

Hash Sha256(ByteView bytes) {
  if (bytes.size() <= kShortMax) {
    uint8_t buffer[2 * kBlock];
    if (!bytes.empty()) std::memcpy(buffer, bytes.data(), bytes.size());
    return ShortHash(buffer, bytes.size());
  }
  SHA256_CTX ctx;
  SHA256_Init(&ctx);
  SHA256_Update(&ctx, bytes.data(), bytes.size());
  return Finish(ctx);
}

struct Sha256Stream::State {
  SHA256_CTX ctx;
};
Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) { SHA256_Init(&state_->ctx); }
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::Update(ByteView part) {
  SHA256_Update(&state_->ctx, part.data(), part.size());
  return *this;
}
Hash Sha256Stream::Final() { return Finish(state_->ctx); }

Hash TaggedHash(std::string_view tag, std::initializer_list<HashPart> parts) {
  SUYUAN_CHECK(tag.size() <= UINT8_MAX, "tag too long");
  size_t total = 1 + tag.size();
  for (const HashPart& part : parts) total += part.bytes.size() + (part.sized ? 4 : 0);
  if (total <= kShortMax) {
    uint8_t buffer[2 * kBlock];
    size_t at = 0;
    FeedTagged(tag, parts, [&](const void* bytes, size_t n) {
      if (n > 0) std::memcpy(buffer + at, bytes, n);
      at += n;
    });
    return ShortHash(buffer, total);
  }
  SHA256_CTX ctx;
  SHA256_Init(&ctx);
  FeedTagged(tag, parts, [&](const void* bytes, size_t n) { SHA256_Update(&ctx, bytes, n); });
  return Finish(ctx);
}

Hash DeriveKey(ByteView key, std::string_view tag, std::initializer_list<HashPart> parts) {
  SUYUAN_CHECK(key.size() == 32, "derivation keys have 32 bytes");
  SUYUAN_CHECK(tag.size() <= UINT8_MAX, "tag too long");
  crypto_generichash_state state;
  crypto_generichash_init(&state, AsU8(key), key.size(), Hash::kSize);
  auto length = static_cast<uint8_t>(tag.size());
  crypto_generichash_update(&state, &length, 1);
  crypto_generichash_update(&state, AsU8(tag), tag.size());
  for (const HashPart& part : parts) {
    if (part.sized) {
      uint8_t be[4];
      EncodeLength(be, part.bytes.size());
      crypto_generichash_update(&state, be, 4);
    }
    crypto_generichash_update(&state, AsU8(part.bytes), part.bytes.size());
  }
  Hash out;
  crypto_generichash_final(&state, out.data.data(), out.data.size());
  sodium_memzero(&state, sizeof state);
  return out;
}

Hash MerkleLeafHash(ByteView leaf) {
  if (leaf.size() < kShortMax) {
    uint8_t buffer[2 * kBlock];
    buffer[0] = 0;
    if (!leaf.empty()) std::memcpy(buffer + 1, leaf.data(), leaf.size());
    return ShortHash(buffer, leaf.size() + 1);
  }
  SHA256_CTX ctx;
  SHA256_Init(&ctx);
  SHA256_Update(&ctx, "\0", 1);
  SHA256_Update(&ctx, leaf.data(), leaf.size());
  return Finish(ctx);
}

Hash MerkleNodeHash(const Hash& left, const Hash& right) {
  uint8_t buffer[2 * kBlock];
  buffer[0] = 1;
  std::memcpy(buffer + 1, left.data.data(), 32);
  std::memcpy(buffer + 33, right.data.data(), 32);
  return ShortHash(buffer, 1 + 2 * Hash::kSize);
}

Hash MerkleTreeHash(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return Sha256("");
  // Hashing neighbours level by level and carrying an odd last node up gives the RFC's tree,
  // whose left part always is the largest power of two.
  std::vector<Hash> level(leaf_hashes.begin(), leaf_hashes.end());
  while (level.size() > 1) {
    size_t pairs = level.size() / 2;
    for (size_t i = 0; i < pairs; ++i) level[i] = MerkleNodeHash(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 != 0) level[pairs++] = level.back();
    level.resize(pairs);
  }
  return level[0];
}

}  // namespace suyuan
