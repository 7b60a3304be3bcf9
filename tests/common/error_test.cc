#include "common/error.h"

#include <set>

#include <gtest/gtest.h>

#include "common/result.h"

namespace suyuan {
namespace {

TEST(ErrorTable, NumbersAndNamesAreUniqueAndEachTellsWhatToDo) {
  size_t count = 0;
  const ErrorInfo* table = ErrorTable(&count);
  std::set<ErrorCode> codes;
  std::set<std::string_view> names;
  for (size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(codes.insert(table[i].code).second) << table[i].name;
    EXPECT_TRUE(names.insert(table[i].name).second) << table[i].name;
    EXPECT_EQ(ParseErrorCode(table[i].name), table[i].code);
    if (table[i].code == ErrorCode::kOk) continue;
    EXPECT_TRUE(table[i].name.starts_with("E_"));
    EXPECT_GE(table[i].http_status, 400) << table[i].name;
    EXPECT_GT(table[i].cause.size(), 10u) << table[i].name;
    EXPECT_GT(table[i].remedy.size(), 10u) << table[i].name;
  }
  EXPECT_EQ(ParseErrorCode("E_NO_SUCH"), std::nullopt);
}

// Frozen: outcomes on the ledger carry these numbers.
TEST(ErrorTable, RuleCodesKeepTheirNumbers) {
  EXPECT_EQ(static_cast<int>(ErrorCode::kSig), 101);
  EXPECT_EQ(static_cast<int>(ErrorCode::kExpired), 201);
  EXPECT_EQ(static_cast<int>(ErrorCode::kReaders), 301);
  EXPECT_EQ(static_cast<int>(ErrorCode::kMissing), 104);
  EXPECT_EQ(static_cast<int>(ErrorCode::kFormat), 106);
  EXPECT_EQ(static_cast<int>(ErrorCode::kDupCode), 107);
  EXPECT_EQ(static_cast<int>(ErrorCode::kState), 114);
  EXPECT_EQ(static_cast<int>(ErrorCode::kRef), 131);
}

Result<int> Half(int v) {
  if (v % 2 != 0) return Error{ErrorCode::kFormat, "odd"};
  return v / 2;
}
Result<int> Quarter(int v) {
  SUYUAN_ASSIGN_OR_RETURN(int half, Half(v));
  SUYUAN_ASSIGN_OR_RETURN(int quarter, Half(half));
  return quarter;
}

TEST(Result, HandsTheFirstErrorOn) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_EQ(Quarter(6).error().detail, "odd");
  EXPECT_EQ(Quarter(6).error().ToString(), "E_FORMAT: odd");
  EXPECT_EQ((Error{ErrorCode::kMissing, "x"}.At(4, 0x0101).ToString()), "E_MISSING: x (record 4)");
}

TEST(ResultDeathTest, TakingAValueThatIsNotThereStopsTheProcess) {
  EXPECT_DEATH(Half(3).value(), "Result without a value: E_FORMAT: odd");
}

}  // namespace
}  // namespace suyuan
