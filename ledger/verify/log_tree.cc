#include "ledger/verify/log_tree.h"

#include <optional>

#include "common/hash.h"

namespace suyuan::ledger::verify {

void LogTree::Append(const Hash& leaf_hash,
                     const std::function<void(unsigned, uint64_t, const Hash&)>& complete) {
  Hash carry = leaf_hash;
  unsigned level = 0;
  complete(0, size_, carry);
  for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    carry = MerkleNodeHash(pending_[level], carry);
    ++level;
    complete(level, size_ >> level, carry);
  }
  if (pending_.size() <= level) pending_.resize(level + 1);
  pending_[level] = carry;
  ++size_;
}

Hash LogTree::Root() const {
  std::optional<Hash> root;
  for (unsigned level = 0; level < pending_.size(); ++level)
    if ((size_ >> level & 1) != 0)
      root = root ? MerkleNodeHash(pending_[level], *root) : pending_[level];
  return root ? *root : Sha256("");
}

}  // namespace suyuan::ledger::verify
