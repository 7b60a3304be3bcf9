#include "contracts/entity_access.h"

#include <algorithm>

#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr size_t kLocalPrefix = EntityId::kSize - 4;

Bytes EventPrefix(ledger::EntityKind kind, ByteView id) {
  Writer out;
  out.U8(static_cast<uint8_t>(kind)).Sized8(id);
  return out.Take();
}

void WriteEvent(TxContext& ctx, const Change& change, const Entity& entity) {
  Writer out;
  out.Raw(ctx.tx.id).U64(ctx.height.value()).U32(change.record).U64(ctx.block_time_ms);
  out.U16(ctx.tx.core.type.value()).Raw(ctx.tx.core.submitter);
  out.U8(static_cast<uint8_t>(entity.state));
  out.U8(change.effect == EffectKind::kReviewedAutomatically ? 1 : 0);
  ctx.state.Put(Namespace::kEvent, EventKey(change.kind, change.id, entity.event_count),
                out.Take());
}

void WriteRecord(TxContext& ctx, const Change& change, uint32_t version) {
  StoredRecord stored{ctx.tx.id, ctx.height, change.record, ctx.block_time_ms, {}};
  const ledger::Record& record = ctx.record(change.record);
  stored.leaves.reserve(record.leaves.size());
  for (const ledger::Leaf& leaf : record.leaves) stored.leaves.emplace_back(leaf.bytes);
  ctx.state.Put(Namespace::kRecord, RecordKey(change.kind, change.id, version),
                EncodeStoredRecord(stored));
}

void Store(TxContext& ctx, const Change& change, Entity& entity) {
  entity.AddEvent(ctx.tx.id, change.record);
  WriteEvent(ctx, change, entity);
  ctx.state.Put(NamespaceOf(change.kind), change.id, EncodeEntity(entity));
  ctx.effects.push_back({change.effect, change.record, change.kind, Bytes(change.id),
                         std::string(ToString(entity.state))});
}

}  // namespace

Namespace NamespaceOf(ledger::EntityKind kind) {
  switch (kind) {
    case ledger::EntityKind::kParty:
      return Namespace::kParty;
    case ledger::EntityKind::kProduct:
      return Namespace::kProduct;
    case ledger::EntityKind::kBatch:
      return Namespace::kBatch;
    case ledger::EntityKind::kCode:
      return Namespace::kCode;
    case ledger::EntityKind::kDocument:
      return Namespace::kDocument;
    case ledger::EntityKind::kCatalogNode:
      return Namespace::kCatalog;
    case ledger::EntityKind::kNone:
      break;
  }
  SUYUAN_CHECK(false, "entity kind without a namespace");
  return Namespace::kParty;
}

std::optional<Entity> LoadEntity(const StateReader& state, ledger::EntityKind kind, ByteView id) {
  const auto value = state.Get(NamespaceOf(kind), id);
  if (!value) return std::nullopt;
  return DecodeEntity(*value);
}

Entity CreateEntity(TxContext& ctx, const Change& change, Entity entity, const PartyId& owner) {
  Change created = change;
  created.effect = EffectKind::kCreated;
  WriteRecord(ctx, created, entity.version);
  Writer key;
  key.Raw(owner).U8(static_cast<uint8_t>(change.kind)).Raw(change.id);
  ctx.state.Put(Namespace::kOwnerIndex, key.bytes(), {});
  Store(ctx, created, entity);
  return entity;
}

Entity SaveEntity(TxContext& ctx, const Change& change, Entity entity) {
  if (change.new_version) WriteRecord(ctx, change, ++entity.version);
  Store(ctx, change, entity);
  return entity;
}

Bytes EventKey(ledger::EntityKind kind, ByteView id, uint32_t number) {
  Writer out;
  out.Raw(ByteView(EventPrefix(kind, id))).U32(number);
  return out.Take();
}

EntityEvent DecodeEvent(ByteView bytes) {
  Reader in(bytes);
  EntityEvent event;
  event.tx = in.Take<TxId>();
  event.height = Height(in.U64());
  event.record = in.U32();
  event.time_ms = in.U64();
  event.type = ledger::TxType(in.U16());
  event.submitter = in.Take<PartyId>();
  event.state = static_cast<EntityState>(in.U8());
  event.automatic = in.U8() != 0;
  SUYUAN_CHECK(in.Finish("event").ok(), "event value");
  return event;
}

std::vector<EntityEvent> ReadEvents(const StateReader& state, ledger::EntityKind kind,
                                    ByteView id) {
  const Bytes prefix = EventPrefix(kind, id);
  std::vector<EntityEvent> events;
  state.Scan(Namespace::kEvent, prefix, [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    events.push_back(DecodeEvent(value));
    return true;
  });
  return events;
}

EntityId ResolveReference(const TxId& tx, const EntityId& id) {
  const auto prefix = id.data.begin() + kLocalPrefix;
  if (std::any_of(id.data.begin(), prefix, [](uint8_t b) { return b != 0; })) return id;
  Reader in(id.view().substr(kLocalPrefix));
  return ledger::EntityIdOf(tx, in.U32());
}

EntityId LocalReference(uint32_t record) {
  Writer out;
  out.Raw(Bytes(kLocalPrefix, '\0')).U32(record);
  return EntityId::From(out.bytes()).value();
}

}  // namespace suyuan::contracts
