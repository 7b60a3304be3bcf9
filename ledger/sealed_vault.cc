#include "ledger/sealed_vault.h"

#include <algorithm>

#include "ledger/committed.h"

namespace suyuan::ledger {
namespace {

using Leaves = std::map<sealing::SealedPlace, OpenedLeaf>;
using sealing::FieldVerdict;

constexpr size_t kOverheadBytes = 128;  // of one leaf in a map

OpenedLeaf LeafOf(sealing::OpenedField& field) {
  if (field.verdict == FieldVerdict::kErased) return {OpenedLeaf::Kind::kErased, {}};
  if (field.verdict != FieldVerdict::kOpened) return {OpenedLeaf::Kind::kFault, {}};
  if (!field.value) return {OpenedLeaf::Kind::kAbsent, {}};
  return {OpenedLeaf::Kind::kValue, *std::move(field.value)};
}

// A wrap with this reader's tag that does not give the audience's key: what it was to open is
// addressed to us, and fails.
void AddUnopenable(const Transaction& tx, uint8_t audience, Leaves& out) {
  for (uint32_t record = 0; record < tx.records.size(); ++record)
    for (const Leaf& leaf : tx.records[record].leaves)
      if (leaf.mode == LeafMode::kHidden && leaf.audience == audience)
        out[{record, leaf.field, leaf.item}] = {OpenedLeaf::Kind::kFault, {}};
}

}  // namespace

OpenedLeaves::OpenedLeaves(Leaves leaves) : leaves_(std::move(leaves)) {
  for (const auto& [at, leaf] : leaves_) bytes_ += leaf.value.size() + kOverheadBytes;
}

OpenedLeaves::~OpenedLeaves() {
  for (auto& [at, leaf] : leaves_) Wipe(leaf.value);
}

const OpenedLeaf* OpenedLeaves::Find(const sealing::SealedPlace& at) const {
  const auto found = leaves_.find(at);
  return found == leaves_.end() ? nullptr : &found->second;
}

SealedVault::SealedVault(std::vector<SealingKey> keys, const Store& store,
                         const LedgerLimits& limits, size_t bytes_max, GrantFinder grants)
    : store_(store),
      limits_(limits),
      grants_(std::move(grants)),
      bytes_max_(bytes_max),
      reader_(std::move(keys)) {}

Result<std::shared_ptr<const OpenedLeaves>> SealedVault::Open(const TxId& id) {
  const std::lock_guard lock(mutex_);
  if (const auto known = known_.find(id); known != known_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<const OpenedLeaves> opened, Read(id));
  Keep(id, opened);
  return opened;
}

Result<sealing::OpenedTransaction> SealedVault::OpenWhole(const Transaction& tx,
                                                          std::span<const ByteView> items) {
  const std::lock_guard lock(mutex_);
  Forget(tx.id);
  return OpenAll(tx, items);
}

Result<sealing::OpenedTransaction> SealedVault::OpenAll(const Transaction& tx,
                                                        std::span<const ByteView> items) {
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, reader_.Open(tx, items));
  const bool whole = std::ranges::all_of(opened.audiences, [](const auto& audience) {
    return audience.verdict == sealing::WrapVerdict::kOpened;
  });
  if (!whole && grants_) SUYUAN_RETURN_IF_ERROR(grants_(reader_, tx, items, opened));
  return opened;
}

void SealedVault::Forget(const TxId& id) {
  const auto known = known_.find(id);
  if (known == known_.end()) return;
  bytes_ -= known->second->bytes() + kOverheadBytes;
  known_.erase(known);
  std::erase(order_, id);
}

Result<std::shared_ptr<const OpenedLeaves>> SealedVault::Read(const TxId& id) {
  SUYUAN_ASSIGN_OR_RETURN(const CommittedTransaction found,
                          LoadCommitted(store_, id, limits_, Hashes::kKnown));
  Leaves leaves;
  // Without a sealing key nothing is sealed to anybody.
  if (found.tx.core.seal_public_key) {
    SUYUAN_ASSIGN_OR_RETURN(const std::vector<ByteView> items, SealedItemsOf(found, limits_));
    SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, OpenAll(found.tx, items));
    for (const sealing::OpenedAudience& audience : opened.audiences)
      if (audience.verdict == sealing::WrapVerdict::kUnopenable)
        AddUnopenable(found.tx, audience.id, leaves);
    for (sealing::OpenedField& field : opened.fields) {
      leaves[field.at] = LeafOf(field);
      Wipe(field.padded);
    }
  }
  return std::make_shared<const OpenedLeaves>(std::move(leaves));
}

void SealedVault::Keep(const TxId& id, const std::shared_ptr<const OpenedLeaves>& opened) {
  const size_t size = opened->bytes() + kOverheadBytes;
  if (size > bytes_max_) return;
  while (bytes_ + size > bytes_max_) {
    const auto oldest = known_.find(order_.front());
    bytes_ -= oldest->second->bytes() + kOverheadBytes;
    known_.erase(oldest);
    order_.pop_front();
  }
  known_.emplace(id, opened);
  order_.push_back(id);
  bytes_ += size;
}

}  // namespace suyuan::ledger
