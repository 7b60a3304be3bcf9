#include "ledger/shown_leaf.h"

#include <span>

#include "common/check.h"
#include "common/hash.h"
#include "ledger/merkle_log.h"

namespace suyuan::ledger {
namespace {

// Audit path inside a tree whose leaf hashes are all at hand.
std::vector<Hash> PathIn(const std::vector<Hash>& hashes, uint64_t index) {
  const std::span<const Hash> all(hashes);
  auto path = InclusionProof(index, all.size(), [&](uint8_t level, uint64_t n) -> Result<Hash> {
    return MerkleTreeHash(all.subspan(n << level, uint64_t{1} << level));
  });
  return std::move(path).value();
}

// The root that a path leads to, when it has the right length for its place.
Result<Hash> RootOver(Hash hash, uint64_t index, uint64_t size, const std::vector<Hash>& path) {
  auto step = path.begin();
  for (uint64_t last = size - 1; last > 0; index >>= 1, last >>= 1) {
    if (index == last && (index & 1) == 0) continue;  // no sibling on this level
    if (step == path.end()) return Error{ErrorCode::kProof, "an audit path is too short"};
    hash = (index & 1) != 0 ? MerkleNodeHash(*step, hash) : MerkleNodeHash(hash, *step);
    ++step;
  }
  if (step != path.end()) return Error{ErrorCode::kProof, "an audit path is too long"};
  return hash;
}

}  // namespace

ShownLeaf ShowLeaf(const Transaction& tx, uint32_t record, uint32_t position) {
  const Record& from = tx.records.at(record);
  std::vector<Hash> leaves = {MerkleLeafHash(from.head)};
  for (const Leaf& leaf : from.leaves) leaves.push_back(MerkleLeafHash(leaf.bytes));
  std::vector<Hash> roots;
  for (const Record& each : tx.records) {
    SUYUAN_CHECK(!each.root.is_zero(), "records without roots cannot be shown");
    roots.push_back(MerkleLeafHash(each.root.view()));
  }
  ShownLeaf out;
  out.record = record;
  out.position = position;
  out.leaf_count = static_cast<uint32_t>(leaves.size());
  out.leaf = position == 0 ? from.head : from.leaves.at(position - 1).bytes;
  out.leaf_path = PathIn(leaves, position);
  out.record_path = PathIn(roots, record);
  return out;
}

Status VerifyShownLeaf(const Core& core, const ShownLeaf& shown) {
  if (shown.record >= core.record_count || shown.position >= shown.leaf_count)
    return Error{ErrorCode::kProof, "a shown leaf lies outside its transaction"};
  SUYUAN_ASSIGN_OR_RETURN(const Hash root, RootOver(MerkleLeafHash(shown.leaf), shown.position,
                                                    shown.leaf_count, shown.leaf_path));
  return VerifyInclusion(MerkleLeafHash(root.view()), shown.record, core.record_count,
                         shown.record_path, core.records_root);
}

}  // namespace suyuan::ledger
