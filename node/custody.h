// The key of the node's own party, for callers that may use it (interfaces, "POST /v1/txs").
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "common/json.h"
#include "common/sign.h"
#include "contracts/builder.h"
#include "ledger/store.h"
#include "node/clock.h"

namespace suyuan::node {

// Builds, seals and signs the party's transactions. Readers are chosen from the registry as the
// store knows it; the party's own keys are among them, so nothing else needs to be kept.
// Thread-safe.
class Custody {
 public:
  Custody(SigningKey key, const LedgerId& ledger, const PartyId& party, const ledger::Store& store,
          WallClock clock);
  // The signed envelope with its sealed items. Errors of contracts::BuildTransaction; E_REF while
  // the party is not registered and seals something that is not its registration.
  Result<ledger::Parcel> Sign(const json::Value& transaction);

 private:
  // The pair to seal with: a new one each hour, so that a stolen memory image gives away the wraps
  // of one hour at most. Destroyed with its last user.
  std::shared_ptr<sealing::SenderKey> Sender();

  const SigningKey key_;
  const LedgerId ledger_;
  const PartyId party_;
  const ledger::Store& store_;
  const WallClock clock_;
  std::mutex mutex_;
  std::shared_ptr<sealing::SenderKey> sender_;  // guarded by mutex_
  int64_t sender_made_ms_ = 0;                  // guarded by mutex_
};

}  // namespace suyuan::node
