// JSON of what the ledger holds: outcomes, transactions, entities. Pure; every record passes
// through disclosure.h.
#pragma once

#include <string>

#include "api/disclosure.h"
#include "api/entity_view.h"
#include "api/http_message.h"
#include "common/json.h"
#include "contracts/outcome.h"
#include "ledger/store.h"

namespace suyuan::api {

// "party", "product", …
std::string_view KindName(ledger::EntityKind kind);
// The id of an entity as shown outside: party code, base32, code text …; hex when malformed.
std::string IdText(ledger::EntityKind kind, ByteView id);
// The reverse for kinds with ids of fixed form; E_NOT_FOUND when the text cannot be an id.
Result<Bytes> ParseId(ledger::EntityKind kind, const std::string& text);

// What `identity` is to records of `owner`.
Reader ReaderOf(const std::optional<Identity>& identity, const PartyId& owner);

// {"state":"applied","effects":[…]} or {"state":"refused","problem":{…}}. Effects on codes are
// counted, not listed, for readers who may not see lists of codes.
json::Object DescribeOutcome(ByteView outcome, const TxId& id, uint64_t height, Reader reader);

// A committed transaction at its place, with at most `records_max` of its records.
struct TransactionPlace {
  const ledger::StoredOutcome& stored;
  const ledger::BlockEntry& entry;
  const ledger::Transaction& tx;
};
json::Object DescribeTransaction(const TransactionPlace& place, const std::optional<Identity>& who,
                                 size_t records_max);

// An entity as it stands, disclosed for `who`, with the transactions that its fields come from.
json::Object DescribeEntity(ledger::EntityKind kind, ByteView id, const EntityView& view,
                            const std::optional<Identity>& who);
// Who answers for an entity.
PartyId OwnerOf(ledger::EntityKind kind, ByteView id, const contracts::Entity& entity);

}  // namespace suyuan::api
