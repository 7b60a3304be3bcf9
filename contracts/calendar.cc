#include "contracts/calendar.h"

#include <algorithm>

namespace suyuan::contracts {
namespace {

constexpr int64_t kDayMs = 24ll * 3600 * 1000;
constexpr int64_t kShanghaiMs = 8ll * 3600 * 1000;
constexpr int32_t kYearMin = 1900, kYearMax = 9999;
constexpr uint64_t kTimeMsMax = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

struct Civil {
  int32_t year;
  uint32_t month, day;  // from 1
};

bool IsLeap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

uint32_t DaysInMonth(int32_t year, uint32_t month) {
  constexpr uint8_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

// Counts in years that begin on 1 March, so that the leap day comes last.
Day FromCivil(Civil c) {
  const int32_t year = c.month <= 2 ? c.year - 1 : c.year;
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t month = static_cast<int32_t>(c.month) + (c.month > 2 ? -3 : 9);
  const int32_t day_of_year = (153 * month + 2) / 5 + static_cast<int32_t>(c.day) - 1;
  const int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return Day(era * 146097 + day_of_era - 719468);
}

Civil ToCivil(Day day) {
  const int32_t z = day.value() + 719468;
  const int32_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int32_t day_of_era = z - era * 146097;
  const int32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int32_t shifted = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<uint32_t>(shifted < 10 ? shifted + 3 : shifted - 9);
  const auto dom = static_cast<uint32_t>(day_of_year - (153 * shifted + 2) / 5 + 1);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, dom};
}

// `count` digits at `pos`; -1 when one is no digit.
int32_t Digits(ByteView text, size_t pos, size_t count) {
  int32_t value = 0;
  for (size_t i = pos; i < pos + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void AppendDigits(std::string& out, int64_t value, int count) {
  std::string digits = std::to_string(value);
  out.append(static_cast<size_t>(std::max<int>(0, count - static_cast<int>(digits.size()))), '0');
  out += digits;
}

}  // namespace

std::optional<Day> ParseDay(ByteView text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int32_t year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (year < kYearMin || month < 1 || month > 12 || day < 1) return std::nullopt;
  const auto m = static_cast<uint32_t>(month), d = static_cast<uint32_t>(day);
  if (d > DaysInMonth(year, m)) return std::nullopt;
  return FromCivil({year, m, d});
}

std::string FormatDay(Day day) {
  const Civil c = ToCivil(day);
  std::string out;
  AppendDigits(out, c.year, 4);
  out += '-';
  AppendDigits(out, c.month, 2);
  out += '-';
  AppendDigits(out, c.day, 2);
  return out;
}

std::optional<uint64_t> ParseTimeMs(ByteView text) {
  const bool fraction = text.size() == 24;
  if ((!fraction && text.size() != 20) || text.back() != 'Z' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':' || (fraction && text[19] != '.')) {
    return std::nullopt;
  }
  const auto day = ParseDay(text.substr(0, 10));
  const int32_t hour = Digits(text, 11, 2), minute = Digits(text, 14, 2);
  const int32_t second = Digits(text, 17, 2), milli = fraction ? Digits(text, 20, 3) : 0;
  if (!day || day->value() < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 59 || milli < 0) {
    return std::nullopt;
  }
  const int64_t seconds = (hour * 60 + minute) * 60 + second;
  return static_cast<uint64_t>(day->value() * kDayMs + seconds * 1000 + milli);
}

std::string FormatTimeMs(uint64_t ms) {
  // A transaction may name any 64-bit number; what is beyond the calendar has its last instant.
  const auto t = static_cast<int64_t>(std::min(ms, kTimeMsMax));
  std::string out = FormatDay(Day(static_cast<int32_t>(t / kDayMs)));
  const int64_t rest = t % kDayMs;
  out += 'T';
  AppendDigits(out, rest / 3600000, 2);
  out += ':';
  AppendDigits(out, rest / 60000 % 60, 2);
  out += ':';
  AppendDigits(out, rest / 1000 % 60, 2);
  if (rest % 1000 != 0) {
    out += '.';
    AppendDigits(out, rest % 1000, 3);
  }
  return out + 'Z';
}

Day DayOf(uint64_t utc_ms) {
  return Day(static_cast<int32_t>((static_cast<int64_t>(utc_ms) + kShanghaiMs) / kDayMs));
}

Day AddPeriod(Day day, Period period) {
  if (period.unit == PeriodUnit::kNone) return day;
  if (period.unit == PeriodUnit::kDay) {
    const int64_t end = int64_t{day.value()} + period.value;
    return Day(static_cast<int32_t>(std::min<int64_t>(end, kNoEnd.value() - 1)));
  }
  const int64_t months =
      period.unit == PeriodUnit::kYear ? int64_t{period.value} * 12 : int64_t{period.value};
  const Civil c = ToCivil(day);
  const int64_t total = int64_t{c.year} * 12 + (c.month - 1) + months;
  const auto year = static_cast<int32_t>(std::min<int64_t>(total / 12, kYearMax));
  const auto month = static_cast<uint32_t>(total % 12 + 1);
  return FromCivil({year, month, std::min(c.day, DaysInMonth(year, month))});
}

}  // namespace suyuan::contracts
