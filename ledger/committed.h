// A committed transaction as the store holds it: the one way from an id to the envelope, its block
// and its sealed items. Thread-safe.
#pragma once

#include <vector>

#include "ledger/block.h"
#include "ledger/store.h"
#include "ledger/transaction.h"

namespace suyuan::ledger {

// Not to be copied apart: `tx` points into the bytes that `entry` holds.
struct CommittedTransaction {
  StoredOutcome stored;
  BlockEntry entry;
  Transaction tx;
};

// E_NOT_FOUND: no block of this store has it. E_CORRUPT, E_IO. The store has compared the block's
// bytes; `hashes` is whether the records need their roots.
Result<CommittedTransaction> LoadCommitted(const Store& store, const TxId& id,
                                           const LedgerLimits& limits, Hashes hashes);

// The sealed items that belong to it: those of a block stand in the order of its envelopes
// (docs/formats.md §4). Views into the entry. E_CORRUPT.
Result<std::vector<ByteView>> SealedItemsOf(const CommittedTransaction& found,
                                            const LedgerLimits& limits);

}  // namespace suyuan::ledger
