// What all seeds share: the consortium, its keys and a set of signed transactions. Made once a
// process, because signing costs more than simulating; nothing in it depends on a seed.
#pragma once

#include <memory>
#include <vector>

#include "common/sign.h"
#include "genesis/genesis.h"
#include "ledger/block.h"
#include "ledger/state_write.h"

namespace suyuan::simulation {

inline constexpr uint64_t kEpochMs = 1'780'000'000'000;  // where virtual time begins

struct World {
  genesis::Genesis genesis;
  Bytes configuration;
  std::vector<ledger::StateWrite> genesis_writes;
  std::vector<SigningKey> node_keys;   // by member
  std::vector<SigningKey> party_keys;  // by member
  struct ClientTransaction {
    TxId id;
    std::shared_ptr<const Bytes> envelope;
  };
  std::vector<ClientTransaction> transactions;  // valid and refused ones, in no special order
  std::unique_ptr<ledger::VerifiedCache> cache;
};

// Three founding members: regulator, manufacturer, distributor.
World MakeWorld(int transactions);

}  // namespace suyuan::simulation
