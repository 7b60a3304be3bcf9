// Inclusion, consistency and state proofs from arbitrary numbers and hashes: the verifiers give the
// same verdict as second ones, written from the recursive definitions of RFC 6962 §2.1 instead of
// the bitwise algorithm of RFC 9162 §2.1, and for the state tree from docs/formats.md §6.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/check.h"
#include "common/codec.h"
#include "common/hash.h"
#include "ledger/merkle_log.h"
#include "ledger/state_tree.h"

namespace suyuan::ledger {
namespace {

using Hashes = std::vector<Hash>;

uint64_t LargestPowerBelow(uint64_t n) {
  uint64_t k = 1;
  while (k <= (n - 1) / 2) k *= 2;
  return k;
}

// Root that PATH(m, D[n]) of §2.1.1 leads to; takes hashes off the end, where the top is.
std::optional<Hash> RootByPath(const Hash& leaf, uint64_t m, uint64_t n, Hashes& path) {
  if (n == 1) return leaf;
  if (path.empty()) return std::nullopt;
  Hash other = path.back();
  path.pop_back();
  uint64_t k = LargestPowerBelow(n);
  auto own = m < k ? RootByPath(leaf, m, k, path) : RootByPath(leaf, m - k, n - k, path);
  if (!own) return own;
  return m < k ? MerkleNodeHash(*own, other) : MerkleNodeHash(other, *own);
}

struct Roots {
  Hash from, to;
};

// The two roots that SUBPROOF(m, D[n], known) of §2.1.2 leads to.
std::optional<Roots> RootsBySubProof(uint64_t m, uint64_t n, bool known, const Hash& from_root,
                                     Hashes& proof) {
  if (m == n && known) return Roots{from_root, from_root};
  if (proof.empty()) return std::nullopt;
  Hash other = proof.back();
  proof.pop_back();
  if (m == n) return Roots{other, other};
  uint64_t k = LargestPowerBelow(n);
  auto own = m <= k ? RootsBySubProof(m, k, known, from_root, proof)
                    : RootsBySubProof(m - k, n - k, false, from_root, proof);
  if (!own) return own;
  if (m <= k) return Roots{own->from, MerkleNodeHash(own->to, other)};
  return Roots{MerkleNodeHash(other, own->from), MerkleNodeHash(other, own->to)};
}

// Hashes of few kinds, so that proofs with equal parts come up.
Hash TakeHash(Reader& reader) {
  uint8_t kind = reader.U8();
  return kind < 16 ? Sha256(Bytes(1, static_cast<char>(kind))) : reader.Take<Hash>();
}

// Small numbers as often as large ones.
uint64_t TakeNumber(Reader& reader) {
  uint8_t width = reader.U8();
  return width % 2 == 0 ? reader.U8() : reader.U64() >> width / 4 % 64;
}

Hashes TakeHashes(Reader& reader) {
  Hashes hashes(reader.U8() % 80);
  for (Hash& hash : hashes) hash = TakeHash(reader);
  return hashes;
}

void Inclusion(Reader& reader) {
  uint64_t index = TakeNumber(reader), size = TakeNumber(reader);
  bool make_root = reader.U8() % 2 == 0;
  Hash leaf = TakeHash(reader), root = TakeHash(reader);
  Hashes proof = TakeHashes(reader), rest = proof;
  std::optional<Hash> expected;
  if (index < size) expected = RootByPath(leaf, index, size, rest);
  bool well_formed = expected && rest.empty();
  if (make_root && well_formed) root = *expected;
  bool verdict = VerifyInclusion(leaf, index, size, proof, root).ok();
  SUYUAN_CHECK(verdict == (well_formed && *expected == root), "inclusion verdicts differ");
}

void Consistency(Reader& reader) {
  uint64_t from = TakeNumber(reader), to = TakeNumber(reader);
  bool make_roots = reader.U8() % 2 == 0;
  Hash from_root = TakeHash(reader), to_root = TakeHash(reader);
  Hashes proof = TakeHashes(reader), rest = proof;
  auto derive = [&]() -> std::optional<Roots> {
    rest = proof;
    if (from == 0 || from > to) return std::nullopt;
    auto roots = RootsBySubProof(from, to, true, from_root, rest);
    return rest.empty() ? roots : std::nullopt;
  };
  auto expected = derive();
  if (make_roots && expected) {
    from_root = expected->from;
    to_root = expected->to;
    expected = derive();
  }
  bool holds = expected && expected->from == from_root && expected->to == to_root;
  bool verdict = VerifyConsistency(from, from_root, to, to_root, proof).ok();
  SUYUAN_CHECK(verdict == holds, "consistency verdicts differ");
}

bool KeyBit(const Hash& key, size_t i) { return (key.data[i / 8] & (0x80 >> i % 8)) != 0; }

void State(Reader& reader) {
  Hash key = TakeHash(reader), root = TakeHash(reader);
  StateProof proof{reader.U8() % 8 == 0 ? TakeHash(reader) : key, std::nullopt, {}};
  uint8_t shape = reader.U8();
  std::optional<Hash> value;
  if (shape & 1) value = TakeHash(reader);
  if (shape & 2) proof.leaf.emplace(shape & 4 ? key : TakeHash(reader), TakeHash(reader));
  proof.siblings = TakeHashes(reader);
  Hash hash;
  if (proof.leaf)
    hash = Sha256(Bytes(1, '\0') + proof.leaf->first.str() + proof.leaf->second.str());
  bool same_path = true;
  for (size_t depth = proof.siblings.size(); depth-- > 0;) {
    if (proof.leaf && KeyBit(proof.leaf->first, depth) != KeyBit(key, depth)) same_path = false;
    Bytes left = hash.str(), right = proof.siblings[depth].str();
    if (KeyBit(key, depth)) std::swap(left, right);
    hash = Sha256(Bytes(1, '\1') + left + right);
  }
  if (shape & 8) root = hash;
  bool present = proof.leaf && proof.leaf->first == key;
  bool says = value ? present && proof.leaf->second == *value : !present;
  bool expected = says && same_path && proof.key == key && hash == root;
  SUYUAN_CHECK(VerifyStateProof(root, key, value, proof) == expected, "state verdicts differ");
}

}  // namespace
}  // namespace suyuan::ledger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  suyuan::Reader reader({reinterpret_cast<const char*>(data), size});
  switch (reader.U8() % 3) {
    case 0:
      suyuan::ledger::Inclusion(reader);
      break;
    case 1:
      suyuan::ledger::Consistency(reader);
      break;
    default:
      suyuan::ledger::State(reader);
  }
  return 0;
}
