// The core's only randomness: SplitMix64 (Steele, Lea, Flood 2014) from the configured seed.
#pragma once

#include <cstdint>

namespace suyuan::consensus {

// Deterministic; not for secrets. Two nodes with one seed draw different numbers, because the
// stream also depends on the node's id: equal timeouts would split every vote.
class Random {
 public:
  Random(uint64_t seed, uint64_t stream) : state_(seed ^ (stream * 0xD1342543DE82EF95ull)) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  // Uniform enough in [0, n) for small n > 0.
  uint64_t Below(uint64_t n) { return Next() % n; }

 private:
  uint64_t state_;
};

}  // namespace suyuan::consensus
