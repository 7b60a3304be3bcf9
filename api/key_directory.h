// Which key may sign requests: the current signing key of a party that is not revoked or closed.
#pragma once

#include <optional>

#include "api/http_message.h"
#include "common/sign.h"
#include "contracts/state_view.h"

namespace suyuan::api {

struct RegisteredKey {
  PartyId party;
  PublicKey key;
  bool regulator = false;
};
std::optional<RegisteredKey> FindActiveKey(const contracts::StateReader& state, const KeyId& id);

}  // namespace suyuan::api
