// A disk that was emptied, or an old copy put back: what it promised is forgotten, its votes, too.
// It must be found out, and must not count (reliability §1, row 12; §3).
#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// The leader, node 2, counts on entries up to 3 that are not here.
struct Forgetful : Solo {
  Forgetful() : Solo({.log = {1}, .term = 1}) {
    Message heartbeat = Heartbeat(2, Old(3, 1));
    heartbeat.context = 5;
    answer = Exchange(heartbeat);
  }
  std::vector<Message> answer;
};

TEST(LostLog, IsNoticedAndSaid) {
  Forgetful solo;
  EXPECT_EQ(Words(solo.answer), "1→2 HeartbeatReply term=1 lost=3 last=1");  // no read round
  ASSERT_TRUE(solo.raft().lost_log().has_value());
  EXPECT_EQ(solo.raft().lost_log()->claimed, Index(3));
  EXPECT_EQ(solo.raft().lost_log()->leader, NodeId(2));
  EXPECT_EQ(solo.raft().commit(), Index(0));
}

TEST(LostLog, NeitherVotesNorAcknowledgesNorCampaigns) {
  Forgetful solo;
  for (MessageType type : {kPreVote, kVote}) {
    Message m = solo.From(3, type);
    m.term = Term(9);
    m.index = Index(50);
    m.log_term = Term(8);
    m.transfer = true;
    EXPECT_TRUE(solo.Exchange(m).empty());
  }
  EXPECT_TRUE(solo.Exchange(solo.Append(2, 1, 1, 1, {MakeEntry(2, 1, "x")}, 2)).empty());
  EXPECT_EQ(solo.raft().LastIndex(), Index(1));
  solo.Exchange(solo.From(2, kTimeoutNow));
  solo.Tick(100);
  EXPECT_TRUE(solo.Pump().empty());
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  // Nor does a later leader change that: the votes stay forgotten.
  Message heartbeat = solo.From(3, kHeartbeat);
  heartbeat.term = Term(10);
  EXPECT_EQ(Words(solo.Exchange(heartbeat)), "1→3 HeartbeatReply term=10 lost=3 last=1");
  Message take = solo.From(3, kTakeSnapshot);
  take.index = Index(5);
  take.log_term = Term(2);
  EXPECT_TRUE(solo.Exchange(take).empty());
  EXPECT_FALSE(solo.node().Install({{Index(5), Term(2), Hash(), MakeMembership(3)}, {}}).ok());
}

// A node whose log has matched a leader's through an entry of that leader's term since it started
// knows what it acknowledged: whoever claims more lies, and stops nobody.
TEST(LostLog, ALieDoesNotStopANodeThatKnowsBetter) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.Append(2, 2, 1, 1, {MakeEntry(2, 2, "own")}));
  Message heartbeat = solo.From(2, kHeartbeat);
  heartbeat.commit = Index(9);
  EXPECT_EQ(solo.Step(heartbeat).error().code, ErrorCode::kFormat);
  EXPECT_FALSE(solo.raft().lost_log().has_value());
  heartbeat.from = NodeId(3);
  heartbeat.term = Term(3);
  EXPECT_EQ(solo.Step(heartbeat).error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().term(), Term(2));
  heartbeat.commit = Index(2);
  EXPECT_EQ(solo.Exchange(heartbeat).size(), 1u);
}

// An old copy may be longer than what the leader counts on, and end in entries that were replaced
// after it was made: their index alone proves nothing.
TEST(LostLog, AStaleTailOfTheSameLengthIsFoundOut) {
  Solo solo({.log = {1, 2, 2, 2}, .term = 2, .commit = 1});
  Message heartbeat = solo.Heartbeat(2, Old(3, 3));
  heartbeat.term = Term(3);
  EXPECT_EQ(Words(solo.Exchange(heartbeat)), "1→2 HeartbeatReply term=3 lost=3 last=4");
  ASSERT_TRUE(solo.raft().lost_log().has_value());
  EXPECT_EQ(solo.raft().commit(), Index(1));
}

// The same term and another hash: a leader with two faces, or two ledgers.
TEST(LostLog, TheHashCountsToo) {
  Solo solo({.log = {1, 2, 2}, .term = 2, .commit = 1});
  solo.Exchange(solo.Heartbeat(2, MakeEntry(3, 2, "another")));
  EXPECT_TRUE(solo.raft().lost_log().has_value());
  EXPECT_EQ(solo.raft().commit(), Index(1));
}

// A leader whose log begins later cannot name the entry. Then nothing is compared, nothing commits.
TEST(LostLog, WhatIsNotNamedIsNotCommitted) {
  Solo solo({.log = {1, 2, 2}, .term = 2, .commit = 1});
  Message unnamed = solo.From(2, kHeartbeat);
  unnamed.commit = Index(3);
  solo.Exchange(unnamed);
  EXPECT_FALSE(solo.raft().lost_log().has_value());
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.Exchange(solo.Heartbeat(2, 3));
  EXPECT_EQ(solo.raft().commit(), Index(3));
}

// The leader's side: it counts no more, gets no entries, and heartbeats go on to name what it
// acknowledged, so that it finds out again after a restart.
TEST(LostLog, CountsNoMore) {
  Solo solo({.voters = 5});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_EQ(solo.raft().commit(), Index(1));
  solo.Acknowledge(4);
  Message lost = solo.From(4, kHeartbeatReply);
  lost.reject = true;
  lost.hint = Index(1);
  solo.Exchange(lost);
  EXPECT_TRUE(solo.raft().ProgressOf(NodeId(4)).lost_log);
  EXPECT_FALSE(solo.raft().ProgressOf(NodeId(4)).recently_active);
  ASSERT_TRUE(solo.node().Propose("x").ok());
  for (const Message& m : solo.Pump()) EXPECT_NE(m.to, NodeId(4));
  solo.Acknowledge(2);
  solo.Acknowledge(4);  // late, from before
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.Acknowledge(5);
  EXPECT_EQ(solo.raft().commit(), Index(2));
  solo.Tick(1);
  for (const Message& m : OfType(solo.Pump(), kHeartbeat))
    EXPECT_EQ(m.commit, Index(m.to == NodeId(4) ? 1 : m.to == NodeId(3) ? 1 : 2)) << m.to;
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(4)).error().code, ErrorCode::kRef);
}

// A quorum with a lost member in it is none.
TEST(LostLog, KeepsNoLeaderInOffice) {
  Solo solo({});
  solo.Lead();
  Message lost = solo.From(2, kHeartbeatReply);
  lost.reject = true;
  lost.hint = Index(1);
  for (int i = 0; i < 20; ++i) {
    solo.Exchange(lost);
    solo.Tick(1);
    solo.Pump();
  }
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
}

// The answer to a heartbeat of an earlier term is a refusal, too, and means nothing of the kind.
TEST(LostLog, AnAnswerToAnOldHeartbeatIsNone) {
  Solo solo({});
  solo.Lead();
  Message old = solo.From(2, kHeartbeatReply);
  old.reject = true;
  solo.Exchange(old);
  EXPECT_FALSE(solo.raft().ProgressOf(NodeId(2)).lost_log);
}

}  // namespace
}  // namespace suyuan::consensus::testing
