#include "api/finding_view.h"

#include <algorithm>

#include "api/views.h"
#include "common/encoding.h"
#include "contracts/calendar.h"
#include "contracts/entity_access.h"
#include "contracts/fields.h"
#include "contracts/flow.h"
#include "contracts/party.h"
#include "contracts/readers.h"

namespace suyuan::api {
namespace {

using contracts::DisclosureClass;
using contracts::FindingPlace;
using contracts::FindingTarget;
using ledger::EntityKind;

// "" when there is no such party.
std::string RegionOf(const contracts::StateReader& state, const PartyId& party) {
  const auto entity = contracts::LoadEntity(state, EntityKind::kParty, party.view());
  return entity ? contracts::DecodeParty(entity->content).region : std::string();
}

void AddTime(json::Object& out, const char* name, uint64_t time_ms) {
  if (time_ms != 0) out.emplace(name, contracts::FormatTimeMs(time_ms));
}

}  // namespace

FindingCaller::FindingCaller(const contracts::StateReader& state,
                             const std::optional<Identity>& who)
    : state_(state), who_(who) {
  if (regulator()) region_ = RegionOf(state_, who_->party);
}

bool FindingCaller::Covers(const PartyId& party) const {
  if (region_.empty() || party.is_zero()) return false;
  const auto [known, first] = covers_.try_emplace(party, false);
  if (first) known->second = LookUpCovers(party);
  return known->second;
}

bool FindingCaller::LookUpCovers(const PartyId& party) const {
  const std::string subject = RegionOf(state_, party);
  return !subject.empty() && contracts::RegionCovers(region_, subject);
}

Result<FindingCaller::Flow*> FindingCaller::FlowOf(const EntityId& id) {
  const auto [known, first] = flows_.try_emplace(id);
  if (!first) return &known->second;
  const auto entity = contracts::LoadEntity(state_, EntityKind::kFlow, id.view());
  if (!entity) return Error{ErrorCode::kCorrupt, "a finding is about a flow that is not there"};
  const contracts::Flow flow = contracts::DecodeFlow(entity->content);
  for (const PartyId& side : {flow.recorder, flow.other}) {
    if (side.is_zero()) continue;
    known->second.side |= side == party();
    known->second.covers |= Covers(side);
  }
  return &known->second;
}

Result<bool> FindingCaller::MadeGoodsOf(const EntityId& id, Flow& flow) {
  if (flow.maker) return *flow.maker;
  SUYUAN_ASSIGN_OR_RETURN(const auto parties,
                          contracts::StateReaderDirectory(state_).PartiesOf(id));
  flow.maker = parties && std::ranges::find(parties->makers, party()) != parties->makers.end();
  return *flow.maker;
}

Result<bool> FindingCaller::ReadsOfFlow(const FindingTarget& target) {
  const contracts::FieldInfo* field = contracts::FindField(target.field);
  const DisclosureClass disclosure = field ? field->disclosure : DisclosureClass::kPrv;
  const bool chain = disclosure == DisclosureClass::kChain;
  if (!chain && disclosure != DisclosureClass::kCpty) return false;
  SUYUAN_ASSIGN_OR_RETURN(const EntityId id, EntityId::From(target.id));
  SUYUAN_ASSIGN_OR_RETURN(Flow* const flow, FlowOf(id));
  if (flow->side || flow->covers) return true;
  return chain ? MadeGoodsOf(id, *flow) : Result<bool>(false);
}

Result<bool> FindingCaller::Sees(const FindingPlace& place, const contracts::Finding& finding) {
  if (finding.published) return true;
  if (anonymous()) return false;
  if (party() == finding.owner || party() == finding.finder || party() == finding.second)
    return true;
  if (Covers(finding.owner)) return true;
  if (place.target.kind != EntityKind::kFlow) return false;
  return ReadsOfFlow(place.target);
}

bool FindingCaller::SeesAlertsOn(const PartyId& on) const {
  return who_ && (party() == on || Covers(on));
}

std::string FindingId(const FindingPlace& place) {
  return Base32Encode(contracts::FindingKey(place.target, place.kind));
}

std::string AlertId(const contracts::AlertPlace& place) {
  return Base32Encode(contracts::AlertKey(place.party, place.rule, place.subject));
}

// No party's code begins with a zero.
std::string AlertId(const contracts::NotedAlertPlace& place) {
  return Base32Encode(Bytes(1, '\0') + contracts::NotedAlertKey(place));
}

Error NoSuchFinding() { return Error{ErrorCode::kNotFound, "no finding has this id"}; }
Error NoSuchAlert() { return Error{ErrorCode::kNotFound, "no alert has this id"}; }

Result<FindingPlace> ParseFindingId(const std::string& text) {
  const Result<Bytes> key = Base32Decode(text);
  const auto place = key ? contracts::ParseFindingKey(*key) : std::nullopt;
  if (!place) return NoSuchFinding();
  return *place;
}

Result<contracts::AlertPlace> ParseAlertId(const std::string& text) {
  const Result<Bytes> key = Base32Decode(text);
  const auto place = key ? contracts::ParseAlertKey(*key) : std::nullopt;
  if (!place) return NoSuchAlert();
  return *place;
}

std::optional<contracts::NotedAlertPlace> ParseNotedAlertId(const std::string& text) {
  const Result<Bytes> key = Base32Decode(text);
  if (!key || key->empty() || key->front() != '\0') return std::nullopt;
  return contracts::ParseNotedAlertKey(ByteView(*key).substr(1));
}

std::string_view StageWord(contracts::FindingStage stage) {
  switch (stage) {
    case contracts::FindingStage::kRaised:
      return "RAISED";
    case contracts::FindingStage::kCountersigned:
      return "COUNTERSIGNED";
    case contracts::FindingStage::kAnswered:
      return "ANSWERED";
  }
  return "UNKNOWN";
}

std::string_view StageWord(contracts::AlertStage stage) {
  return stage == contracts::AlertStage::kRaised ? "RAISED" : "CLOSED";
}

json::Object DescribeFinding(const FindingPlace& place, const contracts::Finding& finding) {
  const FindingTarget& target = place.target;
  const contracts::FieldInfo* field = contracts::FindField(target.field);
  json::Object about{{"kind", KindName(target.kind)},
                     {"id", IdText(target.kind, target.id)},
                     {"version", target.version},
                     {"item", static_cast<uint32_t>(target.item)}};
  about.emplace("field", field ? contracts::QualifiedName(*field) : std::to_string(target.field));
  json::Object out{{"id", FindingId(place)},
                   {"finding_kind", contracts::ToString(place.kind)},
                   {"state", StageWord(finding.stage)},
                   {"published", finding.published},
                   {"owner", ToString(finding.owner)},
                   {"finder", ToString(finding.finder)},
                   {"transaction", ToHex(finding.tx)},
                   {"record", finding.record},
                   {"recorded_at", contracts::FormatTimeMs(finding.time_ms)}};
  out.emplace("target", std::move(about));
  if (!finding.second.is_zero()) out.emplace("countersigned_by", ToString(finding.second));
  if (!finding.second_tx.is_zero()) out.emplace("last_transaction", ToHex(finding.second_tx));
  AddTime(out, "answer_until", finding.deadline_ms);
  return out;
}

json::Object DescribeAlert(const contracts::AlertPlace& place, const contracts::Alert& alert) {
  json::Object out{{"id", AlertId(place)},
                   {"party", ToString(place.party)},
                   {"rule", place.rule},
                   {"state", StageWord(alert.stage)},
                   {"transaction", ToHex(alert.tx)},
                   {"record", alert.record},
                   {"raised_at", contracts::FormatTimeMs(alert.raised_ms)}};
  if (contracts::ParseFindingKey(place.subject))
    out.emplace("finding", Base32Encode(place.subject));
  AddTime(out, "answer_until", alert.deadline_ms);
  AddTime(out, "closed_at", alert.closed_ms);
  return out;
}

json::Object DescribeAlert(const contracts::NotedAlertPlace& place,
                           const contracts::NotedAlert& alert) {
  return {{"id", AlertId(place)},
          {"party", ToString(place.party)},
          {"rule", alert.rule},
          {"state", kNotedStage},
          {"transaction", ToHex(alert.tx)},
          {"record", alert.record},
          {"raised_at", contracts::FormatTimeMs(alert.time_ms)},
          {"about",
           json::Object{{"kind", KindName(alert.kind)}, {"id", IdText(alert.kind, alert.id)}}}};
}

}  // namespace suyuan::api
