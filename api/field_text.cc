#include "api/field_text.h"

#include "api/field_words.h"
#include "contracts/calendar.h"
#include "contracts/entity.h"
#include "contracts/field_numbers.h"

namespace suyuan::api {
namespace {

using contracts::FieldInfo;
using contracts::ValueType;

std::string TimeText(const std::string& utc) {
  const auto ms = contracts::ParseTimeMs(utc);
  return ms ? ShanghaiTime(*ms) : utc;
}

bool IsTime(std::string_view text) {
  return text.size() >= 20 && text[10] == 'T' && text.back() == 'Z';
}

std::string PlainText(const FieldInfo& field, const std::string& text, Language language) {
  if (IsTime(text) && (field.type == ValueType::kTime || field.type == ValueType::kObject))
    return TimeText(text);
  const bool word = field.type == ValueType::kEnum || field.type == ValueType::kSet ||
                    field.type == ValueType::kStandardNo || field.type == ValueType::kObject;
  return word ? std::string(WordText(field, text, language)) : text;
}

// "24个月", "1000 辆": counting units stand apart.
std::string Measure(const FieldInfo& field, const json::Value& value, Language language) {
  const std::string unit = value.Text("unit");
  const bool period = field.type == ValueType::kPeriod;
  const bool close = period && language == Language::kChinese;
  return ValueText(field, *value.Find("value"), language) + (close ? "" : " ") +
         (period ? std::string(WordText(field, unit, language)) : unit);
}

std::string ObjectText(const FieldInfo& field, const json::Object& members, Language language) {
  const bool chinese = language == Language::kChinese;
  std::string out;
  for (const auto& [name, member] : members) {
    if (!out.empty()) out += chinese ? "；" : "; ";
    out += std::string(WordText(field, name, language)) + (chinese ? "：" : ": ") +
           ValueText(field, member, language);
  }
  return out;
}

}  // namespace

std::string_view WordText(const FieldInfo& field, std::string_view word, Language language) {
  for (const FieldWord& known : FieldWords())
    if (known.word == word && (known.field.empty() || known.field == field.identifier))
      return known.text.In(language);
  return word;
}

std::string_view FieldLabel(const FieldInfo& field, Language language,
                            std::string_view unit_no_kind) {
  if (field.number == contracts::batch_field::kUnitNo && !unit_no_kind.empty())
    return WordText(field, unit_no_kind, language);
  if (language == Language::kChinese) return field.chinese;
  for (const FieldName& name : EnglishNames())
    if (name.identifier == field.identifier) return name.english;
  return field.identifier;
}

std::string ValueText(const FieldInfo& field, const json::Value& value, Language language) {
  const bool chinese = language == Language::kChinese;
  if (const std::string* text = value.if_string()) return PlainText(field, *text, language);
  if (const int64_t* number = value.if_int()) return std::to_string(*number);
  if (const bool* flag = value.if_bool())
    return *flag ? (chinese ? "是" : "yes") : (chinese ? "否" : "no");
  if (const json::Array* items = value.if_array()) {
    std::string out;
    for (const json::Value& item : *items)
      out += (out.empty() ? "" : chinese ? "、" : ", ") + ValueText(field, item, language);
    return out;
  }
  if (value.Find("unit") && value.Find("value") && value.if_object()->size() == 2)
    return Measure(field, value, language);
  if (field.number == contracts::product_field::kSalesUnit)
    return value.Text("text") + (chinese ? "（" : " (") + value.Text("unit") +
           (chinese ? "）" : ")");
  if (const json::Object* members = value.if_object()) return ObjectText(field, *members, language);
  return json::Canonical(value);
}

std::string_view LevelMeaning(std::string_view level, Language language) {
  struct Meaning {
    std::string_view level;
    Phrase text;
  };
  static constexpr Meaning kMeanings[] = {
      {"per_product",
       {"一品一码：此码标识这一型号的产品，同型号产品共用一个码",
        "One code per product: it identifies this model; all goods of the model share it"}},
      {"per_batch",
       {"一批一码：此码标识这一生产批次，同批产品共用一个码",
        "One code per batch: it identifies this batch; all goods of the batch share it"}},
      {"per_item",
       {"一物一码：此码只标识这一件产品",
        "One code per item: it identifies this one item and no other"}},
      {"composite",
       {"组合多码：此码标识组合产品或其中一个部分",
        "Several codes combined: it identifies a set of goods or one part of it"}}};
  for (const Meaning& known : kMeanings)
    if (known.level == level) return known.text.In(language);
  return {};
}

std::string_view StateWord(std::string_view state, Language language) {
  for (int number = 0; number < 64; ++number) {
    const auto known = static_cast<contracts::EntityState>(number);
    if (contracts::ToString(known) == state) return StateText(known).In(language);
  }
  return state;
}

std::string ShanghaiTime(uint64_t utc_ms) {
  std::string text = contracts::FormatTimeMs(utc_ms / 1000 * 1000 + 8ull * 3600 * 1000);
  text[10] = ' ';
  text.pop_back();
  return text;
}

}  // namespace suyuan::api
