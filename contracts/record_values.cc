#include "contracts/record_values.h"

#include "contracts/value_check.h"

namespace suyuan::contracts {
namespace {

PeriodUnit UnitOf(std::string_view word) {
  if (word == "day") return PeriodUnit::kDay;
  return word == "month" ? PeriodUnit::kMonth : PeriodUnit::kYear;
}

// "12.5" → 12500. The text has at most 3 fraction digits.
uint64_t Thousandths(std::string_view decimal) {
  uint64_t value = 0;
  int fraction = -1;  // digits after the point so far; −1 before it
  for (const char c : decimal) {
    if (c == '.') {
      fraction = 0;
      continue;
    }
    value = value * 10 + static_cast<uint64_t>(c - '0');
    if (fraction >= 0) ++fraction;
  }
  for (int i = fraction < 0 ? 0 : fraction; i < 3; ++i) value *= 10;
  return value;
}

}  // namespace

Period PeriodOf(const RecordView& view, uint16_t field) {
  const auto value = view.Value(field);
  if (!value || value->Find("value") == nullptr) return {};
  return {UnitOf(value->Text("unit")), static_cast<uint32_t>(*value->Find("value")->if_int())};
}

std::optional<uint64_t> QuantityOf(const RecordView& view, uint16_t field) {
  const auto value = view.Value(field);
  if (!value) return std::nullopt;
  return Thousandths(value->Text("value"));
}

std::optional<uint64_t> ThousandthsOf(const json::Value& quantity) {
  if (!value_check::CheckQuantity(quantity).ok()) return std::nullopt;
  return Thousandths(quantity.Text("value"));
}

std::optional<Day> DayAt(const RecordView& view, uint16_t field) {
  if (!view.Has(field)) return std::nullopt;
  return ParseDay(view.Text(field));
}

}  // namespace suyuan::contracts
