// The histogram against exact quantiles of random samples.
#include "node/cli/bench_stats.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace suyuan::cli {
namespace {

TEST(LatencyHistogram, Empty) {
  LatencyHistogram h;
  EXPECT_EQ(h.QuantileMs(0.5), 0);
  EXPECT_EQ(h.MaxMs(), 0);
}

TEST(LatencyHistogram, ExactBelowSixtyFourMicroseconds) {
  LatencyHistogram h;
  for (uint64_t i = 1; i <= 60; ++i) h.Add(i);
  EXPECT_DOUBLE_EQ(h.QuantileMs(0.5), 0.030);
  EXPECT_DOUBLE_EQ(h.QuantileMs(1.0), 0.060);
  EXPECT_DOUBLE_EQ(h.QuantileMs(0.0), 0.001);
}

TEST(LatencyHistogram, WithinTwoPercentOfTheExactQuantile) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    LatencyHistogram h, first, second;
    std::vector<uint64_t> samples;
    std::lognormal_distribution<double> spread(5 + round % 10, 1.5);
    for (int i = 0; i < 1000; ++i) {
      samples.push_back(static_cast<uint64_t>(spread(random)));
      (i % 2 ? first : second).Add(samples.back());
    }
    h.Merge(first);
    h.Merge(second);
    std::sort(samples.begin(), samples.end());
    EXPECT_EQ(h.count(), samples.size());
    for (double q : {0.5, 0.9, 0.99, 1.0}) {
      auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(samples.size())));
      double exact = static_cast<double>(samples[rank - 1]) / 1000;
      EXPECT_GE(h.QuantileMs(q) * 1.0000001, exact);
      EXPECT_LE(h.QuantileMs(q), exact * 1.02 + 0.001);
    }
    EXPECT_DOUBLE_EQ(h.MaxMs(), static_cast<double>(samples.back()) / 1000);
  }
}

TEST(LatencyHistogram, HugeValuesStayInside) {
  LatencyHistogram h;
  h.Add(UINT64_MAX);
  EXPECT_GT(h.QuantileMs(0.5), 0);
}

}  // namespace
}  // namespace suyuan::cli
