#include "contracts/reader_duties.h"

#include <algorithm>
#include <array>

#include "contracts/field_numbers.h"
#include "contracts/record_values.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

// One duty at work.
struct Duty {
  std::string_view rule;
  const RecordView& record;
  const OpenedValues& opened;
  const DutyFacts& facts;
  std::vector<DutyBreach>& breaches;

  void Refuse(ErrorCode code, uint16_t field, std::string detail, uint16_t item = 0) const {
    breaches.push_back({rule, code, {}, field, item, std::move(detail)});
  }
  void Alert(std::string_view alert, uint16_t field, std::string detail) const {
    breaches.push_back({rule, ErrorCode::kOk, alert, field, 0, std::move(detail)});
  }
  bool IsFlow() const { return record.record().schema == f::kSection; }
  // What one side adds to a flow that stands: not all of the flow.
  bool AddsToFlow() const {
    return IsFlow() && record.record().subject_kind == ledger::EntityKind::kFlow;
  }
  // Opened and absent.
  bool Absent(uint16_t field) const {
    const auto at = opened.find({field, 0});
    return at != opened.end() && !at->second;
  }
  // Opened and there.
  const json::Value* Value(uint16_t field) const {
    const auto at = opened.find({field, 0});
    return at != opened.end() && at->second ? &*at->second : nullptr;
  }
  std::string Text(uint16_t field) const {
    const json::Value* value = Value(field);
    const std::string* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : *text;
  }
  std::optional<uint64_t> Time(uint16_t field) const { return ParseTimeMs(Text(field)); }
};

bool Says(const Duty& duty, uint16_t field, std::string_view word) {
  return duty.record.Text(field) == word;
}

// C06: the form of each value.
void CheckForms(const Duty& duty) {
  for (const auto& [place, value] : duty.opened) {
    const FieldInfo* field = FindField(place.first);
    if (field == nullptr || !value) continue;
    const Status status = CheckValue(*field, *value);
    if (!status.ok())
      duty.Refuse(status.error().code, place.first, status.error().detail, place.second);
  }
}

// C04: what is due by the clear values of the record has a value inside its leaf.
void CheckMandatory(const Duty& duty) {
  for (const auto& [place, value] : duty.opened) {
    const FieldInfo* field = FindField(place.first);
    if (field == nullptr || value || duty.AddsToFlow()) continue;
    if (DueOf(*field, duty.record) != Due::kDue) continue;
    duty.Refuse(ErrorCode::kMissing, place.first, "is required, and the sealed leaf is empty");
  }
  if (!duty.facts.confirms) return;
  for (const uint16_t field : OwedByConfirming(*duty.facts.confirms)) {
    const bool maker_only = field == f::kBuyerAddress || field == f::kBuyerContact;
    if (duty.Absent(field) && (!maker_only || duty.facts.by_manufacturer))
      duty.Refuse(ErrorCode::kMissing, field, "the confirming side owes it, and the leaf is empty");
  }
}

// C05: what is due by sealed values or by the state.
struct Trigger {
  uint16_t field;
  bool (*due)(const Duty&);
};
bool IsSale(const Duty& duty) { return Says(duty, f::kFlowType, "sale"); }
bool ToConsumer(const Duty& duty) { return Says(duty, f::kBuyerKind, "consumer"); }
bool MadeAndSold(const Duty& duty) { return IsSale(duty) && duty.facts.by_manufacturer; }
template <uint16_t kMode>
bool IsCaptured(const Duty& duty) {
  const std::string mode = duty.Text(kMode);
  return mode == "automatic" || mode == "mixed";
}
constexpr Trigger kTriggers[] = {
    {batch_field::kCapturedBy, IsCaptured<batch_field::kCollectionMode>},
    {f::kBuyerAddress, [](const Duty& d) { return MadeAndSold(d) && !ToConsumer(d); }},
    {f::kBuyerContact, [](const Duty& d) { return MadeAndSold(d) && !ToConsumer(d); }},
    {f::kDestinationRegion, [](const Duty& d) { return MadeAndSold(d) && ToConsumer(d); }},
    {f::kSaleChannel, [](const Duty& d) { return MadeAndSold(d) && ToConsumer(d); }},
    {f::kForeignGoods, [](const Duty& d) { return d.record.Flag(f::kForeignDeclared); }},
    {f::kCapturedBy, IsCaptured<f::kCollectionMode>},
};
void CheckConditional(const Duty& duty) {
  for (const Trigger& trigger : kTriggers) {
    if (trigger.field >> 8 != duty.record.record().schema) continue;
    if (duty.Absent(trigger.field) && trigger.due(duty))
      duty.Refuse(ErrorCode::kMissing, trigger.field, "is required here, and the leaf is empty");
  }
}

// C02: the sender stands on its own side of the flow.
void CheckOwnSide(const Duty& duty) {
  if (!duty.IsFlow()) return;
  const auto type = ParseFlowType(duty.record.Text(f::kFlowType));
  if (!type || !MovesHolder(*type)) return;
  const bool both = Says(duty, f::kSupplierKind, "registered_party") &&
                    Says(duty, f::kBuyerKind, "registered_party");
  bool receiving = *type == FlowType::kPurchase;
  if (*type == FlowType::kReturn || *type == FlowType::kRecallReturn) {
    receiving = both ? Says(duty, f::kSenderSide, "receiving")
                     : Says(duty, f::kBuyerKind, "registered_party");
  }
  const uint16_t own = receiving ? f::kBuyerCode : f::kSellerCode;
  const uint16_t other = receiving ? f::kSellerCode : f::kBuyerCode;
  const std::string sender = ToString(duty.facts.sender);
  if (const std::string code = duty.Text(own); !code.empty() && code != sender)
    duty.Refuse(ErrorCode::kAuthz, own, "the sender's side of the flow names another party");
  const std::string code = duty.Text(other);
  if (code.empty()) return;
  if (code == sender)
    duty.Refuse(ErrorCode::kAuthz, other, "both sides of the flow are one party");
  else if (both && duty.facts.other_registered && !*duty.facts.other_registered)
    duty.Refuse(ErrorCode::kRef, other, "the other side is not registered");
}

