// What goes beyond the paper's core: linearizable reads, leadership transfer, refused leaders,
// joint configurations, a log whose beginning is gone.
#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// Dissertation §6.4, step 1 (reliability row 19).
TEST(ReadIndex, WaitsForACommitInTheOwnTerm) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Elect();
  ASSERT_TRUE(solo.raft().ReadIndex(5).ok());
  EXPECT_TRUE(solo.Pump().empty());
  ASSERT_TRUE(solo.node().Propose("own").ok());
  solo.Pump();
  const std::vector<Message> sent = solo.Acknowledge(2);
  ASSERT_EQ(OfType(sent, kHeartbeat).size(), 2u);
  EXPECT_TRUE(solo.TakeReads().empty());
  Message echo = solo.From(2, kHeartbeatReply);
  echo.context = OfType(sent, kHeartbeat)[0].context;
  solo.Exchange(echo);
  const std::vector<ReadState> reads = solo.TakeReads();
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].context, 5u);
  EXPECT_EQ(reads[0].index, Index(2));
}

// Steps 2 and 3: an echo of an earlier round proves nothing for a later read (row 18).
TEST(ReadIndex, AnEarlierRoundProvesNothing) {
  Solo solo({.voters = 5});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("own").ok());
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  auto echo = [&](uint32_t from, uint64_t round) {
    Message m = solo.From(from, kHeartbeatReply);
    m.context = round;
    return solo.Step(m);
  };
  ASSERT_TRUE(solo.raft().ReadIndex(2).ok());  // after round 1 began
  ASSERT_TRUE(echo(2, 0).ok());
  ASSERT_TRUE(echo(3, 0).ok());
  ASSERT_TRUE(echo(4, 1).ok());
  solo.Pump();
  EXPECT_TRUE(solo.TakeReads().empty());  // one echo and itself: two of five
  ASSERT_TRUE(echo(4, 1).ok());           // the same again
  solo.Pump();
  EXPECT_TRUE(solo.TakeReads().empty());
  ASSERT_TRUE(echo(5, 1).ok());
  solo.Pump();
  ASSERT_EQ(solo.TakeReads().size(), 1u);  // the first read only
  ASSERT_TRUE(echo(2, 2).ok());
  ASSERT_TRUE(echo(3, 2).ok());
  solo.Pump();
  ASSERT_EQ(solo.TakeReads().size(), 1u);
  EXPECT_FALSE(echo(3, 3).ok());  // a round that did not begin
}

// A lost round is repeated by the next heartbeats, and takes the reads since then along.
TEST(ReadIndex, HeartbeatsStartTheNextRound) {
  Solo solo({});
  solo.Lead();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();  // round 1 is lost
  ASSERT_TRUE(solo.raft().ReadIndex(2).ok());
  EXPECT_TRUE(OfType(solo.Pump(), kHeartbeat).empty());  // one round at a time
  solo.Tick(1);
  const std::vector<Message> beats = OfType(solo.Pump(), kHeartbeat);
  ASSERT_EQ(beats.size(), 2u);
  EXPECT_EQ(beats[0].context, 2u);
  Message echo = solo.From(3, kHeartbeatReply);
  echo.context = 2;
  solo.Exchange(echo);
  EXPECT_EQ(solo.TakeReads().size(), 2u);
}

TEST(ReadIndex, ASingleVoterNeedsNoRound) {
  Solo solo({.voters = 1});
  solo.Lead();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  EXPECT_EQ(solo.TakeReads().size(), 1u);
}

// Learners' echoes are no proof.
TEST(ReadIndex, LearnersDoNotProve) {
  Solo solo({.voters = 3, .learners = 2});
  solo.Lead();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  for (uint32_t learner : {4u, 5u}) {
    Message echo = solo.From(learner, kHeartbeatReply);
    echo.context = 1;
    solo.Exchange(echo);
  }
  EXPECT_TRUE(solo.TakeReads().empty());
}

