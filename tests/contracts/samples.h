// A right value for every field of the table, and records made of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contracts/builder_record.h"
#include "contracts/field_numbers.h"
#include "contracts/fields.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {

inline json::Value ParseJson(ByteView text) { return json::Parse(text).value(); }

inline json::Value SampleMember(std::string_view type) {
  if (type.find('|') != std::string_view::npos) return type.substr(0, type.find('|'));
  if (type == "doc") return "aaaaaaaaaaaaaaaaaaaaaaaaaa";
  if (type == "date") return "2026-03-01";
  if (type == "time") return "2026-03-01T08:00:00Z";
  if (type == "phone") return "020-12345678";
  if (type == "mail") return "a@example.cn";
  if (type == "url") return "https://example.cn/";
  if (type == "party") return "91320000MA00DEM017";
  if (type == "field") return "product.brand";
  if (type == "true") return true;
  if (type == "pseudonym") return "00112233445566778899aabbccddeeff";
  if (type == "year") return 2026;
  if (type == "count") return 3;
  if (type == "lon") return 113'264'000;
  if (type == "lat") return 23'129'000;
  if (type == "dates") return json::Array{"2026-02-17", "2026-02-18"};
  if (type == "regions") return json::Array{"44", "4401"};
  if (type == "weekdays") return json::Array{6, 7};
  return "示例";
}

inline json::Value SampleObject(std::string_view members) {
  json::Object out;
  while (!members.empty()) {
    const size_t comma = std::min(members.find(','), members.size());
    std::string_view member = members.substr(0, comma);
    members.remove_prefix(std::min(comma + 1, members.size()));
    const size_t colon = member.find(':');
    std::string_view type = member.substr(colon + 1);
    if (type.ends_with('!')) type.remove_suffix(1);
    out[std::string(member.substr(0, colon))] = SampleMember(type);
  }
  return out;
}

// One value of one leaf.
inline json::Value Sample(const FieldInfo& field) {
  const std::string first_choice(field.choices.substr(0, field.choices.find('|')));
  switch (field.type) {
    case ValueType::kText:
      if (field.min > 2) return std::string(field.min, '0');
      return "示例";
    case ValueType::kEnum:
      return first_choice;
    case ValueType::kSet:
      return json::Array{first_choice};
    case ValueType::kBoolean:
      return true;
    case ValueType::kInteger:
      return static_cast<int64_t>(field.min);
    case ValueType::kDate:
      return "2026-03-01";
    case ValueType::kTime:
      return "2026-03-01T08:00:00Z";
    case ValueType::kQuantity:
      return ParseJson(R"({"unit":"台","value":"1000"})");
    case ValueType::kMoney:
      return 19'900;
    case ValueType::kPartyCode:
      return "91320000MA00DEM017";
    case ValueType::kRegion:
      return "440000";
    case ValueType::kCategory:
      return "0301";
    case ValueType::kDocument:
    case ValueType::kEntity:
    case ValueType::kCodeOrEntity:
      return "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    case ValueType::kKey:
    case ValueType::kHash:
      return std::string(64, 'a');
    case ValueType::kPseudonym:
      return std::string(32, 'b');
    case ValueType::kPhoneOrMail:
      return "020-12345678";
    case ValueType::kUrl:
      return "https://example.cn/";
    case ValueType::kGtin:
      return "6901234567892";
    case ValueType::kStandardNo:
      return "GB 16410-2020";
    case ValueType::kPeriod:
      return ParseJson(R"({"unit":"year","value":8})");
    case ValueType::kCode:
    case ValueType::kCodeOrRange:
    case ValueType::kFlowCode:
      return "01/06901234567892/21/1";
    case ValueType::kObject:
      return SampleObject(field.choices);
    case ValueType::kReportPeriod:
      return "2026-03";
    case ValueType::kFieldName:
      return "product.brand";
    case ValueType::kMediaType:
      return "application/pdf";
  }
  return {};
}

// A record under test: leaves are set, replaced and taken away by field.
struct TestRecord {
  ledger::RecordDraft draft;
  explicit TestRecord(uint8_t section) { draft.schema = section; }

  // Every field that a sender may give, sealed ones as hidden leaves of any content.
  static TestRecord Complete(uint8_t section) {
    TestRecord record(section);
    for (const FieldInfo& field : FieldsOfSection(section)) {
      if (field.obligation == Obligation::kSystem) continue;
      const bool content = field.disclosure == DisclosureClass::kOfContent;  // doc_class is PUB
      if (IsClear(field.disclosure) || content) {
        record.Set(field.number, Sample(field));
      } else {
        record.Hide(field.number);
      }
    }
    return record;
  }

  ledger::RecordDraft::LeafDraft& Slot(uint16_t field, uint16_t item = 0) {
    auto at = draft.leaves.begin();
    while (at != draft.leaves.end() && std::pair(at->field, at->item) < std::pair(field, item))
      ++at;
    if (at == draft.leaves.end() || at->field != field || at->item != item) {
      at = draft.leaves.emplace(at);
      at->field = field;
      at->item = item;
    }
    return *at;
  }
  TestRecord& Set(uint16_t field, const json::Value& value, uint16_t item = 0) {
    auto& leaf = Slot(field, item);
    leaf.mode = ledger::LeafMode::kPublic;
    leaf.value = json::Canonical(value);
    return *this;
  }
  TestRecord& Hide(uint16_t field, uint16_t item = 0) {
    auto& leaf = Slot(field, item);
    leaf.mode = ledger::LeafMode::kHidden;
    leaf.value.clear();
    leaf.padded_length = 64;
    return *this;
  }
  TestRecord& NotApplicable(uint16_t field) {
    auto& leaf = Slot(field);
    leaf.mode = ledger::LeafMode::kNotApplicable;
    leaf.value.clear();
    return *this;
  }
  TestRecord& Remove(uint16_t field) {
    std::erase_if(draft.leaves, [&](const auto& leaf) { return leaf.field == field; });
    return *this;
  }
  Status Check(const RecordCheck& check = {}) const {
    return CheckRecord(ViewOfDraft(draft), check);
  }
};

// "E_MISSING 0x0201/0", or "ok".
inline std::string Verdict(const Status& status) {
  if (status.ok()) return "ok";
  char place[24];
  std::snprintf(place, sizeof place, " 0x%04X/%u", status.error().field, status.error().item);
  return std::string(Describe(status.error().code).name) + place;
}

}  // namespace suyuan::contracts
