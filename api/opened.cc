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

const ledger::OpenedLeaf* OpenedFields::Find(const TxId& tx, uint32_t record,
                                             const ledger::Leaf& leaf) const {
  const auto found = leaves_.find(tx);
  if (found == leaves_.end() || !found->second) return nullptr;
  return found->second->Find({record, leaf.field, leaf.item});
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
