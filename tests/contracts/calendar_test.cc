// Calendar arithmetic (requirements 1.4): every day of 400 years against a count by hand, and the
// edges that a rule of thumb gets wrong.
#include "contracts/calendar.h"

#include <gtest/gtest.h>

namespace suyuan::contracts {
namespace {

TEST(Calendar, EveryDayOf400Years) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t count = ParseDay("1900-01-01")->value();
  char text[48];
  for (int year = 1900; year < 2300; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      const int days = month == 2 && leap ? 29 : kDays[month - 1];
      for (int day = 1; day <= days; ++day, ++count) {
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        ASSERT_EQ(ParseDay(text)->value(), count) << text;
        ASSERT_EQ(FormatDay(Day(count)), text);
      }
      std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, days + 1);
      ASSERT_FALSE(ParseDay(text)) << text;
    }
  }
  EXPECT_EQ(ParseDay("1970-01-01")->value(), 0);
}

TEST(Calendar, OtherFormsAreRefused) {
  for (const char* text : {"", "2026-3-01", "2026-03-1", "26-03-01", "2026/03/01", "2026-00-10",
                           "2026-13-01", "2026-03-00", "1899-12-31", "2026-03-01 ", "x026-03-01"})
    EXPECT_FALSE(ParseDay(text)) << text;
  for (const char* text : {"2026-03-01T08:00:00", "2026-03-01T24:00:00Z", "2026-03-01T08:60:00Z",
                           "2026-03-01T08:00:60Z", "2026-03-01 08:00:00Z", "1969-12-31T23:59:59Z",
                           "2026-03-01T08:00:00.1Z", "2026-03-01T08:00:00+08:00"})
    EXPECT_FALSE(ParseTimeMs(text)) << text;
}

TEST(Calendar, TheDayTurnsAtMidnightInShanghai) {
  EXPECT_EQ(FormatDay(DayOf(*ParseTimeMs("2026-03-01T15:59:59.999Z"))), "2026-03-01");
  EXPECT_EQ(FormatDay(DayOf(*ParseTimeMs("2026-03-01T16:00:00Z"))), "2026-03-02");
  EXPECT_EQ(FormatTimeMs(*ParseTimeMs("2026-03-01T16:00:00.007Z")), "2026-03-01T16:00:00.007Z");
}

TEST(Calendar, AnyNumberIsATime) {
  const uint64_t last = *ParseTimeMs("9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTimeMs(0), "1970-01-01T00:00:00Z");
  for (const uint64_t ms : {last, last + 1, uint64_t{1} << 60, uint64_t{1} << 63,
                            (uint64_t{1} << 63) + 7'200'000, UINT64_MAX - 7'200'000, UINT64_MAX})
    EXPECT_EQ(FormatTimeMs(ms), "9999-12-31T23:59:59.999Z") << ms;
}

TEST(Calendar, Periods) {
  const auto add = [](const char* day, PeriodUnit unit, uint32_t value) {
    return FormatDay(AddPeriod(*ParseDay(day), {unit, value}));
  };
  EXPECT_EQ(add("2024-02-29", PeriodUnit::kYear, 1), "2025-02-28");
  EXPECT_EQ(add("2024-02-29", PeriodUnit::kYear, 4), "2028-02-29");
  EXPECT_EQ(add("2026-01-31", PeriodUnit::kMonth, 1), "2026-02-28");
  EXPECT_EQ(add("2026-11-30", PeriodUnit::kMonth, 3), "2027-02-28");
  EXPECT_EQ(add("2026-12-31", PeriodUnit::kDay, 1), "2027-01-01");
  EXPECT_EQ(add("2026-12-31", PeriodUnit::kNone, 9), "2026-12-31");
}

}  // namespace
}  // namespace suyuan::contracts