// Reliability rows 18 and 20: contexts come back when leadership is lost.
TEST(ReadIndex, FailsWithTheLeadership) {
  Solo solo({});
  solo.Lead();
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  solo.Pump();
  ASSERT_TRUE(solo.raft().ReadIndex(2).ok());
  solo.Exchange(solo.Append(2, 7, 0, 0, {}));
  EXPECT_EQ(solo.TakeFailedReads(), (std::vector<uint64_t>{1, 2}));
  Message echo = solo.From(2, kHeartbeatReply);
  echo.term = Term(1);
  echo.context = 1;
  solo.Exchange(echo);
  EXPECT_TRUE(solo.TakeReads().empty());
}

// Reliability row 34: the answer to an earlier incarnation of this node is not taken for one to
// this incarnation, although both asked under the same context.
TEST(ReadIndex, AnAnswerToAnEarlierIncarnationIsPassedOver) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  ASSERT_TRUE(solo.raft().ReadIndex(77).ok());
  const Message asked = OfType(solo.Pump(), kReadIndex).at(0);
  solo.node().Crash();
  solo.node().Start();
  solo.Exchange(solo.From(2, kHeartbeat));
  ASSERT_TRUE(solo.raft().ReadIndex(77).ok());
  const Message again = OfType(solo.Pump(), kReadIndex).at(0);
  Message answer = solo.From(2, kReadIndexReply);
  answer.context = asked.context;
  answer.commit = Index(1);
  solo.Exchange(answer);
  EXPECT_TRUE(solo.TakeReads().empty());
  answer.context = again.context;
  answer.commit = Index(4);
  solo.Exchange(answer);
  ASSERT_EQ(solo.TakeReads().size(), 1u);
}

// Only the leader of the present term answers.
TEST(ReadIndex, OnlyTheLeaderAnswers) {
  Solo solo({.term = 1});
  EXPECT_EQ(solo.raft().ReadIndex(1).error().code, ErrorCode::kNoLeader);
  solo.Exchange(solo.From(2, kHeartbeat));
  ASSERT_TRUE(solo.raft().ReadIndex(1).ok());
  Message answer = solo.From(3, kReadIndexReply);
  answer.context = OfType(solo.Pump(), kReadIndex).at(0).context;
  solo.Exchange(answer);
  EXPECT_TRUE(solo.TakeReads().empty());
}

// Dissertation §3.10.
TEST(Transfer, ACurrentTargetIsToldAtOnce) {
  Solo solo({});
  solo.Lead();
  ASSERT_TRUE(solo.raft().TransferLeadership(NodeId(2)).ok());
  EXPECT_EQ(Words(solo.Pump()), "1→2 TimeoutNow term=1");
  EXPECT_EQ(solo.node().Propose("x").error().code, ErrorCode::kNoLeader);
  solo.Tick(9);
  EXPECT_EQ(solo.node().Propose("x").error().code, ErrorCode::kNoLeader);
  solo.Tick(1);
  EXPECT_TRUE(solo.node().Propose("x").ok());
}

TEST(Transfer, AnotherTargetReplacesTheFirst) {
  Solo solo({});
  solo.Lead();
  ASSERT_TRUE(solo.raft().TransferLeadership(NodeId(3)).ok());  // lags
  EXPECT_TRUE(OfType(solo.Pump(), kTimeoutNow).empty());
  ASSERT_TRUE(solo.raft().TransferLeadership(NodeId(2)).ok());
  EXPECT_EQ(OfType(solo.Pump(), kTimeoutNow).at(0).to, NodeId(2));
  EXPECT_TRUE(OfType(solo.Acknowledge(3), kTimeoutNow).empty());
}

TEST(Transfer, OnlyToVotersAndOnlyByTheLeader) {
  Solo solo({.voters = 3, .learners = 1});
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(2)).error().code, ErrorCode::kNoLeader);
  solo.Lead();
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(4)).error().code, ErrorCode::kRef);
  EXPECT_EQ(solo.raft().TransferLeadership(NodeId(9)).error().code, ErrorCode::kRef);
  EXPECT_TRUE(solo.raft().TransferLeadership(NodeId(1)).ok());
  EXPECT_TRUE(solo.node().Propose("x").ok());
}

