#include "api/opened.h"

#include <algorithm>

namespace suyuan::api {
namespace {

bool Hides(const VersionRecord& version) {
  return std::ranges::any_of(version.record.leaves, [](const ledger::Leaf& leaf) {
    return leaf.mode == ledger::LeafMode::kHidden;
  });
}

}  // namespace

bool IsStaff(const Gateway& gateway, const std::optional<Identity>& who) {
  return who && (who->party == gateway.own_party() || gateway.IsOperatorKey(who->key));
}

void OpenedFields::Add(const TxId& tx, std::shared_ptr<const ledger::OpenedLeaves> leaves) {
  leaves_.insert_or_assign(tx, std::move(leaves));
}

void OpenedFields::AddPublished(const TxId& tx, const sealing::SealedPlace& at,
                                PublishedLeaf leaf) {
  published_.insert_or_assign({tx, at}, std::move(leaf));
}

const ledger::OpenedLeaf* OpenedFields::Find(const TxId& tx, uint32_t record,
                                             const ledger::Leaf& leaf) const {
  const sealing::SealedPlace at{record, leaf.field, leaf.item};
  const auto found = leaves_.find(tx);
  const ledger::OpenedLeaf* opened =
      found == leaves_.end() || !found->second ? nullptr : found->second->Find(at);
  if (opened != nullptr) return opened;
  const PublishedLeaf* published = FindPublished(tx, record, leaf);
  return published ? &published->leaf : nullptr;
}

const PublishedLeaf* OpenedFields::FindPublished(const TxId& tx, uint32_t record,
                                                 const ledger::Leaf& leaf) const {
  const auto found = published_.find({tx, {record, leaf.field, leaf.item}});
  return found == published_.end() ? nullptr : &found->second;
}

Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const TxId> transactions) {
  OpenedFields out;
  if (!IsStaff(gateway, who)) return out;
  for (const TxId& tx : transactions) {
    if (out.Has(tx)) continue;
    SUYUAN_ASSIGN_OR_RETURN(auto leaves, gateway.OpenSealed(tx));
    out.Add(tx, std::move(leaves));
  }
  return out;
}

Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const EntityView* const> views) {
  std::vector<TxId> transactions;
  for (const EntityView* view : views) {
    for (const auto* versions : {&view->versions, &view->beside})
      for (const VersionRecord& version : *versions)
        if (Hides(version)) transactions.push_back(version.stored.tx);
  }
  return OpenFor(gateway, who, std::span<const TxId>(transactions));
}

}  // namespace suyuan::api
