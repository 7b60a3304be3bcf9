// Which configuration may follow which, and what a log of them keeps.
#include "consensus/membership.h"

#include <gtest/gtest.h>

#include "consensus/quorum.h"
#include "consensus/random.h"
#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

ErrorCode CodeOf(const Membership& before, const Configuration& next) {
  const auto after = Succeed(before, next);
  return after.ok() ? ErrorCode::kOk : after.error().code;
}

TEST(Succeed, VotersChangeByAJointConfiguration) {
  const Membership before{Ids({1, 2, 3}), {}, Ids({4})};
  EXPECT_EQ(CodeOf(before, {false, Ids({1, 2, 3, 4}), {}}), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(before, {false, Ids({1, 2}), {}}), ErrorCode::kConflict);
  const auto joint = Succeed(before, {true, Ids({4, 2, 3}), {}});
  ASSERT_TRUE(joint.ok());
  EXPECT_EQ(*joint, (Membership{Ids({4, 2, 3}), Ids({1, 2, 3}), {}}));
  // It ends with the same members, in whatever order, and with nothing else.
  EXPECT_EQ(CodeOf(*joint, {true, Ids({4, 2, 3}), {}}), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(*joint, {false, Ids({1, 2, 3}), {}}), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(*joint, {false, Ids({2, 3, 4}), Ids({5})}), ErrorCode::kConflict);
  const auto after = Succeed(*joint, {false, Ids({2, 3, 4}), {}});
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(*after, (Membership{Ids({2, 3, 4}), {}, {}}));
}

TEST(Succeed, LearnersComeAndGoAtOnce) {
  const Membership before{Ids({1, 2, 3}), {}, Ids({4})};
  EXPECT_EQ(CodeOf(before, {false, Ids({3, 2, 1}), Ids({5, 6})}), ErrorCode::kOk);
  EXPECT_EQ(CodeOf(before, {false, Ids({1, 2, 3}), {}}), ErrorCode::kOk);
  EXPECT_EQ(CodeOf(before, {true, Ids({1, 2, 3}), Ids({4, 5})}), ErrorCode::kOk);
}

// A voter that goes on as a learner is one already in the joint configuration, and still counts in
// the outgoing half of it.
TEST(Succeed, ADemotedVoterCountsUntilTheJointConfigurationEnds) {
  const auto joint = Succeed({Ids({1, 2, 3}), {}, {}}, {true, Ids({1, 2}), Ids({3})});
  ASSERT_TRUE(joint.ok());
  EXPECT_TRUE(IsVoter(*joint, NodeId(3)));
  EXPECT_EQ(Members(*joint), Ids({1, 2, 3}));
}

TEST(Succeed, RefusesWhatIsNoConfiguration) {
  const Membership before{Ids({1, 2}), {}, Ids({3})};
  EXPECT_EQ(CodeOf(before, {true, {}, Ids({1, 2})}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {true, Ids({1, 1}), {}}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {true, Ids({1}), Ids({3, 3})}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {true, Ids({1, 3}), Ids({3})}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {true, Ids({0, 1}), {}}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {false, Ids({1, 2}), Ids({0})}), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(before, {true, Ids({1, 9}), {}}), ErrorCode::kConflict);  // no learner before
}

bool HasQuorum(const Membership& m, uint64_t set) {
  return QuorumValue(m, [set](NodeId id) -> uint64_t { return set >> id.value() & 1; }) == 1;
}

// Reliability §2, invariant 11: however the membership wanders, every quorum of a configuration
// meets every quorum of the next one. By looking at all pairs of sets of six nodes.
TEST(Succeed, SuccessiveConfigurationsShareAQuorum) {
  Random random(11, 11);
  size_t followed = 0;
  for (int round = 0; round < 60; ++round) {
    Membership now{Ids({1, 2, 3}), {}, {}};
    for (int step = 0; step < 12; ++step) {
      Configuration next{random.Below(2) == 0, {}, {}};
      for (uint32_t id = 1; id <= 6; ++id) {
        const uint64_t dice = random.Below(3);
        if (dice == 0) next.voters.push_back(NodeId(id));
        if (dice == 1) next.learners.push_back(NodeId(id));
      }
      if (!now.outgoing.empty()) next = {false, now.voters, now.learners};
      const auto after = Succeed(now, next);
      if (!after.ok()) continue;
      ++followed;
      for (uint64_t a = 0; a < 128; a += 2)
        for (uint64_t b = 0; b < 128; b += 2)
          ASSERT_FALSE((a & b) == 0 && HasQuorum(now, a) && HasQuorum(*after, b));
      now = *after;
    }
  }
  EXPECT_GT(followed, 100u);
}

TEST(MembershipLog, KeepsWhatMayBeInForce) {
  const Membership a{Ids({1}), {}, {}}, b{Ids({1}), {}, Ids({2})}, c{Ids({2}), Ids({1}), {}};
  MembershipLog log(a, Index());
  log.Append(Index(5), b);
  log.Append(Index(8), c);
  EXPECT_EQ(log.At(Index(4)), a);
  EXPECT_EQ(log.At(Index(5)), b);
  EXPECT_EQ(log.At(Index(7)), b);
  EXPECT_EQ(log.At(Index(99)), c);
  EXPECT_TRUE(log.NamesVoter(NodeId(2)));
  EXPECT_FALSE(log.CommittedTo(Index(4)));
  EXPECT_TRUE(log.CommittedTo(Index(7)));
  EXPECT_EQ(log.committed_index(), Index(5));
  EXPECT_FALSE(log.TruncateFrom(Index(9)));
  EXPECT_TRUE(log.TruncateFrom(Index(8)));
  EXPECT_EQ(log.latest(), b);
  EXPECT_FALSE(log.NamesVoter(NodeId(2)));
  EXPECT_TRUE(log.Names(NodeId(2)));
  EXPECT_EQ(log.AllMembers(), Ids({1, 2}));
}

TEST(MembershipLog, ASnapshotReplacesWhatItCovers) {
  const Membership a{Ids({1}), {}, {}}, b{Ids({1}), {}, Ids({2})}, c{Ids({1}), {}, Ids({3})};
  MembershipLog kept(a, Index());
  kept.Append(Index(5), b);
  kept.Append(Index(8), c);
  MembershipLog replaced = kept;
  const SnapshotInfo at{Index(6), Term(1), Hash(), b, Index(5)};
  kept.RestartAt(at, true);
  EXPECT_EQ(kept.committed_index(), Index(5));
  EXPECT_EQ(kept.latest(), c);
  replaced.RestartAt(at, false);
  EXPECT_EQ(replaced.latest(), b);
  EXPECT_EQ(replaced.latest_index(), Index(5));
}

}  // namespace
}  // namespace suyuan::consensus::testing
