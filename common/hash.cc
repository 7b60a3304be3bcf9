#include "common/hash.h"

#include <array>
#include <utility>

#include <sodium.h>

#include "common/hash_many.h"
#include "common/sha256_pair.h"

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

constexpr size_t BlocksOf(size_t n) { return (n + 9 + kBlock - 1) / kBlock; }

// Completes a message of `n` bytes, below 8 KiB, to its blocks.
void Pad(uint8_t* buffer, size_t n) {
  const size_t end = BlocksOf(n) * kBlock;
  std::memset(buffer + n, 0, end - n);
  buffer[n] = 0x80;
  buffer[end - 2] = static_cast<uint8_t>(n * 8 >> 8);
  buffer[end - 1] = static_cast<uint8_t>(n * 8);
}

// `buffer` holds `n` ≤ kShortMax bytes and is overwritten behind them.
Hash ShortHash(uint8_t (&buffer)[2 * kBlock], size_t n) {
  const size_t end = BlocksOf(n) * kBlock;
  Pad(buffer, n);
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

// Up to so many blocks, messages are hashed in pairs.
constexpr size_t kPairedBlocksMax = 4;
constexpr size_t kNone = SIZE_MAX;

// Room for messages that are written before they are read: no need to clear it for each call.
struct Room {
  uint8_t bytes[kPairedBlocksMax * kBlock];
};

void Join(uint8_t* buffer, ByteView prefix, ByteView message) {
  if (!prefix.empty()) std::memcpy(buffer, prefix.data(), prefix.size());
  if (!message.empty()) std::memcpy(buffer + prefix.size(), message.data(), message.size());
  Pad(buffer, prefix.size() + message.size());
}

// Parents of 2n neighbours, which `out` may overwrite.
void NodeHashes(const Hash* children, size_t n, Hash* out) {
  const bool pairs = internal::HasSha256Pair();
  uint8_t buffers[2][2 * kBlock];
  for (auto& buffer : buffers) {
    buffer[0] = 1;
    Pad(buffer, 1 + 2 * Hash::kSize);
  }
  size_t i = 0;
  for (; pairs && i + 1 < n; i += 2) {
    std::memcpy(buffers[0] + 1, children + 2 * i, 2 * Hash::kSize);
    std::memcpy(buffers[1] + 1, children + 2 * i + 2, 2 * Hash::kSize);
    internal::Sha256Pair(buffers[0], buffers[1], 2, out[i].data.data(), out[i + 1].data.data());
  }
  for (; i < n; ++i) out[i] = MerkleNodeHash(children[2 * i], children[2 * i + 1]);
}

}  // namespace

void HashMany(ByteView prefix, std::span<const ByteView> messages, Hash* out) {
  const bool pairs = internal::HasSha256Pair();
  // By number of blocks, less one: a message that waits for another one of as many.
  __attribute__((uninitialized)) Room first[kPairedBlocksMax];
  __attribute__((uninitialized)) Room second;
  std::array<size_t, kPairedBlocksMax> waiting;
  waiting.fill(kNone);
  const auto alone = [&](size_t i) {
    SHA256_CTX ctx;
    SHA256_Init(&ctx);
    SHA256_Update(&ctx, prefix.data(), prefix.size());
    SHA256_Update(&ctx, messages[i].data(), messages[i].size());
    out[i] = Finish(ctx);
  };
  for (size_t i = 0; i < messages.size(); ++i) {
    const size_t blocks = BlocksOf(prefix.size() + messages[i].size());
    if (!pairs || blocks > kPairedBlocksMax) {
      alone(i);
      continue;
    }
    if (waiting[blocks - 1] == kNone) {
      Join(first[blocks - 1].bytes, prefix, messages[i]);
      waiting[blocks - 1] = i;
      continue;
    }
    Join(second.bytes, prefix, messages[i]);
    const size_t other = std::exchange(waiting[blocks - 1], kNone);
    internal::Sha256Pair(first[blocks - 1].bytes, second.bytes, blocks, out[other].data.data(),
                         out[i].data.data());
  }
  Hash unused;  // a pair takes no longer than one alone
  for (size_t i = 0; i < kPairedBlocksMax; ++i)
    if (waiting[i] != kNone)
      internal::Sha256Pair(first[i].bytes, first[i].bytes, i + 1, out[waiting[i]].data.data(),
                           unused.data.data());
}

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

void MerkleLeafHashes(std::span<const ByteView> leaves, Hash* out) {
  HashMany(ByteView("\0", 1), leaves, out);
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
    NodeHashes(level.data(), pairs, level.data());
    if (level.size() % 2 != 0) level[pairs++] = level.back();
    level.resize(pairs);
  }
  return level[0];
}

}  // namespace suyuan
