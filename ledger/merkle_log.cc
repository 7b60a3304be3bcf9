#include "ledger/merkle_log.h"

#include <algorithm>
#include <bit>

#include "common/check.h"
#include "common/hash.h"

namespace suyuan::ledger {
namespace {

Error BadProof(const char* what) { return Error{ErrorCode::kProof, what}; }

// Leaves [begin, end) of the tree; as RFC 6962 §2.1 splits a tree, `begin` is always a multiple of
// a power of two that is not below `end - begin`.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t size() const { return end - begin; }
  // The largest power of two below size(), for size() ≥ 2.
  uint64_t Split() const { return std::bit_floor(size() - 1); }
};

// MTH of a non-empty range: its complete subtrees, largest first, folded from the right.
Result<Hash> RangeRoot(Range range, const NodeReader& read) {
  std::vector<Hash> parts;
  for (uint64_t at = range.begin, left = range.size(); left > 0;) {
    auto level = static_cast<uint8_t>(std::bit_width(left) - 1);
    SUYUAN_ASSIGN_OR_RETURN(Hash hash, read(level, at >> level));
    parts.push_back(hash);
    at += uint64_t{1} << level;
    left -= uint64_t{1} << level;
  }
  Hash root = parts.back();
  for (size_t i = parts.size() - 1; i > 0; --i) root = MerkleNodeHash(parts[i - 1], root);
  return root;
}

// Goes down from `range` into the half that holds `leaf`, notes the root of the other half and
// returns whether it went right.
Result<bool> StepTowards(uint64_t leaf, Range& range, const NodeReader& read,
                         std::vector<Hash>& proof) {
  uint64_t middle = range.begin + range.Split();
  Range left{range.begin, middle}, right{middle, range.end};
  bool go_right = leaf >= middle;
  SUYUAN_ASSIGN_OR_RETURN(Hash other, RangeRoot(go_right ? left : right, read));
  proof.push_back(other);
  range = go_right ? right : left;
  return go_right;
}

}  // namespace

Result<Hash> TreeRoot(uint64_t size, const NodeReader& read) {
  if (size == 0) return MerkleTreeHash({});
  return RangeRoot({0, size}, read);
}

Result<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read) {
  if (index >= size)
    return Error{ErrorCode::kNotFound, "leaf " + std::to_string(index) +
                                           " is not among the first " + std::to_string(size)};
  std::vector<Hash> proof;
  Range range{0, size};
  while (range.size() > 1) SUYUAN_RETURN_IF_ERROR(StepTowards(index, range, read, proof));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<std::vector<Hash>> ConsistencyProof(uint64_t from, uint64_t to, const NodeReader& read) {
  if (from == 0 || from > to)
    return Error{ErrorCode::kNotFound, "no consistency proof from size " + std::to_string(from) +
                                           " to " + std::to_string(to)};
  // SUBPROOF of RFC 6962 §2.1.2: down to the subtree that ends exactly with the old tree. Its root
  // belongs to the proof unless it is the old tree's own root, which the verifier has.
  std::vector<Hash> proof;
  Range range{0, to};
  bool verifier_has_it = true;
  while (range.end != from) {
    SUYUAN_ASSIGN_OR_RETURN(bool went_right, StepTowards(from - 1, range, read, proof));
    if (went_right) verifier_has_it = false;
  }
  if (!verifier_has_it) {
    SUYUAN_ASSIGN_OR_RETURN(Hash own, RangeRoot(range, read));
    proof.push_back(own);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Status VerifyInclusion(const Hash& leaf_hash, uint64_t index, uint64_t size,
                       const std::vector<Hash>& proof, const Hash& root) {
  if (index >= size) return BadProof("the leaf index is not below the tree size");
  uint64_t fn = index, sn = size - 1;
  Hash r = leaf_hash;
  for (const Hash& p : proof) {
    if (sn == 0) return BadProof("the inclusion proof is too long");
    if ((fn & 1) != 0 || fn == sn) {
      r = MerkleNodeHash(p, r);
      // A node without a right neighbour moves up until it is a right child.
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = MerkleNodeHash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return BadProof("the inclusion proof is too short");
  if (r != root) return BadProof("the inclusion proof does not lead to the root");
  return {};
}

Status VerifyConsistency(uint64_t from, const Hash& from_root, uint64_t to, const Hash& to_root,
                         const std::vector<Hash>& proof) {
  if (from == 0 || from > to) return BadProof("consistency needs 0 < from <= to");
  if (from == to) {
    if (!proof.empty()) return BadProof("the consistency proof of equal sizes must be empty");
    if (from_root != to_root) return BadProof("two roots of one size");
    return {};
  }
  auto next = proof.begin();
  Hash fr = from_root;
  if (!std::has_single_bit(from)) {
    if (proof.empty()) return BadProof("the consistency proof is too short");
    fr = *next++;
  }
  Hash sr = fr;
  uint64_t fn = from - 1, sn = to - 1;
  int ones = std::countr_one(fn);
  fn = ones == 64 ? 0 : fn >> ones;
  sn = ones == 64 ? 0 : sn >> ones;
  for (; next != proof.end(); ++next) {
    if (sn == 0) return BadProof("the consistency proof is too long");
    if ((fn & 1) != 0 || fn == sn) {
      fr = MerkleNodeHash(*next, fr);
      sr = MerkleNodeHash(*next, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = MerkleNodeHash(sr, *next);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return BadProof("the consistency proof is too short");
  if (fr != from_root) return BadProof("the consistency proof does not lead to the old root");
  if (sr != to_root) return BadProof("the consistency proof does not lead to the new root");
  return {};
}

Frontier::Frontier(uint64_t size, std::vector<Hash> subtrees)
    : size_(size), subtrees_(std::move(subtrees)) {
  SUYUAN_CHECK(subtrees_.size() == static_cast<size_t>(std::popcount(size_)),
               "a frontier has one subtree for each set bit of its size");
}

void Frontier::Append(const Hash& leaf_hash,
                      const std::function<void(uint8_t, uint64_t, const Hash&)>& emit) {
  SUYUAN_CHECK(size_ != UINT64_MAX, "the log is full");
  Hash hash = leaf_hash;
  uint64_t n = size_;
  uint8_t level = 0;
  if (emit) emit(level, n, hash);
  for (; (n & 1) != 0; n >>= 1) {
    hash = MerkleNodeHash(subtrees_.back(), hash);
    subtrees_.pop_back();
    if (emit) emit(++level, n >> 1, hash);
  }
  subtrees_.push_back(hash);
  ++size_;
}

Hash Frontier::Root() const {
  if (subtrees_.empty()) return MerkleTreeHash({});
  Hash root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i > 0; --i) root = MerkleNodeHash(subtrees_[i - 1], root);
  return root;
}

}  // namespace suyuan::ledger
