// What owners wrapped anew for readers who could not open it (docs/formats.md §3): a FINDING that
// answers a claim carries wraps of kind 2 of the audience's key.
#pragma once

#include "ledger/sealed_vault.h"
#include "ledger/store.h"

namespace suyuan::node {

// Opens in `opened` the audiences of the committed transaction `tx` whose key its owner granted to
// one of the reader's keys later; what does not open, or to another key, changes nothing. Errors of
// the store. Thread-safe for different readers.
Status AddGranted(const ledger::Store& store, const LedgerLimits& limits,
                  sealing::SealedReader& reader, const ledger::Transaction& tx,
                  std::span<const ByteView> items, sealing::OpenedTransaction& opened);

}  // namespace suyuan::node
