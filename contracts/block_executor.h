// Execution of one committed block: a pure function of the entry's bytes and the state before it.
// Node, simulator and offline replayer all call this and nothing else.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/ids.h"
#include "common/limits.h"
#include "contracts/outcome.h"
#include "contracts/state_view.h"
#include "ledger/block.h"
#include "ledger/executed_log.h"

namespace suyuan::contracts {

// What execution needs beside state and block.
struct ExecutionContext {
  LedgerId ledger;
  LedgerLimits limits;
  // Whether an earlier block carried this transaction (nullopt: none did) and it was applied there
  // (the local index; formats §1).
  std::function<std::optional<bool>(const TxId&)> earlier;
  // Verdicts on envelopes' signatures and what was decoded with them, which is taken out; the node
  // gives its cache, others verify anew. nullptr: decode and verify.
  ledger::VerifiedCache* cache = nullptr;
};

struct BlockExecution {
  std::vector<ledger::ExecutedTransaction> transactions;  // first carried here, in order
  std::vector<ledger::StateWrite> writes;
};

// Whether a block may stand behind this state: a configuration entry carries what is approved there
// (E_AUTHZ; member.h), all others may. An entry that fails was never acknowledged by a right node.
Status CheckFollows(const StateReader& state, const ledger::BlockEntry& entry);

// Requires CheckFollows. Never fails: whatever a committed block holds has one outcome that all
// nodes reach. An envelope that cannot be decoded has no tx id and leaves no leaf.
BlockExecution ExecuteBlock(const ExecutionContext& context, const StateReader& state,
                            const ledger::BlockEntry& entry);

}  // namespace suyuan::contracts
