// What people and scanners write, brought into the one form that a record carries.
#include <algorithm>
#include <charconv>

#include "common/codec.h"
#include "common/limits.h"
#include "contracts/builder_record.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/value_check.h"

namespace suyuan::contracts {
namespace {

Error FormatError(std::string detail) { return Error{ErrorCode::kFormat, std::move(detail)}; }

Status ExpandRange(const json::Value& range, json::Array& out) {
  const json::Value* prefix = range.Find("prefix");
  const json::Value* first = range.Find("first");
  const json::Value* count = range.Find("count");
  const json::Value* digits = range.Find("digits");
  const bool complete = prefix && prefix->if_string() && first && first->if_int() && count &&
                        count->if_int() && digits && digits->if_int() && *first->if_int() >= 0;
  if (!complete || range.if_object()->size() != 4)
    return FormatError("a range needs prefix, first, count and digits");
  const int64_t n = *count->if_int(), width = *digits->if_int(), from = *first->if_int();
  if (n < 1 || n > limits::kCodesPerTransactionMax)
    return Error{ErrorCode::kSize, "a range has 1 to 10000 members"};
  if (width < 1 || width > 15) return FormatError("a range's numbers have 1 to 15 digits");
  for (int64_t i = 0; i < n; ++i) {
    const std::string number = std::to_string(from + i);
    if (static_cast<int64_t>(number.size()) > width)
      return FormatError("a range's last number has more digits than \"digits\" says");
    out.emplace_back(*prefix->if_string() +
                     std::string(static_cast<size_t>(width) - number.size(), '0') + number);
  }
  return {};
}

Result<json::Value> CanonicalCode(const json::Value& value) {
  const std::string* text = value.if_string();
  if (text == nullptr) return value;  // refused by the check of its type
  SUYUAN_ASSIGN_OR_RETURN(const TraceCode code, ParseAnyCode(*text));
  return json::Value(CanonicalText(code));
}

Result<json::Value> CanonicalRange(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return CanonicalCode(value);
  json::Object out;
  for (const auto& [name, end] : *object) {
    SUYUAN_ASSIGN_OR_RETURN(out[name], CanonicalCode(end));
  }
  return json::Value(std::move(out));
}

// What is no code of any scheme stays as it stands on foreign goods (D-36).
Result<json::Value> CanonicalFlowCode(const json::Value& value) {
  if (value.if_object() != nullptr) return CanonicalRange(value);
  auto code = CanonicalCode(value);
  return code.ok() ? std::move(code) : Result<json::Value>(value);
}

// Unknown or repeated words stay where they are, for the check of the type to name.
json::Value OrderSet(const json::Value& value, std::string_view choices) {
  const json::Array* items = value.if_array();
  if (items == nullptr) return value;
  json::Array ordered;
  for (std::string_view rest = choices; !rest.empty();) {
    const json::Value word(value_check::NextPart(rest, '|'));
    if (std::ranges::count(*items, word) == 1) ordered.push_back(word);
  }
  return ordered.size() == items->size() ? json::Value(std::move(ordered)) : value;
}

// "#12": the entity that record 12 makes. Its id depends on the transaction, so a place holder of
// 12 zero bytes and the record's number stands for it (docs/formats.md §2).
json::Value LocalPlaceHolder(const json::Value& value) {
  const std::string* text = value.if_string();
  if (text == nullptr || text->size() < 2 || text->front() != '#') return value;
  uint32_t record = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data() + 1, end, record);
  if (error != std::errc() || stop != end) return value;
  return json::Value(Base32Encode(Writer().Raw(Bytes(12, '\0')).U32(record).Take()));
}

}  // namespace

Result<json::Array> ExpandRanges(const json::Array& items) {
  json::Array out;
  for (const json::Value& item : items) {
    const json::Value* range = item.Find("range");
    if (range == nullptr) {
      out.push_back(item);
    } else {
      SUYUAN_RETURN_IF_ERROR(ExpandRange(*range, out));
    }
    if (out.size() > limits::kCodesPerTransactionMax)
      return Error{ErrorCode::kSize, "a list has at most 10000 items"};
  }
  return out;
}

Result<json::Value> NormaliseValue(const FieldInfo& field, const json::Value& value) {
  switch (field.type) {
    case ValueType::kCode:
      return CanonicalCode(value);
    case ValueType::kCodeOrRange:
      return CanonicalRange(value);
    case ValueType::kFlowCode:
      return CanonicalFlowCode(value);
    case ValueType::kSet:
      return OrderSet(value, field.choices);
    case ValueType::kDocument:
    case ValueType::kEntity:
      return LocalPlaceHolder(value);
    default:
      return value;
  }
}

}  // namespace suyuan::contracts
