// The list is whole, and production code knows nothing of it.
#include "tests/seeded_bugs/bugs.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace suyuan::seeded_bugs {
namespace {

// A constant, so that the compiler removes what stands behind it.
static_assert(!SeededBug(Bug::kVoteBeforeDurable) && !SeededBug(Bug::kNone));
static_assert(SeededDrift() == 0);

TEST(SeededBugs, EveryRowIsPlantedOrSaysWhyNot) {
  std::set<int> planted, absent;
  for (const PlantedBug& bug : PlantedBugs()) planted.insert(bug.row);
  for (const AbsentRow& row : AbsentRows()) {
    EXPECT_TRUE(absent.insert(row.row).second) << "row " << row.row;
    EXPECT_FALSE(std::string(row.reason).empty()) << "row " << row.row;
  }
  for (int row = 1; row <= kRows; ++row)
    EXPECT_NE(planted.contains(row), absent.contains(row)) << "row " << row;
}

TEST(SeededBugs, EachHasANameOfItsOwnAndTenAreOurs) {
  std::set<std::string> names;
  std::set<Bug> switches;
  size_t ours = 0;
  for (const PlantedBug& bug : PlantedBugs()) {
    EXPECT_TRUE(names.insert(bug.name).second) << bug.name;
    EXPECT_TRUE(switches.insert(bug.bug).second) << bug.name;
    EXPECT_EQ(FindBug(bug.name), &bug);
    ours += bug.row == 0 ? 1 : 0;
  }
  EXPECT_GE(ours, 10u);
  EXPECT_EQ(FindBug("none"), nullptr);
}

}  // namespace
}  // namespace suyuan::seeded_bugs
