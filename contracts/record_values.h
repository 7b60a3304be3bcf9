// Values of compound fields as the rules use them. Fields were form-checked by CheckRecord.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/calendar.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {

// A period field; kNone when it is absent or not applicable.
Period PeriodOf(const RecordView& view, uint16_t field);
// A quantity in thousandths; nullopt when absent. Negative values do not exist.
std::optional<uint64_t> QuantityOf(const RecordView& view, uint16_t field);
// The same of a quantity's value that is not in a clear field; nullopt for another form.
std::optional<uint64_t> ThousandthsOf(const json::Value& quantity);
// A date; nullopt when absent.
std::optional<Day> DayAt(const RecordView& view, uint16_t field);

}  // namespace suyuan::contracts
