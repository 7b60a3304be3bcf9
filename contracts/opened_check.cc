#include "contracts/opened_check.h"

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/party.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
using ledger::EntityKind;

// By the time of the record.
bool IsRegistered(const StateReader& state, const PartyId& party,
                  const std::optional<RecordMaking>& made) {
  if (!made) return LoadEntity(state, EntityKind::kParty, party.view()).has_value();
  const auto since = RegisteredAt(state, party);
  return since && *since <= made->height;
}

std::optional<bool> OtherRegistered(const StateReader& state, const PartyId& sender,
                                    const OpenedValues& opened,
                                    const std::optional<RecordMaking>& made) {
  for (const uint16_t field : {f::kSellerCode, f::kBuyerCode}) {
    const auto at = opened.find({field, 0});
    const std::string* text = at != opened.end() && at->second ? at->second->if_string() : nullptr;
    const auto party = ParsePartyId(text == nullptr ? std::string_view() : *text);
    if (party.ok() && *party != sender) return IsRegistered(state, *party, made);
  }
  return std::nullopt;
}

}  // namespace

DutyFacts FactsForOpened(const StateReader& state, const ledger::Record& record,
                         const PartyId& sender, uint64_t time_ms, const OpenedValues& opened,
                         const std::optional<RecordMaking>& made) {
  DutyFacts facts = FactsOf(state, record, sender, time_ms, made);
  if (record.schema != f::kSection) return facts;
  facts.other_registered = OtherRegistered(state, sender, opened, made);
  if (record.subject_kind != EntityKind::kFlow) return facts;
  const auto flow = LoadEntity(state, EntityKind::kFlow, record.subject);
  if (flow) facts.confirms = DecodeFlow(flow->content).type;
  return facts;
}

Judgement CheckOpened(const StateReader& state, const ledger::Record& record, const PartyId& sender,
                      uint64_t time_ms, std::span<const OpenedItem> opened,
                      const std::optional<RecordMaking>& made) {
  Judgement out;
  OpenedValues values;
  for (const OpenedItem& each : opened) {
    std::optional<json::Value> value;
    if (each.value) {
      auto parsed = json::ParseCanonical(*each.value);
      if (!parsed.ok()) {
        out.breaches.push_back({"C06",
                                ErrorCode::kFormat,
                                {},
                                each.field,
                                each.item,
                                "what is sealed is no canonical JSON"});
        continue;
      }
      value = *std::move(parsed);
    }
    values.emplace(std::pair(each.field, each.item), std::move(value));
  }
  const DutyFacts facts = FactsForOpened(state, record, sender, time_ms, values, made);
  out.goods_known = facts.goods_known;
  for (DutyBreach& breach : CheckReaderDuties(RecordView(record), values, facts))
    out.breaches.push_back(std::move(breach));
  return out;
}

}  // namespace suyuan::contracts
