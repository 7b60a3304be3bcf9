// What a DISCLOSURE_SET opens, filled in by the node whose party sealed it: operators name the
// field, and the node knows its salt and value (requirements 6.9).
#pragma once

#include "common/json.h"
#include "common/result.h"
#include "ledger/store.h"
#include "node/block_audit.h"

namespace suyuan::node {

// The transaction with "shows" (contracts/builder.h) in each record that publishes a sealed field
// and has none; other transactions as they are. `open` opens with the party's own keys. E_NOT_FOUND
// when there is no such entity, version or field, E_AUTHZ when the keys do not open a value of it;
// E_FORMAT; errors of the store. Thread-safe when `open` is.
Result<json::Value> WithOwnOpenings(json::Value transaction, const ledger::Store& store,
                                    const LedgerLimits& limits, const Opener& open);

}  // namespace suyuan::node
