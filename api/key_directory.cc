#include "api/key_directory.h"

#include "contracts/entity_access.h"
#include "contracts/party.h"

namespace suyuan::api {

std::optional<RegisteredKey> FindActiveKey(const contracts::StateReader& state, const KeyId& id) {
  using contracts::EntityState;
  const std::optional<contracts::KeyEntry> entry = contracts::FindKey(state, id);
  if (!entry || !entry->in_force()) return std::nullopt;
  const auto entity = contracts::LoadEntity(state, ledger::EntityKind::kParty, entry->party.view());
  if (!entity || entity->state == EntityState::kRevoked || entity->state == EntityState::kClosed ||
      entity->state == EntityState::kRejected)
    return std::nullopt;
  const contracts::Party party = contracts::DecodeParty(entity->content);
  if (KeyIdOf(Suite::kEd25519, party.signing_key) != id) return std::nullopt;
  const bool active = entity->state == EntityState::kActive;
  return RegisteredKey{entry->party, party.signing_key,
                       active || entity->state == EntityState::kSuspended,
                       active && party.Is(contracts::kRegulator)};
}

}  // namespace suyuan::api
