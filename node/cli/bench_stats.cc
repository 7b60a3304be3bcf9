#include "node/cli/bench_stats.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace suyuan::cli {

size_t LatencyHistogram::BucketOf(uint64_t microseconds) {
  if (microseconds < kSteps) return microseconds;
  auto power = static_cast<size_t>(std::bit_width(microseconds)) - 7;  // value >> power is 64…127
  return std::min(kSteps * (power + 1) + ((microseconds >> power) - kSteps), kBuckets - 1);
}

uint64_t LatencyHistogram::UpperEdge(size_t bucket) {
  if (bucket < kSteps) return bucket;
  size_t power = bucket / kSteps - 1, step = bucket % kSteps;
  return ((kSteps + step + 1) << power) - 1;
}

void LatencyHistogram::Add(uint64_t microseconds) {
  ++buckets_[BucketOf(microseconds)];
  ++count_;
  max_ = std::max(max_, microseconds);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

double LatencyHistogram::QuantileMs(double fraction) const {
  if (count_ == 0) return 0;
  auto rank = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= std::max<uint64_t>(rank, 1))
      return static_cast<double>(std::min(UpperEdge(i), max_)) / 1000.0;
  }
  return MaxMs();
}

}  // namespace suyuan::cli
