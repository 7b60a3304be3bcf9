// What one transaction shows of sealed fields of others: openings and proofs of faults, items of
// its sealed part (docs/formats.md §4). For everybody, as long as they are not erased.
#pragma once

#include <vector>

#include "api/gateway.h"
#include "ledger/committed.h"
#include "ledger/sealing/items.h"

namespace suyuan::api {

// To be moved, never copied: views point into its own bytes.
class ShownItems {
 public:
  using Shown = sealing::SealedPart::Shown;
  // E_NOT_FOUND, E_CORRUPT, E_IO.
  static Result<ShownItems> Load(const Gateway& gateway, const TxId& tx);

  const ledger::Transaction& tx() const { return found_.tx; }
  // Of the whole block that was read for it.
  size_t block_bytes() const { return found_.entry.bytes->size(); }
  const std::vector<Shown>& All() const { return part_.shown; }
  // Those that a record shows, in the order of its leaves.
  std::vector<const Shown*> Of(uint32_t record) const;

 private:
  explicit ShownItems(ledger::CommittedTransaction found) : found_(std::move(found)) {}
  ledger::CommittedTransaction found_;
  std::vector<ByteView> items_;
  sealing::SealedPart part_;
};

}  // namespace suyuan::api
