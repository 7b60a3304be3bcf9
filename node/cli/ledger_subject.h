// The blocks that a command reads, from wherever they are: a data directory, a backup, a node.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "genesis/genesis.h"
#include "ledger/verify/verifier.h"
#include "node/cli/commands.h"
#include "node/cli/http_client.h"

namespace suyuan::cli {

// A source with whatever keeps it alive.
struct LedgerSubject {
  std::optional<SigningKey> key;
  std::optional<NodeClient> client;
  std::unique_ptr<ledger::verify::LedgerSource> source;
};
// Opens the one of the three that is named. Errors as the sources say, damage as Unverified.
Status OpenSubject(const LedgerPlace& place, LedgerSubject& out);

// Damage that already prevents reading is a failed verification, too: E_PROOF.
Error Unverified(Error error);

ledger::verify::GenesisFacts FactsOf(const genesis::Genesis& genesis);
// E_PROOF with the height, unless the report is good.
Status Verdict(const ledger::verify::Report& report);

}  // namespace suyuan::cli
