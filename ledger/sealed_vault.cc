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

bool IsWhole(const sealing::OpenedTransaction& opened) {
  return std::ranges::all_of(opened.audiences, [](const sealing::OpenedAudience& audience) {
    return audience.verdict == sealing::WrapVerdict::kOpened;
  });
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
                         const LedgerLimits& limits, size_t bytes_max, GrantSource grants)
    : store_(store),
      limits_(limits),
      grants_(std::move(grants)),
      bytes_max_(bytes_max),
      reader_(std::move(keys)) {}

Result<std::shared_ptr<const OpenedLeaves>> SealedVault::Open(const TxId& id) {
  const std::lock_guard lock(mutex_);
  const uint64_t grants = grants_.count ? grants_.count() : 0;
  if (const auto known = known_.find(id); known != known_.end()) {
    if (known->second.whole || known->second.grants == grants) return known->second.leaves;
    Forget(id);
  }
  SUYUAN_ASSIGN_OR_RETURN(Known opened, Read(id));
  opened.grants = grants;
  Keep(id, opened);
  return opened.leaves;
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
  if (!IsWhole(opened) && grants_.find)
    SUYUAN_RETURN_IF_ERROR(grants_.find(reader_, tx, items, opened));
  return opened;
}

void SealedVault::Forget(const TxId& id) {
  const auto known = known_.find(id);
  if (known == known_.end()) return;
  bytes_ -= known->second.leaves->bytes() + kOverheadBytes;
  known_.erase(known);
  std::erase(order_, id);
}

Result<SealedVault::Known> SealedVault::Read(const TxId& id) {
  SUYUAN_ASSIGN_OR_RETURN(const CommittedTransaction found,
                          LoadCommitted(store_, id, limits_, Hashes::kKnown));
  Known out;
  Leaves leaves;
  // Without a sealing key nothing is sealed to anybody.
  if (found.tx.core.seal_public_key) {
    SUYUAN_ASSIGN_OR_RETURN(const std::vector<ByteView> items, SealedItemsOf(found, limits_));
    SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, OpenAll(found.tx, items));
    out.whole = IsWhole(opened);
    for (const sealing::OpenedAudience& audience : opened.audiences)
      if (audience.verdict == sealing::WrapVerdict::kUnopenable)
        AddUnopenable(found.tx, audience.id, leaves);
    for (sealing::OpenedField& field : opened.fields) {
      leaves[field.at] = LeafOf(field);
      Wipe(field.padded);
    }
  }
  out.leaves = std::make_shared<const OpenedLeaves>(std::move(leaves));
  return out;
}

void SealedVault::Keep(const TxId& id, const Known& opened) {
  const size_t size = opened.leaves->bytes() + kOverheadBytes;
  if (size > bytes_max_) return;
  while (bytes_ + size > bytes_max_) {
    const auto oldest = known_.find(order_.front());
    bytes_ -= oldest->second.leaves->bytes() + kOverheadBytes;
    known_.erase(oldest);
    order_.pop_front();
  }
  known_.emplace(id, opened);
  order_.push_back(id);
  bytes_ += size;
}

}  // namespace suyuan::ledger
