// Proofs over the executed log's RFC 6962 tree, computed from stored tiles (C2SP tlog-tiles: height
// 8, 256 hashes a tile).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger {

// Hash of the complete subtree at (level, n): leaves [n·2^level, (n+1)·2^level).
using NodeReader = std::function<Result<Hash>(uint8_t level, uint64_t n)>;

Result<Hash> TreeRoot(uint64_t size, const NodeReader& read);
// RFC 6962 §2.1.1, the leaf's sibling first; E_NOT_FOUND unless `index` < `size`.
Result<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read);
// RFC 6962 §2.1.2; empty for equal sizes, E_NOT_FOUND unless 0 < `from` ≤ `to`.
Result<std::vector<Hash>> ConsistencyProof(uint64_t from, uint64_t to, const NodeReader& read);

// RFC 9162 §2.1.3.2 and §2.1.4.2. E_PROOF when the proof does not hold. Pure; any index, size and
// proof may come from an adversary.
Status VerifyInclusion(const Hash& leaf_hash, uint64_t index, uint64_t size,
                       const std::vector<Hash>& proof, const Hash& root);
Status VerifyConsistency(uint64_t from, const Hash& from_root, uint64_t to, const Hash& to_root,
                         const std::vector<Hash>& proof);

// The right edge of a growing tree, from which the root after each append follows without reading
// anything: the roots of its complete subtrees, largest first.
class Frontier {
 public:
  Frontier() = default;
  // As saved: `subtrees` has one root for each set bit of `size`, the largest subtree first.
  Frontier(uint64_t size, std::vector<Hash> subtrees);
  // Appends a leaf hash. `emit` receives every complete subtree that this leaf closes, the leaf
  // itself included, as (level, n, hash), from the leaf upwards. An empty function is fine.
  void Append(const Hash& leaf_hash,
              const std::function<void(uint8_t, uint64_t, const Hash&)>& emit);
  Hash Root() const;
  uint64_t size() const { return size_; }
  const std::vector<Hash>& subtrees() const { return subtrees_; }

 private:
  uint64_t size_ = 0;
  std::vector<Hash> subtrees_;
};

}  // namespace suyuan::ledger
