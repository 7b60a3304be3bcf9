// Latencies of a benchmark in a histogram of bounded size: exact to about 1 % at any magnitude.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace suyuan::cli {

// Not thread-safe. Microseconds in, milliseconds out.
class LatencyHistogram {
 public:
  void Add(uint64_t microseconds);
  void Merge(const LatencyHistogram& other);
  uint64_t count() const { return count_; }
  // The smallest bucket value that `fraction` of the samples do not exceed; 0 without samples.
  double QuantileMs(double fraction) const;
  double MaxMs() const { return static_cast<double>(max_) / 1000.0; }

 private:
  // 64 linear steps in each power of two from 64 µs on; below that one step a microsecond.
  static constexpr size_t kSteps = 64, kBuckets = kSteps * 40;
  static size_t BucketOf(uint64_t microseconds);
  static uint64_t UpperEdge(size_t bucket);

  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0, max_ = 0;
};

}  // namespace suyuan::cli
