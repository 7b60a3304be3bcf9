// Opens the sealed values of a trace with the caller's own key: fetches the transactions that they
// come from, checks that these are what the trace speaks of, and puts the values in their place.
#pragma once

#include "common/json.h"
#include "ledger/sealing/reader.h"
#include "node/cli/http_client.h"

namespace suyuan::cli {

// How many values were opened, of how many transactions.
struct OpenedTrace {
  size_t values = 0, transactions = 0;
};

// `answer` of /v1/trace. Each value that the key opens replaces its {"class","commitment"}; its
// entity's "opened_here" names it. A value leaves only after it reproduced the commitment in the
// transaction, whose id is what the node signed for (docs/formats.md §3). E_PROOF when the trace
// shows another commitment than the transaction. What the caller may not have stays hidden.
Result<OpenedTrace> OpenTrace(json::Value& answer, NodeClient& client,
                              sealing::SealedReader& reader);

}  // namespace suyuan::cli
