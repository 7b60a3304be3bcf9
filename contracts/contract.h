// One transaction type = one Contract: two functions over an abstract state view, registered in
// the one table of registry.cc with the height from which it is in force (C29).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/limits.h"
#include "contracts/outcome.h"
#include "contracts/state_view.h"
#include "contracts/types.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

class Rules;
struct Party;

// Bits for states of the submitting party (requirements section 6, general rule 6).
inline constexpr uint8_t kFromActive = 1, kFromSuspended = 2;
// Bit of a signer's role (docs/formats.md §1).
constexpr uint8_t RoleBit(ledger::SignerRole role) {
  return static_cast<uint8_t>(1u << static_cast<uint8_t>(role));
}

// What a contract sees. No clock but `block_time_ms`, no randomness, no disk.
struct TxContext {
  Overlay& state;  // of this transaction; dropped when it is refused
  const ledger::Transaction& tx;
  Height height;
  uint64_t block_time_ms = 0;
  LedgerLimits limits;
  std::vector<Effect>& effects;
  Rules& rules;  // in force at `height` (C29)
  // The submitting party as registered; nullptr for a self-introducing transaction.
  const Party* submitter = nullptr;

  // Position of the transaction's records when several are of one kind.
  const ledger::Record& record(uint32_t i) const { return tx.records[i]; }
};

struct Contract {
  TxType type;
  uint16_t version;
  // Form of the records and rules that need no entity of the state but the submitter: C04–C06, C30.
  Status (*validate)(const TxContext&);
  // Guards and transition: C02, C03, C07 …; writes through `state`.
  Status (*apply)(TxContext&);
  // A transaction of this type whose submitter's key is not registered yet (PARTY_REGISTER).
  bool self_introducing = false;
  // States of the submitting party in which the type may be sent; E_STATE otherwise.
  uint8_t party_states = kFromActive;
  // Roles that may sign beside the submitter; E_AUTHZ otherwise.
  uint8_t further_roles = 0;
  // First height at which the contract is in force, and the first at which it no longer is (C29).
  Height from{0};
  Height until{UINT64_MAX};
};

// The contract in force for (type, version) at `height`; nullptr: E_TYPE.
const Contract* FindContract(TxType type, uint16_t version, Height height);
// Every registered contract, for documentation and tests.
std::span<const Contract> AllContracts();

}  // namespace suyuan::contracts
