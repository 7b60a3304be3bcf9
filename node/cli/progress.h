// Progress of long work on stderr: redrawn ten times a second on a terminal, one line per 10 %
// elsewhere, with rate and time left. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "node/cli/console.h"

namespace suyuan::cli {

class Progress {
 public:
  // `total` 0: unknown. `unit` is what is counted, in the plural.
  Progress(const Console& console, std::string what, std::string unit, uint64_t total);
  ~Progress() { Finish(); }
  Progress(const Progress&) = delete;

  void Set(uint64_t done);
  // Draws the end state once.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;
  void Draw(bool last);

  const bool shown_, terminal_;
  const std::string what_, unit_;
  const uint64_t total_;
  const Clock::time_point started_;
  Clock::time_point drawn_;
  uint64_t done_ = 0;
  uint64_t tenth_ = 0;  // last tenth that was written as a line
  bool finished_ = false;
};

// "2 m 05 s", "14 s".
std::string DurationText(double seconds);

}  // namespace suyuan::cli