// C27: production ≤ release ≤ sale ≤ receipt, and nothing of the day after tomorrow.
void CheckTimes(const Duty& duty) {
  if (!duty.IsFlow()) return;
  const DutyFacts& facts = duty.facts;
  for (const uint16_t field :
       {f::kSaleTime, f::kPurchaseTime, f::kEventTime, f::kDepartTime, f::kArriveTime}) {
    const auto at = duty.Time(field);
    if (!at) continue;
    const bool trade = field == f::kSaleTime || field == f::kPurchaseTime;
    if (*at > facts.time_ms + kDayMs) {
      duty.Refuse(ErrorCode::kTime, field, "later than the day after the record");
    } else if (facts.made && DayOf(*at) < *facts.made) {
      duty.Refuse(ErrorCode::kTime, field, "before the goods were made");
    } else if (trade && facts.released_ms && *at < *facts.released_ms) {
      duty.Refuse(ErrorCode::kTime, field, "before the goods were released");
    } else if (field == f::kPurchaseTime && facts.sold_ms && *at < *facts.sold_ms) {
      duty.Refuse(ErrorCode::kTime, field, "before the sale that it follows");
    }
  }
  const auto departed = duty.Time(f::kDepartTime), arrived = duty.Time(f::kArriveTime);
  if (departed && arrived && *arrived < *departed)
    duty.Refuse(ErrorCode::kTime, f::kArriveTime, "before the departure");
}

// C15 by value; where the goods are units, their number is the quantity.
void CheckBalance(const Duty& duty) {
  const json::Value* quantity = duty.Value(f::kSaleQuantity);
  if (!duty.IsFlow() || quantity == nullptr) return;
  const auto sent = ThousandthsOf(*quantity);
  if (!sent) return;  // C06 says so
  const DutyFacts& facts = duty.facts;
  const bool part = duty.record.Flag(f::kPartSale);
  const bool over_units = facts.units && !part && *sent > *facts.units * 1000;
  const bool over_held = facts.held && *sent > *facts.held;
  if (!over_units && !over_held) return;
  if (facts.balance_rejects)
    duty.Refuse(ErrorCode::kBalance, f::kSaleQuantity, "more than the giving side holds");
  else
    duty.Alert("BALANCE", f::kSaleQuantity, "more than the giving side holds");
}

// C17, D-27: recorded, with an alert.
void CheckDiversion(const Duty& duty) {
  const std::string region = duty.Text(f::kDestinationRegion);
  const auto& allowed = duty.facts.authorised_regions;
  if (!duty.IsFlow() || region.empty() || allowed.empty()) return;
  const auto covers = [&](const std::string& prefix) { return region.starts_with(prefix); };
  if (!std::ranges::any_of(allowed, covers))
    duty.Alert("DIVERSION", f::kDestinationRegion, "outside the authorised sales region");
}

template <void (*kRun)(const Duty&)>
void Run(std::string_view rule, const RecordView& record, const OpenedValues& opened,
         const DutyFacts& facts, std::vector<DutyBreach>& breaches) {
  kRun(Duty{rule, record, opened, facts, breaches});
}

// One line a rule; each looks at all fields that it is about.
struct ReaderDuty {
  std::string_view rule;
  std::string_view source;  // requirement ids
  void (*check)(std::string_view rule, const RecordView& record, const OpenedValues& opened,
                const DutyFacts& facts, std::vector<DutyBreach>& breaches);
};
constexpr std::array kDuties = {
    ReaderDuty{"C06", "GR-4.3-b", Run<CheckForms>},
    ReaderDuty{"C04", "GR-5.2-h…k; OG-5.3.3.4-a…d", Run<CheckMandatory>},
    ReaderDuty{"C05", "4.5; D-19; D-36; GR 7", Run<CheckConditional>},
    ReaderDuty{"C02", "4.5", Run<CheckOwnSide>},
    ReaderDuty{"C27", "DC-5-e; GR-4.3-b; GR-5.2-i", Run<CheckTimes>},
    ReaderDuty{"C15", "GR-5.1-aa", Run<CheckBalance>},
    ReaderDuty{"C17", "OG-6.5-b; D-27", Run<CheckDiversion>},
};

}  // namespace

std::vector<DutyBreach> CheckReaderDuties(const RecordView& record, const OpenedValues& opened,
                                          const DutyFacts& facts) {
  std::vector<DutyBreach> breaches;
  for (const ReaderDuty& duty : kDuties) duty.check(duty.rule, record, opened, facts, breaches);
  return breaches;
}

Status RefuseBySealedValues(const RecordView& record, uint32_t record_index,
                            const OpenedValues& opened, const DutyFacts& facts) {
  for (DutyBreach& breach : CheckReaderDuties(record, opened, facts)) {
    if (breach.code == ErrorCode::kOk) continue;
    return Error{breach.code, std::move(breach.detail)}.At(record_index, breach.field, breach.item);
  }
  return {};
}

}  // namespace suyuan::contracts
