// POST /v1/txs: from a request's body to the gateway and back to one answer.
#pragma once

#include "api/services.h"
#include "ledger/checkpoint.h"

namespace suyuan::api {

// Always answers through call->respond, later and from any thread.
//   status   200 when at least one transaction was applied (202 with wait=accepted), otherwise that
//            of the first problem
//   body     {"results":[{"transaction","state":"accepted"|"applied"|"refused"|"failed",
//            "block","leaf_index","effects"…} | {…,"problem":{…}}]}
void SubmitTransactions(Services& services, CallPtr call);

// What a checkpoint note of this node says; its signature is our own and not checked here.
Result<ledger::Checkpoint> ReadCheckpointBody(std::string_view note);
Error MalformedId();

}  // namespace suyuan::api
