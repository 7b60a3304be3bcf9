#include "node/disk_watch.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace suyuan::node {
namespace {

constexpr uint64_t kReserveMax = 256ull << 20;
constexpr uint64_t kReserveShare = 20;  // of the file system, one part in so many

}  // namespace

Result<FreeSpace> MeasureSpace(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory, error);
  if (error) return Error{ErrorCode::kIo, directory + ": " + error.message()};
  return FreeSpace{space.available, space.capacity};
}

DiskWatch::DiskWatch(uint64_t reserve_bytes, Measure measure, const Logger& log)
    : reserve_bytes_(reserve_bytes), measure_(std::move(measure)), log_(log) {
  Look();
}

void DiskWatch::Look() {
  const Result<FreeSpace> space = measure_();
  if (!space.ok()) {
    if (std::exchange(measurable_, false))
      log_.Error("disk_not_measured", {{"error", space.error()}});
    return;
  }
  measurable_ = true;
  free_.store(space->free_bytes, std::memory_order_relaxed);
  const DiskSpace before = level();
  level_.store(LevelOf(*space), std::memory_order_relaxed);
  if (level() != before) Tell(before, *space);
}

uint64_t DiskWatch::ReserveOf(const FreeSpace& space) const {
  if (reserve_bytes_ != 0) return reserve_bytes_;
  return std::min(kReserveMax, space.total_bytes / kReserveShare);
}

DiskSpace DiskWatch::LevelOf(const FreeSpace& space) const {
  const uint64_t reserve = ReserveOf(space), floor = reserve / 2;
  const auto below = [&](uint64_t bound, DiskSpace present) {
    return space.free_bytes < (level() >= present ? bound + bound / 4 : bound);
  };
  if (below(floor, DiskSpace::kFloor)) return DiskSpace::kFloor;
  if (below(reserve, DiskSpace::kReserve)) return DiskSpace::kReserve;
  return DiskSpace::kEnough;
}

void DiskWatch::Tell(DiskSpace before, const FreeSpace& space) const {
  const std::string_view what = level() == DiskSpace::kEnough    ? "disk_has_space_again"
                                : level() == DiskSpace::kReserve ? "disk_nearly_full"
                                                                 : "disk_full";
  const auto say = level() > before ? &Logger::Warn : &Logger::Info;
  (log_.*say)(what, {{"free_bytes", space.free_bytes}, {"reserve_bytes", ReserveOf(space)}});
}

Status DiskWatch::MayWrite() const {
  if (level() == DiskSpace::kEnough) return {};
  return Error{ErrorCode::kDiskFull, "this node's disk has only " + std::to_string(free_bytes()) +
                                         " free bytes left, which it keeps for what the others "
                                         "order; it answers reads"};
}

}  // namespace suyuan::node
