// What is planted (common/seeded_bug.h), which row of the list of reliability each bug is, and the
// rows that cannot exist in this design.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/seeded_bug.h"

namespace suyuan::seeded_bugs {

// Which of the two simulators hunts it: whole nodes with their stores in virtual time
// (tests/simulation), or the consensus core alone with writes in flight, members that change and
// snapshots (tests/consensus/simulation.h).
enum class Simulator : uint8_t { kNodes, kCore };

struct PlantedBug {
  Bug bug;
  const char* name;  // as the gate is asked for it
  int row;           // of the list; 0: a bug of our own
  Simulator simulator;
  const char* what;
  uint32_t quick_seeds = 0;  // the test suite hunts it with so many; 0: only the gate does
};
struct AbsentRow {
  int row;
  const char* reason;
};
inline constexpr int kRows = 35;

const std::vector<PlantedBug>& PlantedBugs();
const std::vector<AbsentRow>& AbsentRows();
// nullptr when there is none of that name.
const PlantedBug* FindBug(std::string_view name);

}  // namespace suyuan::seeded_bugs
