#include "contracts/signer_memo.h"

#include "contracts/entity_access.h"

namespace suyuan::contracts {

const KeyEntry* SignerMemo::Key(const KeyId& id) {
  const auto [at, inserted] = keys_.try_emplace(id);
  if (inserted) at->second = FindKey(state_, id);
  return at->second ? &*at->second : nullptr;
}

const SignerMemo::KnownParty* SignerMemo::Find(const PartyId& id) {
  const auto [at, inserted] = parties_.try_emplace(id);
  if (inserted) {
    if (const auto entity = LoadEntity(state_, ledger::EntityKind::kParty, id.view()))
      at->second = KnownParty{entity->state, DecodeParty(entity->content)};
  }
  return at->second ? &*at->second : nullptr;
}

std::optional<Height> SignerMemo::RegisteredAt(const PartyId& id) {
  const auto [at, inserted] = registered_.try_emplace(id);
  if (inserted) at->second = contracts::RegisteredAt(state_, id);
  return at->second;
}

void SignerMemo::Forget() {
  keys_.clear();
  parties_.clear();
  registered_.clear();
}

}  // namespace suyuan::contracts
