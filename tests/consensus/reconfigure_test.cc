// Changes of the membership, seen from one node (Raft dissertation §4), and the bugs that other
// systems had with them (reliability §1, rows 9–13).
#include <gtest/gtest.h>

#include "consensus/quorum.h"
#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

ErrorCode Configure(Solo& solo, bool joint, const std::vector<uint32_t>& voters,
                    const std::vector<uint32_t>& learners = {}) {
  const Status status = solo.node().ProposeConfiguration({joint, Ids(voters), Ids(learners)});
  return status.ok() ? ErrorCode::kOk : status.error().code;
}

// A leader of three voters and two learners whose every member has acknowledged everything.
struct FullLeader : Solo {
  FullLeader() : Solo({.voters = 3, .learners = 2}) {
    Lead();
    for (uint32_t id = 3; id <= 5; ++id) Acknowledge(id);
  }
};

// Row 9: the leader does not know before how far its predecessors went.
TEST(Reconfigure, NotBeforeACommitInTheOwnTerm) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Elect();
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kBusy);
  ASSERT_TRUE(solo.node().Propose("own").ok());
  solo.Pump();
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kBusy);
  solo.Acknowledge(2);
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kOk);
}

TEST(Reconfigure, OneChangeAtATime) {
  Solo solo({});
  solo.Lead();
  ASSERT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kOk);
  solo.Pump();
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {5}), ErrorCode::kBusy);
  solo.Acknowledge(2);
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {5}), ErrorCode::kOk);
}

TEST(Reconfigure, OnlyTheLeaderProposesAndNothingImpossible) {
  Solo solo({});
  EXPECT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kNoLeader);
  solo.Lead();
  EXPECT_EQ(Configure(solo, true, {1, 2, 3, 4}), ErrorCode::kConflict);
  EXPECT_EQ(Configure(solo, true, {}), ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().membership(), MakeMembership(3));
}

// A new learner is replicated to from the configuration's own entry on, and pulls the rest.
TEST(Reconfigure, ALearnerIsReplicatedToAtOnce) {
  Solo solo({});
  solo.Lead();
  ASSERT_EQ(Configure(solo, false, {1, 2, 3}, {4}), ErrorCode::kOk);
  std::vector<Message> to_4;
  for (const Message& m : OfType(solo.Pump(), kAppend))
    if (m.to == NodeId(4)) to_4.push_back(m);
  ASSERT_EQ(to_4.size(), 1u);
  EXPECT_EQ(to_4[0].index, Index(1));
  Message no = solo.From(4, kAppendReply);
  no.reject = true;
  no.index = Index(1);
  const std::vector<Message> sent = OfType(solo.Exchange(no), kAppend);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].entries.size(), 2u);
  // It counts for nothing.
  solo.Acknowledge(4);
  EXPECT_EQ(solo.raft().commit(), Index(1));
}

TEST(Reconfigure, PromotionWaitsUntilTheLearnerHasCaughtUp) {
  Solo solo({.voters = 3, .learners = 1}, [](RaftConfig& config) { config.promotion_lag_max = 2; });
  solo.Lead();
  EXPECT_EQ(Configure(solo, true, {1, 2, 3, 4}), ErrorCode::kBusy);
  Message ack = solo.From(4, kAppendReply);
  ack.index = Index(1);
  solo.Exchange(ack);
  EXPECT_TRUE(solo.raft().ProgressOf(NodeId(4)).caught_up);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  solo.Acknowledge(2);
  ASSERT_EQ(solo.raft().commit(), Index(4));
  EXPECT_FALSE(solo.raft().ProgressOf(NodeId(4)).caught_up);
  EXPECT_EQ(Configure(solo, true, {1, 2, 3, 4}), ErrorCode::kBusy);
  ack.index = Index(2);
  solo.Exchange(ack);
  EXPECT_EQ(Configure(solo, true, {1, 2, 3, 4}), ErrorCode::kOk);
}

