// Issuing codes: from the codes that one transaction gives a batch to claims, parts and chunks.
// One part a role and transaction, so a further activation costs one state-tree update however many
// codes it has (structured codes) and two hashes a code.
#pragma once

#include <vector>

#include "contracts/code.h"
#include "contracts/contract.h"
#include "contracts/guards.h"

namespace suyuan::contracts {

// One code as the transaction carries it; `code` points into the transaction.
struct NewCode {
  ByteView code;
  Place place;
};

// C07 for codes that a batch is to own, and their part: sorts, refuses what is twice here, was
// issued before or is claimed by somebody else (E_DUP_CODE), then writes claims and chunks and
// appends the part. `batch` is not saved.
Status IssuePart(TxContext& ctx, const EntityId& id, Batch& batch, CodeRole role,
                 std::vector<NewCode> codes);

// per_product: the batch's part is the product's live code, or makes it live (D-02). Writes the
// product when its live code is new.
Status AttachProductCode(TxContext& ctx, const EntityId& id, Batch& batch, const NewCode& code);

}  // namespace suyuan::contracts
