// Which key may sign requests: the current signing key of a party that is not rejected, revoked or
// closed. A party that nobody has approved yet sees its own records by it, and no others' more than
// anybody does: anyone can register.
#pragma once

#include <optional>

#include "api/http_message.h"
#include "common/sign.h"
#include "contracts/state_view.h"

namespace suyuan::api {

struct RegisteredKey {
  PartyId party;
  PublicKey key;
  bool member = false;     // active or suspended; others are only who they say they are
  bool regulator = false;  // an active one
};
std::optional<RegisteredKey> FindActiveKey(const contracts::StateReader& state, const KeyId& id);

}  // namespace suyuan::api