// A joint configuration that nobody could commit could not be taken back either.
TEST(Reconfigure, NotWithoutALivingMajorityOfTheVotersToBe) {
  Solo solo({});
  solo.Lead();
  EXPECT_EQ(Configure(solo, true, {1, 3}), ErrorCode::kBusy);  // nothing was heard of 3
  EXPECT_EQ(Configure(solo, true, {1, 2}), ErrorCode::kOk);
  Solo other({});
  other.Lead();
  other.Exchange(other.From(3, kHeartbeatReply));
  for (int i = 0; i < 2; ++i) {
    other.Exchange(other.From(2, kHeartbeatReply));
    other.Tick(10);
    other.Pump();
  }
  EXPECT_EQ(Configure(other, true, {1, 3}), ErrorCode::kBusy);  // silent for too long
  other.Exchange(other.From(3, kHeartbeatReply));
  EXPECT_EQ(Configure(other, true, {1, 3}), ErrorCode::kOk);
}

// Row 11.
TEST(Reconfigure, AJointConfigurationCommitsByBothMajorities) {
  FullLeader solo;
  ASSERT_EQ(Configure(solo, true, {1, 4, 5}), ErrorCode::kOk);
  solo.Pump();
  EXPECT_EQ(solo.raft().membership(), (Membership{Ids({1, 4, 5}), Ids({1, 2, 3}), {}}));
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(1));  // the old one alone
  EXPECT_FALSE(solo.raft().LeaveJointDue());
  solo.Acknowledge(4);
  EXPECT_EQ(solo.raft().commit(), Index(2));
  ASSERT_TRUE(solo.raft().LeaveJointDue());
  EXPECT_EQ(Configure(solo, true, {1, 2, 3}), ErrorCode::kConflict);  // it cannot be taken back
  // The new one alone decides about its own entry.
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  EXPECT_FALSE(solo.raft().LeaveJointDue());
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(2));
  solo.Acknowledge(5);
  EXPECT_EQ(solo.raft().commit(), Index(3));
  EXPECT_EQ(solo.raft().membership(), (Membership{Ids({1, 4, 5}), {}, {}}));
}

TEST(Reconfigure, TheNewMajorityAloneDoesNotCommitAJointConfiguration) {
  FullLeader solo;
  ASSERT_EQ(Configure(solo, true, {1, 4, 5}), ErrorCode::kOk);
  solo.Pump();
  solo.Acknowledge(4);
  solo.Acknowledge(5);
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(2));
}

// Those who leave are told so: they get the entry and the commit index, and then nothing more.
TEST(Reconfigure, WhoLeavesGetsAFarewell) {
  Solo solo({});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_EQ(Configure(solo, true, {1, 2}), ErrorCode::kOk);
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  solo.Pump();
  solo.Acknowledge(3);
  EXPECT_EQ(Words(OfType(solo.Acknowledge(2), kAppend)),
            "1→2 Append term=1 after=3/1 entries=[] commit=3; "
            "1→3 Append term=1 after=3/1 entries=[] commit=3");
  solo.Tick(1);
  EXPECT_EQ(Words(OfType(solo.Pump(), kHeartbeat)), "1→2 Heartbeat term=1 commit=3");
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(3)).next, Index(0));
}

// Row 13: it leads until its removal is committed, no longer, and hands over.
TEST(Reconfigure, ALeaderThatIsRemovedStepsDownWhenThatIsCommitted) {
  Solo solo({});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_EQ(Configure(solo, true, {2, 3}), ErrorCode::kOk);
  solo.Pump();
  solo.Acknowledge(2);
  EXPECT_EQ(solo.raft().commit(), Index(1));  // its own disk does not count among {2, 3}
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  solo.Pump();
  solo.Acknowledge(2);
  ASSERT_EQ(solo.raft().role(), Role::kLeader);
  ASSERT_TRUE(solo.raft().ReadIndex(7).ok());
  solo.Pump();
  const std::vector<Message> last = solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(3));
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(Words(OfType(last, kTimeoutNow)), "1→2 TimeoutNow term=1");
  EXPECT_EQ(OfType(last, kAppend).size(), 2u);  // the new commit index
  EXPECT_EQ(solo.TakeFailedReads(), (std::vector<uint64_t>{7}));
  EXPECT_EQ(solo.node().Propose("x").error().code, ErrorCode::kNoLeader);
  EXPECT_EQ(solo.raft().ReadIndex(8).error().code, ErrorCode::kNoLeader);
  solo.Tick(50);
  EXPECT_TRUE(solo.Pump().empty());
  EXPECT_EQ(solo.raft().excluded_by(), Index(3));
}

