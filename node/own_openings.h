// What a DISCLOSURE_SET or a FINDING opens, filled in by whoever holds a reader's key: people name
// the field, and the node (custody) or the command line finds its salt and value (requirements 6.9,
// DC-5-d).
#pragma once

#include <functional>
#include <optional>

#include "common/json.h"
#include "common/result.h"
#include "contracts/fields.h"
#include "contracts/record_subject.h"
#include "ledger/sealing/reader.h"
#include "ledger/store.h"
#include "node/block_audit.h"

namespace suyuan::node {

// A field as one version of an entity states it.
struct FieldVersion {
  contracts::RecordSubject entity;
  uint32_t version = 0;
  const contracts::FieldInfo* field = nullptr;
  std::optional<uint16_t> item;  // nullopt: all items
  bool publish = false;          // by its owner, who alone may (DISCLOSURE_SET)
};

// The "shows" (contracts/builder.h) of a field that a record of `tx` seals, for a transaction of
// `self`; null when it is in clear there. `opened` is `tx` as the keys of `self` open it, and is
// wiped. E_PROOF: the record is not one of that entity; E_NOT_FOUND: it does not state the field;
// E_DISCLOSE, E_AUTHZ: not for `self` to publish, or the keys do not open it. Then nothing is
// shown: what a contract would refuse must not reach a block, because there it would stay.
Result<json::Value> ShowsOf(const FieldVersion& what, const PartyId& self,
                            const ledger::Transaction& tx, uint32_t record,
                            sealing::OpenedTransaction opened);

// How to come by that for a version.
using ShowsSource = std::function<Result<json::Value>(const FieldVersion&)>;
// From the store of a node of `self`; `open` opens with the party's own keys. Everything must
// outlive it. Thread-safe when `open` is. E_NOT_FOUND: there is no such version; errors of the
// store, and of contracts::CheckMayShow for what is not to be published by its owner.
ShowsSource ShowsFromStore(const ledger::Store& store, const LedgerLimits& limits,
                           const PartyId& self, Opener open);

// The transaction with "shows" in each record that needs it and has none: a DISCLOSURE_SET that
// publishes a sealed field, and a FINDING of a bad value that names the rule instead of a sealed
// proof. Other transactions as they are. E_FORMAT, E_MISSING; errors of `source`.
Result<json::Value> WithOwnOpenings(json::Value transaction, const ShowsSource& source);

}  // namespace suyuan::node
