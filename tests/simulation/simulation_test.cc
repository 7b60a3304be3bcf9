// The simulator itself: same seed, same history; different seeds, different ones; and it can see a
// violation at all.
#include "tests/simulation/simulation.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/simulation/checkers.h"

namespace suyuan::simulation {
namespace {

const World& TheWorld() {
  static const World world = test::MakeWorld(64);
  return world;
}

TEST(Simulation, TheSameSeedGivesTheSameTrace) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    std::string first_transcript, second_transcript;
    Outcome first = Simulate(TheWorld(), DrawOptions(seed), &first_transcript);
    Outcome second = Simulate(TheWorld(), DrawOptions(seed), &second_transcript);
    ASSERT_TRUE(first.ok()) << Describe(DrawOptions(seed)) << "\n" << first.violation;
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first_transcript, second_transcript) << "seed " << seed;
  }
}

TEST(Simulation, SeedsMeetTroubleAndGetWorkDone) {
  std::set<Hash> traces;
  uint64_t acknowledged = 0, crashes = 0, elections = 0;
  for (uint64_t seed = 100; seed < 160; ++seed) {
    Outcome outcome = Simulate(TheWorld(), DrawOptions(seed));
    ASSERT_TRUE(outcome.ok()) << Describe(DrawOptions(seed)) << "\n" << outcome.violation;
    traces.insert(outcome.trace);
    acknowledged += outcome.acknowledged;
    crashes += outcome.crashes;
    elections += outcome.elections;
    EXPECT_EQ(outcome.acknowledged, static_cast<uint64_t>(DrawOptions(seed).transactions));
  }
  EXPECT_EQ(traces.size(), 60u);
  EXPECT_GT(crashes, 30u);
  EXPECT_GT(elections, 80u);
  EXPECT_GT(acknowledged, 300u);
}

// A checker that cannot fail proves nothing.
TEST(Checkers, EachSeesWhatItIsFor) {
  OneLeaderATerm leaders;
  leaders.Leads(0, Term(3));
  EXPECT_NO_THROW(leaders.Leads(0, Term(3)));
  EXPECT_THROW(leaders.Leads(1, Term(3)), Violation);

  OneVote votes;
  votes.Granted(0, Term(2), consensus::NodeId(1));
  EXPECT_NO_THROW(votes.Granted(0, Term(2), consensus::NodeId(1)));
  EXPECT_THROW(votes.Granted(0, Term(2), consensus::NodeId(3)), Violation);

  OneHistory history;
  ledger::LogHead head;
  head.height = Height(5);
  history.Applied(0, head, Hash{});
  EXPECT_NO_THROW(history.Applied(1, head, Hash{}));
  Hash other;
  other.data[0] = 1;
  EXPECT_THROW(history.Applied(2, head, other), Violation);
  head.state_root = other;
  EXPECT_THROW(history.Applied(2, head, Hash{}), Violation);

  Monotone monotone;
  using consensus::Index;
  monotone.Observe(0, Term(2), Index(5), Index(4), Index(6));
  EXPECT_THROW(monotone.Observe(0, Term(1), Index(5), Index(4), Index(6)), Violation);
  EXPECT_THROW(monotone.Observe(0, Term(2), Index(4), Index(4), Index(6)), Violation);
  EXPECT_THROW(monotone.Observe(0, Term(2), Index(7), Index(4), Index(6)), Violation);

  Acknowledged acknowledged;
  ledger::StoredOutcome outcome;
  outcome.location.height = Height(1);
  acknowledged.Ack(TxId{}, outcome);
  EXPECT_NO_THROW(acknowledged.Ack(TxId{}, outcome));
  outcome.location.height = Height(2);
  EXPECT_THROW(acknowledged.Ack(TxId{}, outcome), Violation);
}

}  // namespace
}  // namespace suyuan::simulation
