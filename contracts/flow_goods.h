// The goods that a flow record names: codes, ranges and batches, found in the state (C31).
#pragma once

#include <vector>

#include "contracts/contract.h"
#include "contracts/guards.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {

// A flow moves at most so many codes, those inside of packages included (C30).
inline constexpr size_t kGoodsMax = 50'000;

struct NamedGoods {
  CodeItem item;
  EntityId batch;  // of a shared code: whose goods; at per_product level one entry a batch
  Place place;
};

// What one record names, in the order of the codes. `count` adds up over a transaction. Errors:
// E_REF for a code never issued or a batch that has nothing to do with the codes, E_MISSING for a
// per_product code without batch, E_FORMAT for one named twice, E_SIZE above the ledger's limit.
class GoodsReader {
 public:
  GoodsReader(const TxContext& ctx, UnitBook& book, uint32_t record)
      : ctx_(ctx), book_(book), record_(record) {}

  Result<std::vector<NamedGoods>> Read(size_t& count);
  // The batches that the flow names, for per_product codes inside of packages.
  const std::vector<EntityId>& batches() const { return batches_; }
  // Those of a per_product code: its product's.
  std::vector<EntityId> BatchesOf(const CodeItem& item);
  // After all goods were seen: every named batch is one of theirs.
  Status CheckBatchesUsed() const;
  void Use(const CodeItem& item);

 private:
  Status ReadBatches();
  Status ReadItem(const ledger::Leaf& leaf, std::vector<NamedGoods>& out);
  Status Add(const std::string& code, const Place& place, std::vector<NamedGoods>& out);

  const TxContext& ctx_;
  UnitBook& book_;
  uint32_t record_;
  std::vector<EntityId> batches_;
  std::vector<bool> used_;
};

}  // namespace suyuan::contracts
