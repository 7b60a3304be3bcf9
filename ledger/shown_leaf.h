// Leaves of a transaction that are shown apart from the rest (docs/formats.md §2): each carries the
// RFC 6962 audit paths that tie it to `records_root` in the signed core, so that one field can be
// shown to a third party and nothing else with it. Pure, thread-safe.
#pragma once

#include <vector>

#include "ledger/transaction.h"

namespace suyuan::ledger {

struct ShownLeaf {
  uint32_t record = 0;
  uint32_t position = 0;    // in the record's tree; 0 is leaf 0, which names the subject
  uint32_t leaf_count = 0;  // of that tree
  Bytes leaf;
  std::vector<Hash> leaf_path;    // to the record's root, the leaf's sibling first
  std::vector<Hash> record_path;  // from there to records_root
};

// Leaf `position` of record `record`; both must exist. Costs one hash of every leaf of the record
// and needs the roots of all records (Hashes::kCompare).
ShownLeaf ShowLeaf(const Transaction& tx, uint32_t record, uint32_t position);

// The leaf stands at this place of the transaction whose core this is: E_PROOF otherwise. All of
// `shown` may come from an adversary.
Status VerifyShownLeaf(const Core& core, const ShownLeaf& shown);

}  // namespace suyuan::ledger
