#include "contracts/noted_alert.h"

#include <set>

#include "common/check.h"
#include "common/codec.h"
#include "contracts/batch.h"
#include "contracts/entity_access.h"
#include "contracts/flow_record.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

constexpr uint8_t kLayout = 1;

bool IsNoted(const Effect& effect) {
  return effect.kind == EffectKind::kAlert &&
         (effect.entity == EntityKind::kBatch || effect.entity == EntityKind::kFlow);
}

std::set<PartyId> ConcernedBy(const StateReader& state, const Effect& effect) {
  const auto entity = LoadEntity(state, effect.entity, effect.id);
  SUYUAN_CHECK(entity.has_value(), "an alert about nothing");
  if (effect.entity == EntityKind::kBatch) return {DecodeBatch(entity->content).owner};
  UnitBook book(state);
  const std::vector<PartyId> sides = KnownSides(book, DecodeFlow(entity->content));
  return {sides.begin(), sides.end()};
}

}  // namespace

Bytes NotedAlertKey(const NotedAlertPlace& place) {
  return Writer()
      .Raw(place.party)
      .U64(place.height.value())
      .U32(place.position)
      .U32(place.effect)
      .Take();
}

std::optional<NotedAlertPlace> ParseNotedAlertKey(ByteView key) {
  Reader in(key);
  NotedAlertPlace out;
  out.party = in.Take<PartyId>();
  out.height = Height(in.U64());
  out.position = in.U32();
  out.effect = in.U32();
  if (!in.Finish("key of an alert").ok()) return std::nullopt;
  return out;
}

NotedAlert DecodeNotedAlert(ByteView bytes) {
  Reader in(bytes);
  const uint8_t layout = in.U8();
  NotedAlert out;
  out.kind = static_cast<EntityKind>(in.U8());
  out.id = Bytes(in.Sized8());
  out.rule = std::string(in.Sized8());
  out.tx = in.Take<TxId>();
  out.record = in.U32();
  out.time_ms = in.U64();
  SUYUAN_CHECK(layout == kLayout && in.Finish("alert").ok(), "noted alert in state is damaged");
  return out;
}

std::optional<NotedAlert> FindNotedAlert(const StateReader& state, const NotedAlertPlace& place) {
  const auto value = state.Get(Namespace::kNotedAlert, NotedAlertKey(place));
  if (!value) return std::nullopt;
  return DecodeNotedAlert(*value);
}

void NoteAlerts(Overlay& state, const OutcomeOf& of, std::span<const Effect> effects) {
  for (uint32_t i = 0; i < effects.size(); ++i) {
    const Effect& effect = effects[i];
    if (!IsNoted(effect)) continue;
    const Bytes value = Writer()
                            .U8(kLayout)
                            .U8(static_cast<uint8_t>(effect.entity))
                            .Sized8(effect.id)
                            .Sized8(effect.text)
                            .Raw(of.tx)
                            .U32(effect.record)
                            .U64(of.time_ms)
                            .Take();
    for (const PartyId& party : ConcernedBy(state, effect))
      state.Put(Namespace::kNotedAlert, NotedAlertKey({party, of.height, of.position, i}), value);
  }
}

}  // namespace suyuan::contracts
