// Randomised schedules of pure Raft nodes against the safety properties of Raft figure 3. A
// failure names its seed; the same seed replays the same history.
#include <gtest/gtest.h>

#include "tests/consensus/simulation.h"
#include "tests/support/property_cases.h"

namespace suyuan::consensus::testing {
namespace {

struct World {
  const char* name;
  uint32_t voters, learners, events;
  uint64_t first_seed, seeds;
  uint32_t strangers = 0;
  bool changes = false;
};

class RaftProperties : public ::testing::TestWithParam<World> {};

// Election safety, log matching, leader completeness, state machine safety (Raft §5.2–§5.4.3);
// durable quorums behind every commit; linearizable reads (dissertation §6.4); one vote a term;
// nothing told that is not durable; progress after the faults end, and nobody disturbs it. In the
// changing worlds all that under changes of the membership, shortened logs and snapshots.
TEST_P(RaftProperties, HoldOnEverySchedule) {
  const World& world = GetParam();
  size_t committed = 0, elections = 0, reads = 0, changes = 0, snapshots = 0;
  for (uint64_t seed = world.first_seed; seed < world.first_seed + world.seeds; ++seed) {
    Simulation simulation(
        {world.voters, world.learners, world.events, seed, world.strangers, world.changes});
    ASSERT_EQ(simulation.Run(), "") << "seed " << seed;
    committed += simulation.checker().committed();
    elections += simulation.checker().elections();
    reads += simulation.checker().reads_served();
    changes += simulation.changes();
    snapshots += simulation.snapshots();
  }
  // The schedules are worth something: things happened in them.
  EXPECT_GT(committed, world.seeds * 5);
  EXPECT_GT(elections, world.seeds);
  EXPECT_GT(reads, world.seeds / 5);
  if (world.changes) {
    EXPECT_GT(changes, world.seeds);
    EXPECT_GT(snapshots, world.seeds / 10);
  }
  RecordProperty("changes", static_cast<int>(changes));
  RecordProperty("snapshots", static_cast<int>(snapshots));
  RecordProperty("committed", static_cast<int>(committed));
  RecordProperty("elections", static_cast<int>(elections));
  RecordProperty("reads", static_cast<int>(reads));
}

// The simulation itself is a hundred times as dear under the address sanitizer.
constexpr uint64_t Seeds(uint64_t seeds) { return test::PropertyCases(test::PropertyCases(seeds)); }

INSTANTIATE_TEST_SUITE_P(
    Worlds, RaftProperties,
    ::testing::Values(World{"Three", 3, 0, 1500, 1, Seeds(8000)},
                      World{"Five", 5, 0, 1500, 100'001, Seeds(4000)},
                      World{"Two", 2, 0, 1000, 200'001, Seeds(4000)},
                      World{"ThreeAndLearner", 3, 1, 1500, 300'001, Seeds(1000)},
                      World{"Changing", 3, 0, 2000, 400'001, Seeds(8000), 3, true},
                      World{"ChangingAlone", 1, 0, 2000, 500'001, Seeds(2000), 4, true},
                      World{"ChangingFive", 5, 1, 2000, 600'001, Seeds(2000), 1, true}),
    [](const auto& parameters) { return parameters.param.name; });

// The core is a function of its inputs: the same seed gives the same history, another seed
// another one.
TEST(RaftDeterminism, SameSeedSameTrace) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Simulation first({3, 0, 400, seed}), second({3, 0, 400, seed}), other({3, 0, 400, seed + 1000});
    ASSERT_EQ(first.Run(), "");
    ASSERT_EQ(second.Run(), "");
    ASSERT_EQ(other.Run(), "");
    EXPECT_EQ(first.trace_hash(), second.trace_hash());
    EXPECT_EQ(first.checker().log(), second.checker().log());
    EXPECT_NE(first.trace_hash(), other.trace_hash());
  }
}

}  // namespace
}  // namespace suyuan::consensus::testing
