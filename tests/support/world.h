// A consortium for tests that need the real thing: the golden genesis file with the secret keys
// behind it, and a set of signed transactions, accepted and refused ones. Nothing in it depends on
// chance or on the clock; it is made once, because signing costs more than most tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/agreement.h"
#include "common/json.h"
#include "genesis/genesis.h"
#include "ledger/block.h"
#include "ledger/state_write.h"

namespace suyuan::test {

// One day after the golden genesis: when the world's transactions are made.
inline constexpr uint64_t kWorldTimeMs = 1'772'323'200'000 + 86'400'000;

struct World {
  genesis::Genesis genesis;
  Bytes configuration;
  std::vector<ledger::StateWrite> genesis_writes;
  std::vector<SigningKey> node_keys;  // by member: regulator, manufacturer, distributor
  std::vector<SigningKey> log_keys;
  std::vector<SigningKey> party_keys;
  struct Signed {
    TxId id;
    ledger::Parcel parcel;
  };
  std::vector<Signed> transactions;
  std::unique_ptr<ledger::VerifiedCache> cache;
};

World MakeWorld(size_t transactions);

// The sealing key that reads what `member` seals.
SealingKey SealingKeyOfMember(size_t member);
// Builds, seals for that key and signs the JSON form of a transaction as `member` of the world;
// `salt` makes nonces and salts, so that the same call gives the same bytes.
World::Signed SignJson(const World& world, size_t member, const json::Value& transaction,
                       uint64_t salt);

}  // namespace suyuan::test
