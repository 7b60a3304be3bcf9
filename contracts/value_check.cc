// CheckValue: one line a type; identifiers and structured values.
#include "contracts/value_check.h"

#include <algorithm>

#include "common/limits.h"
#include "contracts/fields.h"
#include "contracts/identifiers/gtin.h"
#include "contracts/identifiers/standard_no.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/identifiers/uscc.h"

namespace suyuan::contracts {
namespace value_check {
namespace {

ByteView TextOf(const json::Value& value) {
  const std::string* text = value.if_string();
  return text == nullptr ? ByteView{} : ByteView(*text);
}

bool HasOnlyMembers(const json::Object& object, ByteView first, ByteView second) {
  return object.size() == 2 && object.contains(std::string(first)) &&
         object.contains(std::string(second));
}

// Up to 12 digits, optional "." and 1–3 digits; no sign, no superfluous zeros, so that one
// quantity has one text.
bool IsDecimal(ByteView text) {
  const size_t dot = std::min(text.find('.'), text.size());
  const ByteView whole = text.substr(0, dot);
  const auto digits = [](ByteView part) {
    return !part.empty() && part.find_first_not_of("0123456789") == ByteView::npos;
  };
  if (!digits(whole) || whole.size() > 12 || (whole.size() > 1 && whole[0] == '0')) return false;
  if (dot == text.size()) return true;
  const ByteView fraction = text.substr(dot + 1);
  return digits(fraction) && fraction.size() <= 3 && fraction.back() != '0';
}

}  // namespace

Status CheckQuantity(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (object == nullptr || !HasOnlyMembers(*object, "unit", "value"))
    return FormatError("a quantity {\"unit\", \"value\"}");
  SUYUAN_RETURN_IF_ERROR(CheckText(*value.Find("unit"), 1, 20));
  if (!IsDecimal(TextOf(*value.Find("value"))))
    return FormatError("a quantity's value as decimal text with at most 3 fraction digits");
  return {};
}

Status CheckPartyCode(const json::Value& value) {
  if (value.if_string() == nullptr) return FormatError("a unified social credit code as text");
  if (!IsValidUscc(TextOf(value)))
    return Error{ErrorCode::kUscc, "not a unified social credit code with a right check character"};
  return {};
}

Status CheckEntityId(const json::Value& value) {
  if (!ParseEntityId(TextOf(value)).ok())
    return FormatError("an identifier of 26 base32 characters");
  return {};
}

Status CheckGtin(const json::Value& value) {
  if (!IsValidGtin(TextOf(value)))
    return FormatError("a GTIN of 8, 12, 13 or 14 digits with a right check digit");
  return {};
}

Status CheckStandardNumber(const json::Value& value) {
  if (!IsStandardNumber(TextOf(value)))
    return FormatError("the number of a standard such as \"GB/T 5023.3-2008\"");
  return {};
}

Status CheckPeriod(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (object == nullptr || !HasOnlyMembers(*object, "unit", "value"))
    return FormatError("a period {\"unit\", \"value\"}");
  SUYUAN_RETURN_IF_ERROR(CheckEnum(*value.Find("unit"), "day|month|year"));
  return CheckInteger(*value.Find("value"), 1, 36500);
}

Status CheckCode(const json::Value& value) {
  if (value.if_string() == nullptr) return FormatError("a trace code as text");
  const auto parsed = ParseCanonicalCode(TextOf(value));
  if (!parsed.ok()) return parsed.error();
  return {};
}

Status CheckCodeOrRange(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return CheckCode(value);
  if (!HasOnlyMembers(*object, "first", "last"))
    return FormatError("a trace code or a range {\"first\", \"last\"}");
  SUYUAN_RETURN_IF_ERROR(CheckCode(*value.Find("first")));
  SUYUAN_RETURN_IF_ERROR(CheckCode(*value.Find("last")));
  if (TextOf(*value.Find("first")) > TextOf(*value.Find("last")))
    return FormatError("a range whose first code is not behind its last");
  return {};
}

Status CheckEnum(const json::Value& value, std::string_view choices) {
  const ByteView text = TextOf(value);
  for (std::string_view rest = choices; !rest.empty();) {
    if (NextPart(rest, '|') == text) return {};
  }
  return FormatError("one of " + std::string(choices));
}

Status CheckSet(const json::Value& value, std::string_view choices) {
  const json::Array* items = value.if_array();
  if (items == nullptr || items->empty())
    return FormatError("a non-empty array of " + std::string(choices));
  std::string_view rest = choices;
  for (const json::Value& item : *items) {
    // Walking on through the choices makes both order and distinctness come out.
    bool found = false;
    while (!found && !rest.empty()) found = NextPart(rest, '|') == TextOf(item);
    if (!found)
      return FormatError("an array of distinct words, in this order, of " + std::string(choices));
  }
  return {};
}

}  // namespace value_check

namespace {

using namespace value_check;  // NOLINT: the functions of this room's own checks

Status CheckStandard(const FieldInfo& field, const json::Value& value) {
  const bool allowed_word = !field.choices.empty() && CheckEnum(value, field.choices).ok();
  return allowed_word ? Status{} : CheckStandardNumber(value);
}

Status CheckFlowCode(const json::Value& value) {
  return value.if_object() != nullptr ? CheckCodeOrRange(value) : CheckText(value, 1, 256);
}

Status CheckCodeOrEntity(const json::Value& value) {
  return CheckEntityId(value).ok() ? Status{} : CheckCode(value);
}

Status CheckByType(const FieldInfo& field, const json::Value& value) {
  switch (field.type) {
    case ValueType::kText:
      return CheckText(value, field.min, field.max);
    case ValueType::kEnum:
      return CheckEnum(value, field.choices);
    case ValueType::kSet:
      return CheckSet(value, field.choices);
    case ValueType::kBoolean:
      if (value.if_bool() == nullptr) return FormatError("true or false");
      return {};
    case ValueType::kInteger:
      return CheckInteger(value, field.min, field.max);
    case ValueType::kDate:
      return CheckDate(value);
    case ValueType::kTime:
      return CheckTime(value);
    case ValueType::kQuantity:
      return CheckQuantity(value);
    case ValueType::kMoney:
      return CheckInteger(value, 0, 9'000'000'000'000'000);
    case ValueType::kPartyCode:
      return CheckPartyCode(value);
    case ValueType::kRegion:
      return CheckRegion(value);
    case ValueType::kCategory:
      return CheckCategory(value);
    case ValueType::kDocument:
    case ValueType::kEntity:
      return CheckEntityId(value);
    case ValueType::kKey:
    case ValueType::kHash:
      return CheckHex(value, 64);
    case ValueType::kPseudonym:
      return CheckHex(value, 32);
    case ValueType::kPhoneOrMail:
      return CheckPhoneOrMail(value);
    case ValueType::kUrl:
      return CheckUrl(value);
    case ValueType::kGtin:
      return CheckGtin(value);
    case ValueType::kStandardNo:
      return CheckStandard(field, value);
    case ValueType::kPeriod:
      return CheckPeriod(value);
    case ValueType::kCode:
      return CheckCode(value);
    case ValueType::kObject:
      return CheckObject(value, field.choices);
    case ValueType::kReportPeriod:
      return CheckReportPeriod(value);
    case ValueType::kCodeOrRange:
      return CheckCodeOrRange(value);
    case ValueType::kCodeOrEntity:
      return CheckCodeOrEntity(value);
    case ValueType::kFlowCode:
      return CheckFlowCode(value);
    case ValueType::kFieldName:
      return CheckFieldName(value);
    case ValueType::kMediaType:
      return CheckMediaType(value);
  }
  return FormatError("a known type");
}

}  // namespace

Status CheckValue(const FieldInfo& field, const json::Value& value) {
  const bool empty = value.is_null() || (value.if_string() && value.if_string()->empty());
  Status status =
      empty ? Status(Error{ErrorCode::kMissing, "the value is empty"}) : CheckByType(field, value);
  if (status.ok()) return status;
  Error error = std::move(status).error();
  error.field = field.number;
  error.detail = std::string(field.identifier) + ": " + error.detail;
  return error;
}

Status CheckValue(const FieldInfo& field, ByteView canonical_json) {
  if (canonical_json.size() > limits::kValueBytesMax) {
    Error error{ErrorCode::kSize, std::string(field.identifier) + ": value above 64 KiB"};
    error.field = field.number;
    return error;
  }
  auto value = json::ParseCanonical(canonical_json);
  if (!value.ok()) {
    Error error = std::move(value).error();
    error.field = field.number;
    error.detail = std::string(field.identifier) + ": " + error.detail;
    return error;
  }
  return CheckValue(field, *value);
}

}  // namespace suyuan::contracts