TEST(Reconfigure, ALeaderThatBecomesALearnerFollows) {
  Solo solo({});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_EQ(Configure(solo, true, {2, 3}, {1}), ErrorCode::kOk);
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  solo.Exchange(solo.Append(2, 2, 0, 0, {}));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  solo.Tick(50);
  EXPECT_TRUE(OfType(solo.Pump(), kPreVote).empty());
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
}

// Whoever began the change: a leader that finds a joint configuration ends it.
TEST(Reconfigure, ANewLeaderEndsTheJointConfigurationThatItFinds) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.Append(2, 1, 1, 1, {ConfigurationEntry(2, 1, true, {1, 2})}, 1));
  ASSERT_EQ(solo.raft().membership().outgoing, Ids({1, 2, 3}));
  solo.Elect();
  EXPECT_FALSE(solo.raft().LeaveJointDue());
  ASSERT_TRUE(solo.node().Propose("own").ok());
  solo.Pump();
  EXPECT_FALSE(solo.raft().LeaveJointDue());
  solo.Acknowledge(2);
  EXPECT_TRUE(solo.raft().LeaveJointDue());
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  solo.Pump();
  solo.Acknowledge(2);
  EXPECT_EQ(solo.raft().membership(), (Membership{Ids({1, 2}), {}, {}}));
}

// Row 10: a configuration whose entry is cut away was never in force.
TEST(Reconfigure, ATruncatedConfigurationIsGone) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.Append(2, 1, 1, 1, {ConfigurationEntry(2, 1, true, {1, 2})}));
  ASSERT_EQ(solo.last_ready().membership.has_value() || !solo.raft().membership().outgoing.empty(),
            true);
  solo.Exchange(solo.Append(3, 2, 1, 1, {MakeEntry(2, 2, "other")}));
  EXPECT_EQ(solo.raft().membership(), MakeMembership(3));
  EXPECT_EQ(solo.raft().membership_index(), Index(0));
  // After a restart, too.
  solo.node().Crash();
  solo.node().Start();
  EXPECT_EQ(solo.raft().membership(), MakeMembership(3));
}

TEST(Reconfigure, TheDriverHearsOfEveryChange) {
  Solo solo({.log = {1}, .term = 1});
  ASSERT_TRUE(
      solo.Step(solo.Append(2, 1, 1, 1, {ConfigurationEntry(2, 1, false, {1, 2, 3}, {4})})).ok());
  EXPECT_EQ(solo.node().Take().membership, (Membership{Ids({1, 2, 3}), {}, Ids({4})}));
  ASSERT_TRUE(solo.Step(solo.Append(3, 2, 1, 1, {MakeEntry(2, 2, "other")})).ok());
  EXPECT_EQ(solo.node().Take().membership, MakeMembership(3));
}

TEST(Reconfigure, ARestartFindsTheConfigurationsOfTheLog) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(
      solo.Append(2, 1, 1, 1, {ConfigurationEntry(2, 1, false, {1, 2, 3}, {4}), Old(3, 1)}, 1));
  ASSERT_EQ(solo.raft().applied(), Index(1));
  solo.node().Crash();
  solo.node().Start();
  EXPECT_EQ(solo.raft().membership(), (Membership{Ids({1, 2, 3}), {}, Ids({4})}));
  EXPECT_EQ(solo.raft().membership_index(), Index(2));
}

