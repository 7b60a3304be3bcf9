// Free space of the data directory. A node that waited for ENOSPC would stop in the middle of its
// work; with a reserve it refuses new transactions early, goes on to serve reads and to follow the
// others, and takes writes again when there is space (reliability §1, row 32).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "common/result.h"
#include "node/log.h"

namespace suyuan::node {

enum class DiskSpace : uint8_t {
  kEnough,
  kReserve,  // no new transactions; a leader hands over; what others replicate is still taken
  kFloor     // half of the reserve is gone too: nothing more is taken into the log
};

struct FreeSpace {
  uint64_t free_bytes = 0;   // for this process
  uint64_t total_bytes = 0;  // of the file system
};
// E_IO when the file system does not say.
Result<FreeSpace> MeasureSpace(const std::string& directory);

// Look on one thread; level and free_bytes on any.
class DiskWatch {
 public:
  using Measure = std::function<Result<FreeSpace>()>;
  // `reserve_bytes` 0: 256 MiB, or 5 % of a file system that is smaller than 5 GiB.
  DiskWatch(uint64_t reserve_bytes, Measure measure, const Logger& log);

  // Measures; a level is left again only with a quarter more than what made it. What cannot be
  // measured changes nothing.
  void Look();
  DiskSpace level() const { return level_.load(std::memory_order_relaxed); }
  uint64_t free_bytes() const { return free_.load(std::memory_order_relaxed); }
  // E_DISK_FULL for who wants to write while there is not enough.
  Status MayWrite() const;

 private:
  uint64_t ReserveOf(const FreeSpace& space) const;
  DiskSpace LevelOf(const FreeSpace& space) const;
  void Tell(DiskSpace before, const FreeSpace& space) const;

  const uint64_t reserve_bytes_;
  const Measure measure_;
  const Logger& log_;
  bool measurable_ = true;  // thread of Look
  std::atomic<DiskSpace> level_{DiskSpace::kEnough};
  std::atomic<uint64_t> free_{0};
};

}  // namespace suyuan::node
