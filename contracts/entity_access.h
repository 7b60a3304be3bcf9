// Loading and changing entities: every change goes through SaveEntity, which advances version and
// event head, keeps the record that made the version, writes the event index and the effect.
#pragma once

#include <functional>
#include <optional>

#include "contracts/contract.h"
#include "contracts/entity.h"

namespace suyuan::contracts {

// Namespace of the entity values of a kind; kCode has its own rules (code.h).
Namespace NamespaceOf(ledger::EntityKind kind);

std::optional<Entity> LoadEntity(const StateReader& state, ledger::EntityKind kind, ByteView id);

// Which entity a change is about and what it is.
struct Change {
  uint32_t record = 0;  // of the transaction
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  ByteView id;
  EffectKind effect = EffectKind::kChanged;
  // The record carries new values of the entity's fields: version + 1, kept under kRecord. What
  // only moves the state (reviews, activation, print) is an event without a new version.
  bool new_version = false;
};
// A new entity, version 1, owned by `owner` (index). `reviewed`: the state that an automatic review
// moves it to at once, as an event of its own. Both return the entity as it now stands.
Entity CreateEntity(TxContext& ctx, const Change& change, Entity entity, const PartyId& owner,
                    std::optional<EntityState> reviewed = std::nullopt);
Entity SaveEntity(TxContext& ctx, const Change& change, Entity entity);
// An event without an effect in the outcome, for codes: a flow names thousands.
void SaveQuietly(TxContext& ctx, const Change& change, Entity& entity);

// One event in the life of an entity (kEvent), in the order in which they happened.
struct EntityEvent {
  TxId tx;
  Height height;
  uint32_t record = 0;
  uint64_t time_ms = 0;
  ledger::TxType type;
  PartyId submitter;
  EntityState state = EntityState::kPending;  // after it
  bool automatic = false;                     // follow-up of the system
};
// `number` of the first event behind the key: what happens to an entity at once stands together.
Bytes EventKey(ledger::EntityKind kind, ByteView id, uint32_t number);
// All events of one entity, oldest first.
std::vector<EntityEvent> ReadEvents(const StateReader& state, ledger::EntityKind kind, ByteView id);
// Events of one entity from a height on, oldest first, until `visit` returns false. `count` is the
// entity's event_count. A code that others were put into by the thousand has as many events.
void ScanEvents(const StateReader& state, ledger::EntityKind kind, ByteView id, uint32_t count,
                Height from, const std::function<bool(const EntityEvent&)>& visit);

// A document, product or batch that stands in the same transaction cannot be named by its id, which
// depends on the transaction's own hash. Its place holder is 12 zero bytes ‖ u32 record
// (docs/formats.md §2). Returns the real id; other ids pass as they are.
EntityId ResolveReference(const TxId& tx, const EntityId& id);
EntityId LocalReference(uint32_t record);

}  // namespace suyuan::contracts
