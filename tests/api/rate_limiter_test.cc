#include "api/rate_limiter.h"

#include <random>

#include <gtest/gtest.h>

namespace suyuan::api {
namespace {

TEST(RateLimiter, GivesTheBurstThenTheRate) {
  RateLimiter limiter({10, 5}, 100);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.Take("a", 1000), 0u);
  EXPECT_EQ(limiter.Take("a", 1000), 100u);  // 10 a second: the next in 100 ms
  EXPECT_EQ(limiter.Take("a", 1060), 40u);
  EXPECT_EQ(limiter.Take("a", 1100), 0u);
  EXPECT_EQ(limiter.Take("b", 1100), 0u) << "callers do not share";
}

TEST(RateLimiter, ZeroMeansNoLimit) {
  RateLimiter limiter({0, 0}, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.Take("a", 0), 0u);
  EXPECT_EQ(limiter.entries(), 0u);
}

TEST(RateLimiter, TheTableIsBoundedAndForgetsTheLongestUnused) {
  RateLimiter limiter({1, 1}, 3);
  for (const char* caller : {"a", "b", "c"}) EXPECT_EQ(limiter.Take(caller, 0), 0u);
  EXPECT_NE(limiter.Take("a", 0), 0u);  // used again: b is now the oldest
  EXPECT_EQ(limiter.Take("d", 0), 0u);
  EXPECT_EQ(limiter.entries(), 3u);
  EXPECT_NE(limiter.Take("a", 0), 0u);
  EXPECT_EQ(limiter.Take("b", 0), 0u) << "forgotten";
}

TEST(RateLimiter, AClockThatGoesBackGivesNothing) {
  RateLimiter limiter({10, 1}, 10);
  EXPECT_EQ(limiter.Take("a", 1'000'000), 0u);
  EXPECT_NE(limiter.Take("a", 0), 0u);
  EXPECT_NE(limiter.Take("a", 50), 0u);
  EXPECT_EQ(limiter.Take("a", 1'000'100), 0u);
}

TEST(RateLimiter, NeverGivesMoreThanBurstAndRate) {  // 10,000 random histories
  std::mt19937 random(3);
  for (int run = 0; run < 10'000; ++run) {
    const RateLimit limit{1 + static_cast<uint32_t>(random() % 50),
                          1 + static_cast<uint32_t>(random() % 20)};
    RateLimiter limiter(limit, 4);
    int64_t now = 0;
    uint64_t given = 0;
    for (int i = 0; i < 60; ++i) {
      now += static_cast<int64_t>(random() % 100);
      if (limiter.Take("x", now) == 0) ++given;
      ASSERT_LE(given * 1000, limit.burst * 1000 + static_cast<uint64_t>(now) * limit.per_second);
    }
  }
}

TEST(RateLimiter, OneIpv6NetworkIsOneCaller) {
  EXPECT_EQ(RateLimitKey("2001:db8::1"), RateLimitKey("2001:db8::ffff:1"));
  EXPECT_NE(RateLimitKey("2001:db8::1"), RateLimitKey("2001:db8:0:1::1"));
  EXPECT_NE(RateLimitKey("192.0.2.1"), RateLimitKey("192.0.2.2"));
}

}  // namespace
}  // namespace suyuan::api
