#include "contracts/opened_check.h"

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/reader_facts.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
using ledger::EntityKind;

std::optional<bool> OtherRegistered(const StateReader& state, const PartyId& sender,
                                    const OpenedValues& opened) {
  for (const uint16_t field : {f::kSellerCode, f::kBuyerCode}) {
    const auto at = opened.find({field, 0});
    const std::string* text = at != opened.end() && at->second ? at->second->if_string() : nullptr;
    const auto party = ParsePartyId(text == nullptr ? std::string_view() : *text);
    if (party.ok() && *party != sender)
      return LoadEntity(state, EntityKind::kParty, party->view()).has_value();
  }
  return std::nullopt;
}

// Leaves out what a later state cannot tell of the goods.
void ForgetChanged(const StateReader& state, const ledger::Record& record, DutyFacts& facts) {
  facts.units.reset();
  if (!NamesContainer(state, record)) return;
  facts.by_manufacturer = false;
  facts.made.reset();
  facts.released_ms.reset();
}

}  // namespace

DutyFacts FactsForOpened(const StateReader& state, const ledger::Record& record,
                         const PartyId& sender, uint64_t time_ms, const OpenedValues& opened) {
  DutyFacts facts = FactsOf(state, record, sender, time_ms);
  if (record.schema != f::kSection) return facts;
  facts.other_registered = OtherRegistered(state, sender, opened);
  if (record.subject_kind != EntityKind::kFlow) return facts;
  const auto flow = LoadEntity(state, EntityKind::kFlow, record.subject);
  if (flow) facts.confirms = DecodeFlow(flow->content).type;
  return facts;
}

std::vector<DutyBreach> CheckOpened(const StateReader& state, const ledger::Record& record,
                                    const PartyId& sender, uint64_t time_ms,
                                    std::span<const OpenedItem> opened, StateAge age) {
  std::vector<DutyBreach> breaches;
  OpenedValues values;
  for (const OpenedItem& each : opened) {
    std::optional<json::Value> value;
    if (each.value) {
      auto parsed = json::ParseCanonical(*each.value);
      if (!parsed.ok()) {
        breaches.push_back({"C06",
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
  DutyFacts facts = FactsForOpened(state, record, sender, time_ms, values);
  if (age == StateAge::kLater) ForgetChanged(state, record, facts);
  for (DutyBreach& breach : CheckReaderDuties(RecordView(record), values, facts))
    breaches.push_back(std::move(breach));
  return breaches;
}

}  // namespace suyuan::contracts
