#include "node/cli/progress.h"

#include <algorithm>

#include <unistd.h>

namespace suyuan::cli {

std::string DurationText(double seconds) {
  auto total = static_cast<uint64_t>(seconds + 0.5);
  char text[32];
  if (total < 60)
    std::snprintf(text, sizeof text, "%llu s", static_cast<unsigned long long>(total));
  else if (total < 3600)
    std::snprintf(text, sizeof text, "%llu m %02llu s", static_cast<unsigned long long>(total / 60),
                  static_cast<unsigned long long>(total % 60));
  else
    std::snprintf(text, sizeof text, "%llu h %02llu m",
                  static_cast<unsigned long long>(total / 3600),
                  static_cast<unsigned long long>(total / 60 % 60));
  return text;
}

Progress::Progress(const Console& console, std::string what, std::string unit, uint64_t total)
    : shown_(!console.options().quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      started_(Clock::now()),
      drawn_(started_) {}

void Progress::Set(uint64_t done) {
  done_ = done;
  if (!shown_) return;
  if (terminal_) {
    if (Clock::now() - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = Clock::now();
    Draw(false);
  } else if (total_ != 0 && done * 10 / total_ > tenth_) {
    tenth_ = done * 10 / total_;
    if (tenth_ < 10) Draw(false);
  }
}

void Progress::Finish() {
  if (finished_) return;
  finished_ = true;
  if (shown_ && done_ != 0) Draw(true);
}

void Progress::Draw(bool last) {
  double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  char numbers[128];
  if (total_ != 0)
    std::snprintf(numbers, sizeof numbers, "%llu/%llu %s (%llu %%), %.0f/s",
                  static_cast<unsigned long long>(done_), static_cast<unsigned long long>(total_),
                  unit_.c_str(),
                  static_cast<unsigned long long>(std::min<uint64_t>(100, done_ * 100 / total_)),
                  rate);
  else
    std::snprintf(numbers, sizeof numbers, "%llu %s, %.0f/s",
                  static_cast<unsigned long long>(done_), unit_.c_str(), rate);
  std::string line = what_ + ": " + numbers;
  if (last)
    line += ", took " + DurationText(seconds);
  else if (total_ > done_ && rate > 0)
    line += ", " + DurationText(static_cast<double>(total_ - done_) / rate) + " left";
  if (terminal_)
    std::fprintf(stderr, "\r\033[K%s%s", line.c_str(), last ? "\n" : "");
  else
    std::fprintf(stderr, "%s\n", line.c_str());
  std::fflush(stderr);
}

}  // namespace suyuan::cli
