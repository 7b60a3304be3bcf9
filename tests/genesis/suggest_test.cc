#include "common/suggest.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

constexpr std::string_view kNames[] = {"genesis", "submit", "trace", "query", "verify", "proof"};

TEST(Suggest, FindsSlips) {
  EXPECT_EQ(ClosestName("sumbit", kNames), "submit");    // swapped neighbours
  EXPECT_EQ(ClosestName("genisis", kNames), "genesis");  // substituted
  EXPECT_EQ(ClosestName("verfy", kNames), "verify");     // left out
  EXPECT_EQ(ClosestName("traces", kNames), "trace");     // added
  EXPECT_EQ(ClosestName("trace", kNames), "trace");
}

TEST(Suggest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(ClosestName("colour", kNames), "");
  EXPECT_EQ(ClosestName("", kNames), "");
  EXPECT_EQ(ClosestName("x", {}), "");
  EXPECT_EQ(ClosestName(std::string(100'000, 'a'), kNames), "");
  EXPECT_EQ(DidYouMean("colour", kNames), "");
  EXPECT_EQ(DidYouMean("prof", kNames), "; did you mean \"proof\"?");
}

}  // namespace
}  // namespace suyuan
