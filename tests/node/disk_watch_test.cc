// A disk that fills: refuse early, keep what the others order, recover (reliability §1 row 32).
#include "node/disk_watch.h"

#include <gtest/gtest.h>

#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

constexpr uint64_t kMiB = 1 << 20;

class DiskWatchTest : public ::testing::Test {
 protected:
  DiskSpace After(uint64_t free_bytes) {
    space_ = FreeSpace{free_bytes, total_};
    watch_->Look();
    return watch_->level();
  }
  void Make(uint64_t reserve_bytes) {
    watch_ = std::make_unique<DiskWatch>(
        reserve_bytes, [this] { return space_; }, log_);
  }

  uint64_t total_ = 100'000 * kMiB;
  Result<FreeSpace> space_ = FreeSpace{total_, total_};
  Logger log_{"test", "error"};
  std::unique_ptr<DiskWatch> watch_;
};

TEST_F(DiskWatchTest, LevelsBeginAtTheirBoundsAndEndAQuarterAbove) {
  Make(1000);
  EXPECT_EQ(After(1000), DiskSpace::kEnough);
  EXPECT_TRUE(watch_->MayWrite().ok());
  EXPECT_EQ(After(999), DiskSpace::kReserve);
  EXPECT_EQ(watch_->MayWrite().error().code, ErrorCode::kDiskFull);
  EXPECT_EQ(After(1249), DiskSpace::kReserve);
  EXPECT_EQ(After(1250), DiskSpace::kEnough);
  EXPECT_EQ(After(499), DiskSpace::kFloor);
  EXPECT_EQ(After(624), DiskSpace::kFloor);
  EXPECT_EQ(After(625), DiskSpace::kReserve);
  EXPECT_EQ(After(5000), DiskSpace::kEnough);
  EXPECT_EQ(watch_->free_bytes(), 5000u);
}

TEST_F(DiskWatchTest, TheDefaultReserveFitsTheFileSystem) {
  Make(0);
  EXPECT_EQ(After(257 * kMiB), DiskSpace::kEnough);
  EXPECT_EQ(After(255 * kMiB), DiskSpace::kReserve);
  total_ = 100 * kMiB;
  EXPECT_EQ(After(7 * kMiB), DiskSpace::kEnough);
  EXPECT_EQ(After(4 * kMiB), DiskSpace::kReserve);
  EXPECT_EQ(After(2 * kMiB), DiskSpace::kFloor);
}

TEST_F(DiskWatchTest, WhatCannotBeMeasuredChangesNothing) {
  Make(1000);
  EXPECT_EQ(After(10), DiskSpace::kFloor);
  space_ = Error{ErrorCode::kIo, "gone"};
  watch_->Look();
  EXPECT_EQ(watch_->level(), DiskSpace::kFloor);
  EXPECT_EQ(MeasureSpace("/nowhere/at/all").error().code, ErrorCode::kIo);
  EXPECT_GT(MeasureSpace("/").value().total_bytes, 0u);
}

TEST_F(DiskWatchTest, ANodeWithoutSpaceServesReadsAndLeadsElsewhere) {
  Cluster cluster(3);
  NodeStart full = cluster.StartOf(0);
  full.config.reserve_bytes = uint64_t{1} << 62;
  cluster.Start(0, std::move(full));
  cluster.Start(1);
  cluster.Start(2);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(Eventually([&] {
      const size_t leader = cluster.WaitForLeader();
      return leader != 0 && cluster.Submit(leader, cluster.NewEnvelope()).ok();
    }));
  }
  auto refused = cluster.Submit(0, cluster.NewEnvelope());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDiskFull);
  // Below half of the reserve it takes nothing into its log: it stays where it was, and readable.
  EXPECT_LT(cluster.gateway(0).store().head().height, cluster.gateway(1).store().head().height);
  EXPECT_TRUE(cluster.gateway(0).store().Summary(Height(0)).ok());
}

}  // namespace
}  // namespace suyuan::node::testing