TEST(Transfer, TheTargetCampaignsWithoutAPoll) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  EXPECT_TRUE(solo.Exchange(solo.From(3, kTimeoutNow)).empty());  // not its leader
  EXPECT_EQ(Words(solo.Exchange(solo.From(2, kTimeoutNow))),
            "1→2 Vote term=2 last=1/1 (transfer); 1→3 Vote term=2 last=1/1 (transfer)");
}

// Formats §4: a leader whose entry failed the check is ignored for its term, and no longer.
TEST(RefuseLeader, IgnoresItForItsTerm) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  solo.raft().RefuseLeader(Term(1), NodeId(2));
  EXPECT_EQ(OfType(solo.Pump(), kPreVote).size(), 2u);
  EXPECT_EQ(solo.raft().leader(), kNobody);
  for (MessageType type : {kHeartbeat, kTimeoutNow})
    EXPECT_TRUE(solo.Exchange(solo.From(2, type)).empty());
  EXPECT_TRUE(solo.Exchange(solo.Append(2, 1, 1, 1, {MakeEntry(2, 1, "bad")}, 1)).empty());
  EXPECT_EQ(solo.raft().LastIndex(), Index(1));
  EXPECT_EQ(solo.raft().commit(), Index(0));
  EXPECT_EQ(solo.raft().leader(), kNobody);
  // The same node may lead another term.
  solo.Exchange(solo.Append(2, 2, 1, 1, {MakeEntry(2, 2, "good")}));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_EQ(solo.raft().LastIndex(), Index(2));
}

TEST(RefuseLeader, AnEarlierTermIsHistory) {
  Solo solo({.log = {1}, .term = 3});
  solo.Exchange(solo.From(2, kHeartbeat));
  solo.raft().RefuseLeader(Term(2), NodeId(2));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_TRUE(solo.Pump().empty());
  Solo leader({});
  leader.Lead();
  leader.raft().RefuseLeader(Term(1), NodeId(2));
  EXPECT_EQ(leader.raft().role(), Role::kLeader);
}

