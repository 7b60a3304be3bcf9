// Keys and parties of signers, read and decoded once a block. Nearly all transactions of a block
// come from a few parties, and a lookup in the database costs more than all other checks of a
// signer together.
#pragma once

#include <map>
#include <optional>

#include "contracts/entity.h"
#include "contracts/party.h"

namespace suyuan::contracts {

// Not thread-safe. Whoever changes keys or parties in the state below must call Forget.
class SignerMemo {
 public:
  struct KnownParty {
    EntityState state = EntityState::kPending;
    Party party;
  };
  explicit SignerMemo(const StateReader& state) : state_(state) {}

  // nullptr: not registered. Valid until Forget.
  const KeyEntry* Key(const KeyId& id);
  const KnownParty* Find(const PartyId& id);
  // Of the party's registration; nullopt: not registered.
  std::optional<Height> RegisteredAt(const PartyId& id);
  void Forget();

 private:
  const StateReader& state_;
  std::map<KeyId, std::optional<KeyEntry>> keys_;
  std::map<PartyId, std::optional<KnownParty>> parties_;
  std::map<PartyId, std::optional<Height>> registered_;
};

}  // namespace suyuan::contracts
