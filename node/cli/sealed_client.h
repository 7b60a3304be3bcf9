// A party's keys on the command line, and the sealed part of a transaction fetched from a node.
#pragma once

#include <memory>

#include "common/sign.h"
#include "ledger/sealing/reader.h"
#include "ledger/transaction.h"
#include "node/cli/commands.h"
#include "node/cli/http_client.h"

namespace suyuan::cli {

// Signs requests and opens what is sealed to the party.
struct OwnKeys {
  SigningKey signing;
  std::unique_ptr<sealing::SealedReader> reader;
};
// The party's key file behind --key; E_CONFIG when there is none.
Result<OwnKeys> OpenOwnKeys(const NodeTarget& target);

// The ledger that a node serves, by the genesis file that it hands out. E_FORMAT, E_CONFIG.
Result<LedgerId> LedgerOf(NodeClient& client);

// A transaction as the node holds it, checked against its id and its signatures, with the items
// that the node says are its sealed part: those are checked when they are opened
// (SealedReader::Open). That the keys are the parties', and that it is in the ledger, the node
// says: `suyuan verify` and proofs check that.
struct SealedTransaction {
  ledger::Transaction tx;
  sealing::SealedItems items;
};
// E_AUTH for anonymous callers, E_AUTHZ for parties that are not approved, E_NOT_FOUND, E_PROOF
// when the node answers with another transaction, E_SIG, E_FORMAT when it sends no items.
Result<SealedTransaction> FetchSealed(NodeClient& client, const TxId& id);

}  // namespace suyuan::cli
