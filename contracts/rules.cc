#include "contracts/rules.h"

#include <algorithm>
#include <array>

#include "common/codec.h"

namespace suyuan::contracts {
namespace {

// clang-format off
constexpr std::array kParameters = {
    RuleParameter{"review_policy", R"({"batch":"auto","party":"manual","product":"manual"})", "OG 5.5; D-15"},
    RuleParameter{"auto_review_rules", R"(["C04","C05","C06","C07","C08","C13","C27"])", "OG 5.5"},
    RuleParameter{"reviewed_doc_types", R"(["business_licence","legal_person_cert","production_licence","ccc_cert"])", "PS 10.4"},
    RuleParameter{"self_check_separation", "true", "OG 5.4"},
    RuleParameter{"producer_floor_years", "3", "OG 7.1.3"},
    RuleParameter{"life_plus_years", "1", "GR 8.5"},
    RuleParameter{"no_life_years", "2", "GR 8.5"},
    RuleParameter{"grace_days", R"({"daily":1,"monthly":5,"quarterly":5,"yearly":5})", "OG 5.3.3.3; D-22"},
    RuleParameter{"lag_days", R"({"flow":3,"incident":1})", "GR 4.3"},
    RuleParameter{"flow_confirm_days", "7", "D-23"},
    RuleParameter{"dispute_days", "30", "D-40"},
    RuleParameter{"balance_mode", R"({"composite":"reject","per_batch":"alert","per_item":"reject","per_product":"alert"})", "C15"},
    RuleParameter{"diversion_mode", R"("alert")", "OG 6.5; D-27"},
    RuleParameter{"scan_repeat_limit", "20", "GR 6.1.3"},
    RuleParameter{"reviewed_party_fields", R"(["party.party_name","party.uscc","party.registered_address","party.operating_address","party.business_licence_doc","party.party_type","party.region_code"])", "PS 6.2.1"},
    RuleParameter{"reviewed_product_fields", R"(["mandatory","conditional"])", "PS 6.3.2"},
    RuleParameter{"silence_days", "3", "PS 6.4.1"},
    RuleParameter{"failure_rate", "5", "PS 6.4.1"},
    RuleParameter{"reopen_days", "15", "PS 6.9"},
    RuleParameter{"reply_days", "7", "PS 6.9"},
    RuleParameter{"min_cell", "3", "PS 10.4"},
    RuleParameter{"self_review_months", "3", "OG 7.1.1"},
    RuleParameter{"rewrap_days", "3", "DC-5-d"},
    RuleParameter{"erase_ack_days", "7", "D-24"},
};
// clang-format on

// Same kind of JSON value; members of an object must be the default's.
bool SameShape(const json::Value& like, const json::Value& value) {
  if (like.if_bool()) return value.if_bool() != nullptr;
  if (like.if_int()) return value.if_int() != nullptr && *value.if_int() >= 0;
  if (like.if_string()) return value.if_string() != nullptr;
  if (like.if_array()) {
    return value.if_array() != nullptr &&
           std::ranges::all_of(*value.if_array(),
                               [](const json::Value& v) { return v.if_string() != nullptr; });
  }
  const json::Object* members = value.if_object();
  return members != nullptr && std::ranges::all_of(*members, [&](const auto& member) {
           const json::Value* known = like.Find(member.first);
           return known != nullptr && SameShape(*known, member.second);
         });
}

json::Value DefaultOf(const RuleParameter& parameter) {
  return json::ParseCanonical(parameter.default_json).value();
}

uint32_t Count(const json::Value& value) { return static_cast<uint32_t>(*value.if_int()); }

}  // namespace

std::span<const RuleParameter> AllRuleParameters() { return kParameters; }

const RuleParameter* FindRuleParameter(std::string_view name) {
  const auto* it = std::ranges::find(kParameters, name, &RuleParameter::name);
  return it == kParameters.end() ? nullptr : it;
}

Status CheckRule(std::string_view name, const json::Value& value) {
  const RuleParameter* parameter = FindRuleParameter(name);
  if (parameter == nullptr)
    return Error{ErrorCode::kConfig, "no rule parameter is named " + std::string(name)};
  if (!SameShape(DefaultOf(*parameter), value)) {
    return Error{ErrorCode::kConfig, "rule parameter " + std::string(name) + " must look like " +
                                         std::string(parameter->default_json)};
  }
  const int64_t* number = value.if_int();
  if (number != nullptr && *number > 1000)
    return Error{ErrorCode::kConfig, "rule parameter " + std::string(name) + " is above 1000"};
  return {};
}

Bytes EncodeRuleVersions(const std::vector<RuleVersion>& versions) {
  Writer out;
  out.U16(static_cast<uint16_t>(versions.size()));
  for (const RuleVersion& v : versions) out.U64(v.from.value()).Sized(v.json);
  return out.Take();
}

std::vector<RuleVersion> DecodeRuleVersions(ByteView bytes) {
  Reader in(bytes);
  std::vector<RuleVersion> versions(in.U16());
  for (RuleVersion& v : versions) {
    v.from = Height(in.U64());
    v.json = Bytes(in.Sized());
  }
  SUYUAN_CHECK(in.Finish("rule").ok(), "rule value");
  return versions;
}

json::Value RuleValue(const StateReader& state, std::string_view name, Height height) {
  const RuleParameter* parameter = FindRuleParameter(name);
  SUYUAN_CHECK(parameter != nullptr, name);
  Bytes text(parameter->default_json);
  if (const auto stored = state.Get(Namespace::kRule, name)) {
    for (RuleVersion& v : DecodeRuleVersions(*stored)) {
      if (v.from <= height) text = std::move(v.json);
    }
  }
  return json::ParseCanonical(text).value();
}

const Rules::Values& Rules::Load() {
  if (values_) return *values_;
  const auto value = [&](std::string_view name) { return RuleValue(state_, name, height_); };
  Values v;
  const json::Value reviewed = value("reviewed_doc_types");
  for (const json::Value& word : *reviewed.if_array()) {
    if (const auto type = ParseDocType(*word.if_string()))
      v.reviewed_types |= 1u << static_cast<uint8_t>(*type);
  }
  v.self_check_separation = *value("self_check_separation").if_bool();
  v.product_review = ParseReviewPolicy(value("review_policy").Text("product"));
  v.retention = {Count(value("producer_floor_years")), Count(value("life_plus_years")),
                 Count(value("no_life_years"))};
  v.dispute_days = Count(value("dispute_days"));
  v.rewrap_days = Count(value("rewrap_days"));
  return values_.emplace(v);
}

bool Rules::IsReviewedType(DocType type) {
  return (Load().reviewed_types >> static_cast<uint8_t>(type) & 1) != 0;
}
bool Rules::SelfCheckSeparation() { return Load().self_check_separation; }
ReviewPolicy Rules::ProductReview() { return Load().product_review; }
RetentionTerms Rules::Retention() { return Load().retention; }
uint32_t Rules::DisputeDays() { return Load().dispute_days; }
uint32_t Rules::RewrapDays() { return Load().rewrap_days; }

}  // namespace suyuan::contracts