// Such an append is no correct leader's; nothing changes, the term neither.
TEST(Reconfigure, AConfigurationThatMayNotFollowIsRefused) {
  Solo solo({.log = {1}, .term = 1});
  for (const Entry& wrong :
       {ConfigurationEntry(2, 9, false, {1, 2}), ConfigurationEntry(2, 9, true, {1, 2, 7}),
        ConfigurationEntry(2, 9, true, {})}) {
    EXPECT_EQ(solo.Step(solo.Append(2, 9, 1, 1, {wrong})).error().code, ErrorCode::kFormat);
    EXPECT_EQ(solo.raft().term(), Term(1));
    EXPECT_EQ(solo.raft().LastIndex(), Index(1));
  }
  // Two changes in one message: each follows the one before it.
  const Entry joint = ConfigurationEntry(2, 9, true, {1, 2});
  EXPECT_FALSE(
      solo.Step(solo.Append(2, 9, 1, 1, {joint, ConfigurationEntry(3, 9, false, {1, 3})})).ok());
  EXPECT_TRUE(
      solo.Step(solo.Append(2, 9, 1, 1, {joint, ConfigurationEntry(3, 9, false, {2, 1})})).ok());
}

// "A renewed certificate of the same key changes nothing": the same members once more cost no
// progress, no election and no new probe.
TEST(Reconfigure, TheSameMembersAgainChangeNothing) {
  FullLeader solo;
  const auto before = solo.raft().ProgressOf(NodeId(5));
  ASSERT_EQ(Configure(solo, false, {3, 2, 1}, {5, 4}), ErrorCode::kOk);
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(5)).match, before.match);
  const std::vector<Message> sent = OfType(solo.Pump(), kAppend);
  ASSERT_EQ(sent.size(), 4u);
  for (const Message& m : sent) EXPECT_EQ(m.entries.size(), 1u);
  solo.Acknowledge(2);
  EXPECT_EQ(solo.raft().commit(), Index(2));
  EXPECT_EQ(solo.raft().role(), Role::kLeader);
}

// Rows 18 and 19 in a joint configuration: a read needs the echoes of both majorities.
TEST(Reconfigure, ReadsNeedBothMajorities) {
  FullLeader solo;
  ASSERT_EQ(Configure(solo, true, {1, 4, 5}), ErrorCode::kOk);
  solo.Pump();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  auto echo = [&](uint32_t from) {
    Message m = solo.From(from, kHeartbeatReply);
    m.context = 1;
    solo.Exchange(m);
  };
  echo(2);
  echo(3);
  EXPECT_TRUE(solo.TakeReads().empty());
  echo(5);
  EXPECT_EQ(solo.TakeReads().size(), 1u);
}

// A leader that is leaving proves by the others alone that it still leads.
TEST(Reconfigure, ALeaderThatIsLeavingDoesNotProveItself) {
  Solo solo({});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_EQ(Configure(solo, true, {2, 3}), ErrorCode::kOk);
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.node().ProposeLeave().ok());
  solo.Pump();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  Message echo = solo.From(2, kHeartbeatReply);
  echo.context = 1;
  solo.Exchange(echo);
  EXPECT_TRUE(solo.TakeReads().empty());
  echo.from = NodeId(3);
  solo.Exchange(echo);
  EXPECT_EQ(solo.TakeReads().size(), 1u);
}

TEST(Reconfigure, LeadershipGoesToAVoterThatStays) {
  FullLeader solo;
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(4)).error().code, ErrorCode::kRef);
  ASSERT_EQ(Configure(solo, true, {1, 4, 5}), ErrorCode::kOk);
  solo.Pump();
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(2)).error().code, ErrorCode::kRef);
  EXPECT_TRUE(solo.raft().TransferLeadership(NodeId(4)).ok());
}

}  // namespace
}  // namespace suyuan::consensus::testing
