#include "api/outcome_view.h"

#include <algorithm>

#include "api/problem.h"
#include "api/views.h"
#include "contracts/outcome.h"

namespace suyuan::api {
namespace {

using contracts::Effect;
using contracts::EffectKind;
using ledger::EntityKind;

std::string_view EffectName(EffectKind kind) {
  switch (kind) {
    case EffectKind::kCreated:
      return "created";
    case EffectKind::kChanged:
      return "changed";
    case EffectKind::kReviewedAutomatically:
      return "reviewed_automatically";
    case EffectKind::kAlert:
      return "alert";
  }
  return "changed";
}

json::Value DescribeEffect(const Effect& effect) {
  return json::Object{{"effect", EffectName(effect.kind)},
                      {"record", effect.record},
                      {"entity", KindName(effect.entity)},
                      {"id", IdText(effect.entity, effect.id)},
                      {"state", effect.text}};
}

bool IsTold(const OutcomeReader& who, const Effect& effect) {
  if (who.tx && effect.record < who.tx->records.size() &&
      !MaySeeRecord(who.reader, who.tx->core.type, who.tx->records[effect.record]))
    return false;
  const bool alert = effect.kind == EffectKind::kAlert;
  if (!alert || effect.entity != EntityKind::kParty)
    return MaySeeMention(who.reader, {effect.entity, alert});
  const Result<PartyId> party = PartyId::From(effect.id);
  return who.caller && party.ok() && who.caller->SeesAlertsOn(*party);
}

bool MovesGoods(const contracts::Outcome& outcome) {
  return std::ranges::any_of(outcome.effects,
                             [](const Effect& e) { return e.entity == EntityKind::kFlow; });
}

}  // namespace

bool NamesMore(ByteView bytes, const OutcomeReader& who) {
  const auto outcome = contracts::DecodeOutcome(bytes);
  return !outcome || !std::ranges::all_of(outcome->effects, [&who](const Effect& effect) {
    return IsTold(who, effect);
  });
}

json::Object DescribeOutcome(ByteView bytes, const TxId& id, uint64_t height,
                             const OutcomeReader& who) {
  const Result<contracts::Outcome> outcome = contracts::DecodeOutcome(bytes);
  if (!outcome) return {{"state", "unreadable"}};
  if (outcome->refusal) {
    ProblemContext context{id, height};
    return {{"state", "refused"}, {"problem", Problem(*outcome->refusal, context)}};
  }
  json::Array effects;
  uint32_t codes = 0;
  for (const Effect& effect : outcome->effects) {
    if (IsTold(who, effect))
      effects.push_back(DescribeEffect(effect));
    else if (effect.entity == EntityKind::kCode)
      ++codes;
  }
  json::Object out{{"state", "applied"}};
  out.emplace("effects", std::move(effects));  // an initializer list would copy them
  const bool counted = who.reader != Reader::kAnonymous || !MovesGoods(*outcome);
  if (codes > 0 && counted) out.emplace("codes_affected", codes);
  return out;
}

}  // namespace suyuan::api
