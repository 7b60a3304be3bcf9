#include "common/hash.h"
#include "ledger/state_hash.h"
#include "ledger/state_tree.h"

namespace suyuan::ledger {

Hash StateKey(uint8_t name_space, ByteView key) {
  char byte = static_cast<char>(name_space);
  return TaggedHash("state", {FixedRaw({&byte, 1}), Sized(key)});
}

bool VerifyStateProof(const Hash& root, const Hash& key, const std::optional<Hash>& value_hash,
                      const StateProof& proof) {
  if (proof.key != key || proof.siblings.size() > internal::kKeyBits) return false;
  auto depth = static_cast<unsigned>(proof.siblings.size());
  Hash hash = internal::kEmptyHash;
  bool is_own_leaf = false;
  if (proof.leaf) {
    const auto& [leaf_key, leaf_value] = *proof.leaf;
    if (internal::CommonBits(leaf_key, key) < depth) return false;  // a leaf of some other path
    is_own_leaf = leaf_key == key;
    if (is_own_leaf && value_hash != leaf_value) return false;
    hash = internal::StateLeafHash(leaf_key, leaf_value);
  }
  if (is_own_leaf != value_hash.has_value()) return false;
  while (depth-- > 0) {
    const Hash& sibling = proof.siblings[depth];
    hash =
        internal::Bit(key, depth) ? MerkleNodeHash(sibling, hash) : MerkleNodeHash(hash, sibling);
  }
  return hash == root;
}

}  // namespace suyuan::ledger
