// Bits of keys and hashes of the state tree (docs/formats.md §6). Internal to the ledger room.
#pragma once

#include <bit>
#include <cstring>

#include "common/hash.h"
#include "common/ids.h"

namespace suyuan::ledger::internal {

inline constexpr unsigned kKeyBits = 256;
inline constexpr Hash kEmptyHash{};  // 32 zero bytes: a subtree without keys

// Bit `i` of a key, bit 0 being the most significant of byte 0; true = right.
inline bool Bit(const Hash& key, unsigned i) { return (key.data[i / 8] >> (7 - i % 8) & 1) != 0; }

// The four bits that choose a page's child: nibble `i` of a key.
inline unsigned Nibble(const Hash& key, unsigned i) {
  return key.data[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15u;
}

inline void SetNibble(Hash& key, unsigned i, unsigned nibble) {
  uint8_t& byte = key.data[i / 2];
  byte = static_cast<uint8_t>(i % 2 == 0 ? (byte & 0x0F) | nibble << 4 : (byte & 0xF0) | nibble);
}

// Word `i` (0 to 3) of a key, so that keys compare like their words.
inline uint64_t KeyWord(const Hash& key, unsigned i) {
  uint64_t word;
  std::memcpy(&word, key.data.data() + 8 * i, 8);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

// The order of keys; faster than their own operator, as the first word nearly always decides.
inline bool KeyLess(const Hash& a, const Hash& b) {
  uint64_t x = KeyWord(a, 0), y = KeyWord(b, 0);
  return x != y ? x < y : a < b;
}

// Number of leading bits that two keys share, 0 to 256.
inline unsigned CommonBits(const Hash& a, const Hash& b) {
  for (unsigned i = 0; i < 4; ++i) {
    uint64_t difference = KeyWord(a, i) ^ KeyWord(b, i);
    if (difference != 0) return 64 * i + static_cast<unsigned>(std::countl_zero(difference));
  }
  return kKeyBits;
}

// SHA-256(0x00 ‖ key ‖ value hash)
inline Hash StateLeafHash(const Hash& key, const Hash& value_hash) {
  char bytes[64];
  std::memcpy(bytes, key.data.data(), 32);
  std::memcpy(bytes + 32, value_hash.data.data(), 32);
  return MerkleLeafHash({bytes, sizeof bytes});
}

// The hash that a subtree with at least two keys has at depth `to`, when it is `hash` at depth
// `from` and all its keys share their first `from` bits with `key`: one node with an empty half
// for each level between.
inline Hash Lift(Hash hash, const Hash& key, unsigned from, unsigned to) {
  while (from-- > to)
    hash = Bit(key, from) ? MerkleNodeHash(kEmptyHash, hash) : MerkleNodeHash(hash, kEmptyHash);
  return hash;
}

}  // namespace suyuan::ledger::internal
