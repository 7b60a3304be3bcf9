// From the JSON of interfaces (one transaction) to a transaction draft, for command line, custody
// and tests:
//   {"type": "DOC_ANCHOR", "subject": …, "records": [{"fields": {identifier: value, …}}, …]}
// Optional beside "type" and "records": "subject" (for all records without one), "actor" (32 hex
// digits), "after" (tx id), "expected_version". Optional in a record: "subject", "schema" ("party",
// "product", "batch", "code", "flow", "document", "catalog", "node", "command"; by default what the
// type wants). A subject is {"party": code} or {"product": id}, "batch", "code", "flow",
// "document", "category", "node". "shows" in a record with target_field: [{"item": 0, "context": 64
// hex digits, "record": 0, "opening": hex of P_i}, …] shows what another transaction sealed there;
// in place of "opening" {"commitment", "content_hash", "field_key", "ciphertext"}, all in hex,
// prove a cipher fault.
//
// The class of each field decides whether it travels in clear or as a hidden leaf. Values are
// brought into their one form: codes to canonical text, sets into the table's order. Lists are
// arrays. {"not_applicable": true} says that a conditional field does not apply; where that follows
// from the other fields it is added. "#1" names the entity that record 1 of this transaction makes.
// In a list of codes {"range": {"prefix": "01/…/21/", "first": 1, "count": 1000, "digits": 6}}
// stands for its members.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/agreement.h"
#include "common/json.h"
#include "common/result.h"
#include "contracts/fields.h"
#include "contracts/reader_duties.h"
#include "contracts/readers.h"
#include "ledger/sealing/seal.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

struct BuildOptions {
  LedgerId ledger;
  PartyId submitter;
  PublicKey signing_key;
  uint64_t now_ms = 0;
  uint64_t lifetime_ms = 24ull * 3600 * 1000;
  // Source of nonce, salts and keys; the default is the system's.
  RandomSource random;
  // Asked when a field is sealed; without it such a transaction is E_CONFIG.
  FieldReaders readers;
  // What the ledger shows beside a record, for the rules over sealed values (reader_duties.h); by
  // default nothing but its sender and time is known.
  std::function<DutyFacts(const ledger::Record& record, const OpenedValues& sealed)> facts;
  // Pair to seal with; nullptr: one for this transaction alone.
  sealing::SenderKey* sender = nullptr;
  // Keys of other transactions that this one wraps anew (docs/formats.md §3), each in an audience
  // of its own behind those of its fields.
  struct Grant {
    sealing::WrapPurpose purpose;
    SecretSeed key;
    std::vector<SealingPublicKey> readers;
  };
  std::span<const Grant> grants = {};  // the caller's
};

struct BuiltTransaction {
  ledger::TransactionDraft draft;     // whoever chose the readers adds core.reader_height
  sealing::SealedItems sealed_items;  // travel beside the envelope
};

// E_TYPE, E_FORMAT, E_MISSING … with record and field, before anything is sent: every record has
// passed CheckRecord, hidden values have passed the check of their type and the duties of their
// readers (DC-5-e): nobody seals here what a reader would find wrong. References ("$…",
// references.h) must have been replaced before. Pure but for `random`. Thread-safe.
Result<BuiltTransaction> BuildTransaction(const json::Value& transaction,
                                          const BuildOptions& options);

// What a record shows to everyone who holds its leaves: identifier → value; hidden fields, and what
// it opens of other transactions (beside the leaf, in a sealed item), as {"class", "commitment"};
// not_applicable as {"not_applicable": true}; lists as arrays. Without class checks: callers that
// show records to parties use the disclosure views of api/.
json::Value DescribeRecord(const ledger::Record& record);

}  // namespace suyuan::contracts
