// Hashing of suite 1 (formats §0): SHA-256 with domain separation, BLAKE2b key derivation and the
// tree hash of RFC 6962.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"

namespace suyuan {

Hash Sha256(ByteView bytes);

// SHA-256 over parts given one by one. Not thread-safe; one use: Update* then Final.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  Sha256Stream& Update(ByteView part);
  Hash Final();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One part of H or KDF: a fixed-size part goes in as it is, a variable-size one after its u32
// length (formats §0).
struct HashPart {
  ByteView bytes;
  bool sized;
};
template <typename Tag, size_t N>
HashPart Fixed(const FixedBytes<Tag, N>& v) {
  return {v.view(), false};
}
inline HashPart FixedRaw(ByteView v) { return {v, false}; }
inline HashPart Sized(ByteView v) { return {v, true}; }

// H(tag, parts…) = SHA-256(u8 len(tag) ‖ tag ‖ parts).
Hash TaggedHash(std::string_view tag, std::initializer_list<HashPart> parts);
// KDF(key, tag, parts…) = BLAKE2b-256(key; u8 len(tag) ‖ tag ‖ parts). The key has 32 bytes.
Hash DeriveKey(ByteView key, std::string_view tag, std::initializer_list<HashPart> parts);

// RFC 6962 §2.1: leaf = SHA-256(0x00 ‖ bytes), node = SHA-256(0x01 ‖ left ‖ right).
Hash MerkleLeafHash(ByteView leaf);
Hash MerkleNodeHash(const Hash& left, const Hash& right);
// MTH over leaf hashes; the empty list has SHA-256("") (RFC 6962 §2.1).
Hash MerkleTreeHash(std::span<const Hash> leaf_hashes);

}  // namespace suyuan
