// Calendar arithmetic of contracts (requirements 1.4): business dates are calendar days in
// Asia/Shanghai (UTC+8 all year round), instants are UTC milliseconds. Proleptic Gregorian, pure
// integers, no clock and no time-zone database, so that every node computes the same day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/bytes.h"
#include "common/named_type.h"

namespace suyuan::contracts {

// A calendar day: days since 1970-01-01.
using Day = NamedInt<struct DayTag, int32_t>;
// Stands for "no end" where a validity has none.
inline constexpr Day kNoEnd{INT32_MAX};

// "2026-03-01"; nullopt for another form or a day that does not exist. Years 1900 to 9999.
std::optional<Day> ParseDay(ByteView text);
std::string FormatDay(Day day);

// "2026-03-01T08:00:00Z", optionally with .sss; nullopt for anything else or before 1970.
std::optional<uint64_t> ParseTimeMs(ByteView text);
// With milliseconds only where they are not zero. Later instants than the year 9999 has: its last.
std::string FormatTimeMs(uint64_t ms);

// The day in Asia/Shanghai that an instant falls on.
Day DayOf(uint64_t utc_ms);

enum class PeriodUnit : uint8_t { kNone = 0, kDay = 1, kMonth = 2, kYear = 3 };
struct Period {
  PeriodUnit unit = PeriodUnit::kNone;
  uint32_t value = 0;
  friend bool operator==(const Period&, const Period&) = default;
};
// A day that the target month does not have becomes that month's last day: 29 February + 1 year is
// 28 February (requirements 1.4).
Day AddPeriod(Day day, Period period);
inline Day AddYears(Day day, uint32_t years) { return AddPeriod(day, {PeriodUnit::kYear, years}); }

}  // namespace suyuan::contracts
