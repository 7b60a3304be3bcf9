// The key of the node's own party, for callers that may use it (interfaces, "POST /v1/txs").
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "common/json.h"
#include "common/sign.h"
#include "contracts/builder.h"
#include "node/clock.h"

namespace suyuan::node {

// What custody needs of a party's keys.
struct CustodyKeys {
  SigningKey signing;
  std::vector<SealingPublicKey> readers;  // the party's own: operational and recovery key
};

// Builds, seals and signs the party's transactions. What it seals its own keys can open, so nothing
// else needs to be kept. Thread-safe.
class Custody {
 public:
  Custody(CustodyKeys keys, const LedgerId& ledger, const PartyId& party, WallClock clock);
  // The signed envelope with its sealed items. Errors of contracts::BuildTransaction.
  Result<ledger::Parcel> Sign(const json::Value& transaction);

 private:
  // The pair to seal with: a new one each hour, so that a stolen memory image gives away the wraps
  // of one hour at most. Destroyed with its last user.
  std::shared_ptr<sealing::SenderKey> Sender();

  const CustodyKeys keys_;
  const LedgerId ledger_;
  const PartyId party_;
  const WallClock clock_;
  std::mutex mutex_;
  std::shared_ptr<sealing::SenderKey> sender_;  // guarded by mutex_
  int64_t sender_made_ms_ = 0;                  // guarded by mutex_
};

}  // namespace suyuan::node
