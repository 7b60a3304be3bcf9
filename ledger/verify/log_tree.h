// The verifier's own RFC 6962 tree: appends leaf hashes and gives root after each block. Unlike
// the store's it also hands out every complete subtree, to compare with the stored ones.
#pragma once

#include <functional>
#include <vector>

#include "common/ids.h"

namespace suyuan::ledger::verify {

class LogTree {
 public:
  // `complete(level, n, hash)` is told of each subtree that the leaf completes.
  void Append(const Hash& leaf_hash,
              const std::function<void(unsigned level, uint64_t n, const Hash&)>& complete);
  Hash Root() const;
  uint64_t size() const { return size_; }

 private:
  uint64_t size_ = 0;
  // pending_[l] holds the root of a complete subtree of 2^l leaves where bit l of size_ is set.
  std::vector<Hash> pending_;
};

}  // namespace suyuan::ledger::verify
