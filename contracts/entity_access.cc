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

void AppendEvent(const TxContext& ctx, const Change& change, const Entity& entity, Writer& out) {
  out.Raw(ctx.tx.id).U64(ctx.height.value()).U32(change.record).U64(ctx.block_time_ms);
  out.U16(ctx.tx.core.type.value()).Raw(ctx.tx.core.submitter);
  out.U8(static_cast<uint8_t>(entity.state));
  out.U8(change.effect == EffectKind::kReviewedAutomatically ? 1 : 0);
}

void WriteRecord(TxContext& ctx, const Change& change, uint32_t version) {
  const ledger::Core& core = ctx.tx.core;
  const StoredRecord stored{
      ctx.tx.id, ctx.height, change.record, ctx.block_time_ms, core.submitter, core.nonce, {}};
  const ledger::Record& record = ctx.record(change.record);
  std::vector<ByteView> leaves;
  leaves.reserve(record.leaves.size());
  for (const ledger::Leaf& leaf : record.leaves) leaves.push_back(leaf.bytes);
  ctx.state.Put(Namespace::kRecord, RecordKey(change.kind, change.id, version),
                EncodeStoredRecord(stored, leaves));
}

// One more event of `entity`, and the effect that tells of it.
void AddEvent(TxContext& ctx, const Change& change, Entity& entity, Writer& events) {
  entity.AddEvent(ctx.tx.id, change.record);
  AppendEvent(ctx, change, entity, events);
  ctx.effects.push_back({change.effect, change.record, change.kind, Bytes(change.id),
                         std::string(ToString(entity.state))});
}

void Store(TxContext& ctx, const Change& change, const Entity& entity, uint32_t first_event,
           Writer& events) {
  ctx.state.Put(Namespace::kEvent, EventKey(change.kind, change.id, first_event), events.Take());
  ctx.state.Put(NamespaceOf(change.kind), change.id, EncodeEntity(entity));
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
    case ledger::EntityKind::kFlow:
      return Namespace::kFlow;
    case ledger::EntityKind::kDocument:
      return Namespace::kDocument;
    case ledger::EntityKind::kCatalogNode:
      return Namespace::kCatalog;
    case ledger::EntityKind::kNode:
      return Namespace::kNode;
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

Entity CreateEntity(TxContext& ctx, const Change& change, Entity entity, const PartyId& owner,
                    std::optional<EntityState> reviewed) {
  Change created = change;
  created.effect = EffectKind::kCreated;
  WriteRecord(ctx, created, entity.version);
  Writer key;
  key.Raw(owner).U8(static_cast<uint8_t>(change.kind)).Raw(change.id);
  ctx.state.Put(Namespace::kOwnerIndex, key.bytes(), {});
  Writer events;
  AddEvent(ctx, created, entity, events);
  const uint32_t first_event = entity.event_count;
  if (reviewed) {
    created.effect = EffectKind::kReviewedAutomatically;
    entity.state = *reviewed;
    AddEvent(ctx, created, entity, events);
  }
  Store(ctx, change, entity, first_event, events);
  return entity;
}

Entity SaveEntity(TxContext& ctx, const Change& change, Entity entity) {
  if (change.new_version) WriteRecord(ctx, change, ++entity.version);
  Writer events;
  AddEvent(ctx, change, entity, events);
  Store(ctx, change, entity, entity.event_count, events);
  return entity;
}

void SaveQuietly(TxContext& ctx, const Change& change, Entity& entity) {
  entity.AddEvent(ctx.tx.id, change.record);
  Writer events;
  AppendEvent(ctx, change, entity, events);
  Store(ctx, change, entity, entity.event_count, events);
}

Bytes EventKey(ledger::EntityKind kind, ByteView id, uint32_t number) {
  Writer out;
  out.Raw(ByteView(EventPrefix(kind, id))).U32(number);
  return out.Take();
}

namespace {

EntityEvent ReadEvent(Reader& in) {
  EntityEvent event;
  event.tx = in.Take<TxId>();
  event.height = Height(in.U64());
  event.record = in.U32();
  event.time_ms = in.U64();
  event.type = ledger::TxType(in.U16());
  event.submitter = in.Take<PartyId>();
  event.state = static_cast<EntityState>(in.U8());
  event.automatic = in.U8() != 0;
  SUYUAN_CHECK(!in.failed(), "event value");
  return event;
}

}  // namespace

std::vector<EntityEvent> ReadEvents(const StateReader& state, ledger::EntityKind kind,
                                    ByteView id) {
  const Bytes prefix = EventPrefix(kind, id);
  std::vector<EntityEvent> events;
  state.Scan(Namespace::kEvent, prefix, [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    for (Reader in(value); !in.empty();) events.push_back(ReadEvent(in));
    return true;
  });
  return events;
}

namespace {

// Number of the first event at or above a height: events stand in the order of the blocks.
uint32_t FirstEventFrom(const StateReader& state, ledger::EntityKind kind, ByteView id,
                        uint32_t count, Height from) {
  uint32_t low = 1, high = count + 1;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    // What happens to an entity at once stands under the number of its first event.
    const auto found = state.LastAtMost(Namespace::kEvent, EventKey(kind, id, middle));
    SUYUAN_CHECK(found.has_value(), "an entity without its events");
    Reader in(found->second);
    if (ReadEvent(in).height < from)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

void ScanEvents(const StateReader& state, ledger::EntityKind kind, ByteView id, uint32_t count,
                Height from, const std::function<bool(const EntityEvent&)>& visit) {
  const Bytes prefix = EventPrefix(kind, id);
  const uint32_t first = FirstEventFrom(state, kind, id, count, from);
  state.Scan(Namespace::kEvent, EventKey(kind, id, first), [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    for (Reader in(value); !in.empty();)
      if (!visit(ReadEvent(in))) return false;
    return true;
  });
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
