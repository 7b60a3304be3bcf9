// JSON of what the ledger holds: outcomes, transactions, entities. Pure; every record passes
// through disclosure.h.
#pragma once

#include <span>
#include <string>

#include "api/disclosure.h"
#include "api/entity_view.h"
#include "api/http_message.h"
#include "common/json.h"
#include "contracts/state_view.h"
#include "ledger/committed.h"

namespace suyuan::api {

// "party", "product", …
std::string_view KindName(ledger::EntityKind kind);
// The id of an entity as shown outside: party code, base32, code text …; hex when malformed.
std::string IdText(ledger::EntityKind kind, ByteView id);
// The reverse for kinds with ids of fixed form; E_NOT_FOUND when the text cannot be an id.
Result<Bytes> ParseId(ledger::EntityKind kind, const std::string& text);

// What `identity` is to records that belong to `owners`.
Reader ReaderOf(const std::optional<Identity>& identity, std::span<const PartyId> owners);
inline Reader ReaderOf(const std::optional<Identity>& identity, const PartyId& owner) {
  return ReaderOf(identity, std::span(&owner, 1));
}

// True when this caller may be handed the whole envelope.
bool SeesWhole(const ledger::Transaction& tx, const std::optional<Identity>& who);

// A committed transaction at its place, with at most `records_max` of its records, each disclosed
// for what `who` is to it: a record of a flow belongs to both sides once they are known in `state`.
// Subjects, senders, roots and effects as disclosure.h says.
json::Object DescribeTransaction(const ledger::CommittedTransaction& found,
                                 const contracts::StateReader& state,
                                 const std::optional<Identity>& who, const OpenedFields& opened,
                                 size_t records_max);

// An entity as it stands, disclosed for `who`, with the transactions that its fields come from.
json::Object DescribeEntity(ledger::EntityKind kind, ByteView id, const EntityView& view,
                            const std::optional<Identity>& who, const OpenedFields& opened);
// Who answers for an entity, first the one that filed it; of a flow also its other side, once that
// has shown itself.
std::vector<PartyId> OwnersOf(ledger::EntityKind kind, ByteView id,
                              const contracts::Entity& entity);

}  // namespace suyuan::api
