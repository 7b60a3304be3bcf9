// Random numbers of property tests: the same for one seed on every machine.
#pragma once

#include <cstdint>

namespace suyuan::contracts::testing {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint32_t Below(uint32_t n) {  // xorshift64*
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<uint32_t>((state_ * 0x2545F4914F6CDD1Dull >> 33) % n);
  }

 private:
  uint64_t state_;
};

}  // namespace suyuan::contracts::testing
