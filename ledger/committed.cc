#include "ledger/committed.h"

#include "ledger/sealing/items.h"

namespace suyuan::ledger {

Result<CommittedTransaction> LoadCommitted(const Store& store, const TxId& id,
                                           const LedgerLimits& limits, Hashes hashes) {
  SUYUAN_ASSIGN_OR_RETURN(auto stored, store.FindTransaction(id));
  if (!stored) return Error{ErrorCode::kNotFound, "no block of this node has this transaction"};
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store.EntryBytes(stored->location.height));
  SUYUAN_ASSIGN_OR_RETURN(BlockEntry entry, DecodeEntry(bytes, Hashes::kKnown));
  if (stored->location.position >= entry.envelopes.size())
    return Error{ErrorCode::kCorrupt, "the block is shorter than its index says"};
  SUYUAN_ASSIGN_OR_RETURN(
      Transaction tx,
      DecodeTransactionView(entry.envelopes[stored->location.position], limits, nullptr, hashes));
  return CommittedTransaction{*std::move(stored), std::move(entry), std::move(tx)};
}

Result<std::vector<ByteView>> SealedItemsOf(const CommittedTransaction& found,
                                            const LedgerLimits& limits) {
  size_t first = 0;
  for (uint32_t i = 0; i < found.stored.location.position; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(
        const Transaction before,
        DecodeTransactionView(found.entry.envelopes[i], limits, nullptr, Hashes::kKnown));
    first += sealing::CountSealedItems(before);
  }
  const size_t end = first + sealing::CountSealedItems(found.tx);
  const auto& all = found.entry.sealed_items;
  if (end > all.size())
    return Error{ErrorCode::kCorrupt, "the block has fewer sealed items than its envelopes say"};
  return std::vector<ByteView>(all.begin() + static_cast<std::ptrdiff_t>(first),
                               all.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace suyuan::ledger