// A member that does not lead cannot have the leader refused, and its own refusals in other terms
// hide none of those that matter.
TEST(RefuseLeader, OnlyWhoSentTheEntryIsRefused) {
  Solo solo({.log = {1}, .term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  solo.raft().RefuseLeader(Term(1), NodeId(3));
  EXPECT_TRUE(solo.Pump().empty());
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_EQ(solo.Exchange(solo.From(2, kHeartbeat)).size(), 1u);
  solo.raft().RefuseLeader(Term(9), NodeId(2));
  solo.raft().RefuseLeader(Term(9), NodeId(3));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  solo.raft().RefuseLeader(Term(1), NodeId(2));
  EXPECT_EQ(OfType(solo.Pump(), kPreVote).size(), 2u);
  EXPECT_TRUE(solo.Exchange(solo.From(2, kHeartbeat)).empty());
}

// A refused entry may arrive before anything else of its term: then its sender is not followed.
TEST(RefuseLeader, OfATermToComeIsIgnoredByALeaderToo) {
  Solo solo({});
  solo.Lead();
  Message heartbeat = solo.From(3, kHeartbeat);
  heartbeat.term = solo.raft().term() + 1;
  solo.raft().RefuseLeader(heartbeat.term, NodeId(3));
  EXPECT_TRUE(solo.Exchange(heartbeat).empty());
  EXPECT_EQ(solo.raft().role(), Role::kLeader);
}

constexpr uint64_t kTermStep = 1 << 24;

// One message must not use up the terms, which never fall again.
TEST(FarTerm, IsApproachedByABoundedStep) {
  Solo solo({.log = {1}, .term = 1});
  for (MessageType type : {kHeartbeat, kAppend, kVote, kVoteReply, kAppendReply, kTimeoutNow}) {
    Message far = solo.From(2, type);
    far.term = Term(UINT64_MAX);
    far.index = Index(1);
    far.log_term = Term(1);
    const Term before = solo.raft().term();
    EXPECT_EQ(solo.Step(far).error().code, ErrorCode::kFormat);
    EXPECT_TRUE(solo.Pump().empty());  // no vote, no answer
    EXPECT_EQ(solo.raft().term(), before + kTermStep);
    EXPECT_EQ(solo.raft().leader(), kNobody);
  }
  Message poll = solo.From(2, kPreVote);
  poll.term = Term(UINT64_MAX);
  const Term before = solo.raft().term();
  EXPECT_EQ(solo.Step(poll).error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().term(), before);
}

TEST(FarTerm, TheLastStepIsTakenLikeAnyOther) {
  Solo solo({.log = {1}, .term = 1});
  Message heartbeat = solo.From(2, kHeartbeat);
  heartbeat.term = Term(1 + kTermStep);
  EXPECT_EQ(solo.Exchange(heartbeat).size(), 1u);
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
}

// A hostile member has pushed one honest member far ahead. Its answers draw the other one after it,
// so they find together again.
TEST(FarTerm, HonestMembersMeetAgain) {
  Solo behind({.log = {1}, .term = 1});
  const Term ahead(1 + 3 * kTermStep);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(behind.TickToCampaign().empty());
    Message no = behind.From(2, kPreVoteReply);
    no.term = ahead;
    no.reject = true;
    behind.Step(no).ok();
    behind.Pump();
  }
  EXPECT_EQ(behind.raft().term(), ahead);
  EXPECT_EQ(behind.Exchange(behind.From(2, kHeartbeat)).size(), 1u);
}

// Joint configurations (dissertation §4.3) already count: both majorities commit, elect, prove.
TEST(Joint, BothMajoritiesAreNeeded) {
  Solo solo({}, [](RaftConfig& config) {
    config.membership.voters = {NodeId(1), NodeId(2), NodeId(3)};
    config.membership.outgoing = {NodeId(1), NodeId(4), NodeId(5)};
  });
  EXPECT_EQ(solo.TickToCampaign().size(), 4u);
  auto poll = [&](uint32_t from) {
    Message yes = solo.From(from, kPreVoteReply);
    yes.term = Term(1);
    solo.Exchange(yes);
  };
  poll(2);
  poll(3);
  EXPECT_EQ(solo.raft().role(), Role::kPreCandidate);
  poll(4);
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
  solo.Exchange(solo.From(2, kVoteReply));
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
  solo.Exchange(solo.From(5, kVoteReply));
  ASSERT_EQ(solo.raft().role(), Role::kLeader);
  ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(0));
  solo.Acknowledge(4);
  EXPECT_EQ(solo.raft().commit(), Index(1));
}

// A follower below FirstIndex gets heartbeats only, and nothing breaks.
TEST(FirstIndex, WhatIsGoneIsNotSent) {
  Solo solo({.log = {1, 1, 1, 1}, .term = 1, .commit = 4});
  solo.Pump();
  solo.node().Crash();
  solo.node().disk().DropUpTo(Index(3));
  solo.node().Start();
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  Message no = solo.From(2, kAppendReply);
  no.reject = true;
  no.index = Index(4);
  no.hint = Index(1);
  no.log_term = Term(1);
  EXPECT_TRUE(OfType(solo.Exchange(no), kAppend).empty());
  solo.Tick(1);
  EXPECT_EQ(OfType(solo.Pump(), kHeartbeat).size(), 2u);
  EXPECT_TRUE(OfType(solo.Exchange(solo.From(2, kHeartbeatReply)), kAppend).empty());
  EXPECT_TRUE(solo.raft().fault().ok());
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(2)).next, Index(2));
}

}  // namespace
}  // namespace suyuan::consensus::testing
