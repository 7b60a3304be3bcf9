// The contract state before block 1: founding regulators as ACTIVE parties (6.1 "genesis entry"),
// their keys, the founding nodes, the initial catalogue and the first rules. Pure: the same seed
// gives the same writes, and so the same state root, on every node and in every verifier.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/block.h"
#include "ledger/state_write.h"

namespace suyuan::contracts {

// A party that is ACTIVE from genesis on. Founding members of other kinds register like anybody.
struct FoundingParty {
  PartyId party;
  std::string name;
  uint16_t types = 0;  // PartyTypeBit
  std::string region;  // 6 digits
  PublicKey signing_key;
  SealingPublicKey sealing_key;
  std::optional<SealingPublicKey> recovery_key, escrow_key;
};

struct GenesisSeed {
  uint64_t time_ms = 0;
  std::vector<FoundingParty> parties;  // codes and keys distinct
  // Nodes as {identifier: value} with the identifiers of requirements 4.8, parents before children.
  json::Array catalogue;
  json::Object rules;                   // name → value (rules.h)
  ledger::Configuration configuration;  // founding; nodes are numbered by their places
};

// Writes with distinct keys in (namespace, key) order. E_CONFIG or a rule's own code, naming the
// catalogue node or rule that is wrong.
Result<std::vector<ledger::StateWrite>> MakeGenesisState(const GenesisSeed& seed);

}  // namespace suyuan::contracts
