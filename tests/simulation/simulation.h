// A whole consortium in one thread and in virtual time: production consensus, log store, ledger,
// executor and contracts of every node; message loss, duplication, delay, reordering, partitions,
// crashes at each step of a write, restarts. The same seed gives the same trace, always, which is
// the proof that the core is pure.
#pragma once

#include <optional>
#include <string>

#include "common/ids.h"
#include "tests/simulation/options.h"
#include "tests/support/world.h"

namespace suyuan::simulation {

using test::World;

struct Outcome {
  std::string violation;  // empty: all invariants held
  Hash trace;             // over every event in order
  uint64_t events = 0, blocks = 0, acknowledged = 0, crashes = 0, elections = 0;
  bool ok() const { return violation.empty(); }
};

// One run. `transcript` receives a line an event when it is given.
Outcome Simulate(const World& world, const Options& options, std::string* transcript = nullptr);

}  // namespace suyuan::simulation
