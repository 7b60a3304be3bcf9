// The keys of the node's own party, for callers that may use them (interfaces, "POST /v1/txs" and
// "A node opens sealed values only for staff of its own party").
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/agreement.h"
#include "common/json.h"
#include "common/sign.h"
#include "contracts/builder.h"
#include "ledger/sealed_vault.h"
#include "ledger/store.h"
#include "node/clock.h"

namespace suyuan::node {

struct LedgerStart;

// The party's keys in the node's memory; wiped when they go.
struct CustodyKeys {
  SigningKey signing;
  std::vector<SealingKey> sealing;  // the present one first, then those that it replaced
};

// Builds, seals and signs the party's transactions, and opens what is sealed to it. Readers are
// chosen from the registry as the store knows it; the party's own keys are among them, so nothing
// else needs to be kept. Thread-safe.
class Custody {
 public:
  // The store must outlive it. `findings` counts the blocks with findings that the store shows
  // (Executor::findings): by them owners grant keys.
  Custody(CustodyKeys keys, const LedgerStart& ledger, const PartyId& party,
          const ledger::Store& store, WallClock clock, std::function<uint64_t()> findings);
  // The signed envelope with its sealed items. Errors of contracts::BuildTransaction; E_REF while
  // the party is not registered and seals something that is not its registration.
  // Of a DISCLOSURE_SET it adds the openings of what the party sealed (own_openings.h).
  // Sealed values that break a rule of their readers are refused with its code (DC-5-e).
  // `readers`: in place of those whom the classes name.
  Result<ledger::Parcel> Sign(const json::Value& transaction, contracts::FieldReaders readers = {});
  // What the party's sealing keys open of a committed transaction; nullptr: custody has none.
  // Errors of ledger::SealedVault::Open.
  Result<std::shared_ptr<const ledger::OpenedLeaves>> Open(const TxId& id);
  // Whether there are keys to open with, and all that they open of a transaction; E_AUTHZ without.
  // Errors of ledger::SealedVault::OpenWhole.
  bool opens() const { return vault_.has_value(); }
  // The public halves of the keys that it opens with. Constant.
  const std::vector<SealingPublicKey>& sealing_keys() const { return sealing_keys_; }
  Result<sealing::OpenedTransaction> OpenWhole(const ledger::Transaction& tx,
                                               std::span<const ByteView> items);

 private:
  // The pair to seal with: a new one each hour, so that a stolen memory image gives away the wraps
  // of one hour at most. Destroyed with its last user.
  std::shared_ptr<sealing::SenderKey> Sender();

  const SigningKey key_;
  const LedgerId ledger_;
  const LedgerLimits limits_;
  const PartyId party_;
  const ledger::Store& store_;
  const WallClock clock_;
  std::vector<SealingPublicKey> sealing_keys_;
  std::optional<ledger::SealedVault> vault_;
  std::mutex mutex_;
  std::shared_ptr<sealing::SenderKey> sender_;  // guarded by mutex_
  int64_t sender_made_ms_ = 0;                  // guarded by mutex_
};

}  // namespace suyuan::node
