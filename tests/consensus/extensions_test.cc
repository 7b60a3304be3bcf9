// What goes beyond the paper's core: asynchronous writes, linearizable reads, leadership transfer,
// refused leaders, bounds, faults of the storage.
#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// THE RULE OF READY. Reliability rows 1, 2, 22: a vote and an acknowledgement wait for the write,
// and term and vote are in one write.
TEST(RuleOfReady, VotesWaitForTheWrite) {
  Solo solo({.term = 1});
  Message m = solo.From(2, kVote);
  m.term = Term(2);
  ASSERT_TRUE(solo.Step(m).ok());
  const Ready ready = solo.raft().TakeReady();
  EXPECT_TRUE(ready.messages.empty());
  EXPECT_EQ(Words(ready.messages_after_persist), "1→2 VoteReply term=2 yes");
  ASSERT_TRUE(ready.hard_state.has_value());
  EXPECT_EQ(*ready.hard_state, (HardState{Term(2), NodeId(2), Index(0)}));
}

TEST(RuleOfReady, AcknowledgementsWaitForTheWrite) {
  Solo solo({.term = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 0, 0, {MakeEntry(1, 1, "a")})).ok());
  const Ready ready = solo.raft().TakeReady();
  EXPECT_TRUE(ready.messages.empty());
  EXPECT_EQ(Words(ready.messages_after_persist), "1→2 AppendReply term=1 matches=1");
  EXPECT_EQ(ready.entries.size(), 1u);
}

// Nothing tells of a term that is not durable, not even an answer to a heartbeat.
TEST(RuleOfReady, ANewTermIsNotToldBeforeItIsDurable) {
  Solo solo({.term = 1});
  Message m = solo.From(2, kHeartbeat);
  ASSERT_TRUE(solo.Step(m).ok());
  EXPECT_EQ(solo.raft().TakeReady().messages.size(), 1u);  // term 1 is durable
  m.term = Term(2);
  ASSERT_TRUE(solo.Step(m).ok());
  const Ready ready = solo.raft().TakeReady();
  EXPECT_TRUE(ready.messages.empty());
  EXPECT_EQ(ready.messages_after_persist.size(), 1u);
  ASSERT_TRUE(solo.Step(m).ok());
  EXPECT_TRUE(solo.raft().TakeReady().messages.empty());
  solo.raft().Persisted(ready.number);
  ASSERT_TRUE(solo.Step(m).ok());
  EXPECT_EQ(solo.raft().TakeReady().messages.size(), 1u);
}

// A candidate's own vote counts when it is durable.
TEST(RuleOfReady, TheOwnVoteCountsWhenDurable) {
  Solo solo({});
  solo.TickToCampaign();
  Message yes = solo.From(2, kPreVoteReply);
  yes.term = Term(1);
  ASSERT_TRUE(solo.Step(yes).ok());
  const Ready ready = solo.raft().TakeReady();
  ASSERT_TRUE(solo.Step(solo.From(2, kVoteReply)).ok());
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
  solo.raft().Persisted(ready.number);
  EXPECT_EQ(solo.raft().role(), Role::kLeader);
}

// Dissertation §10.2.1: the leader's entries leave before its own write; it counts itself after.
TEST(RuleOfReady, TheLeaderCountsItselfWhenDurable) {
  Solo solo({});
  solo.Lead();
  ASSERT_TRUE(solo.node().Propose("x").ok());
  const Ready ready = solo.raft().TakeReady();
  EXPECT_EQ(OfType(ready.messages, kAppend).size(), 1u);  // node 3 is still being probed
  EXPECT_EQ(ready.entries.size(), 1u);
  Message ack = solo.From(2, kAppendReply);
  ack.index = Index(2);
  ASSERT_TRUE(solo.Step(ack).ok());
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.raft().Persisted(ready.number - 1);
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.raft().Persisted(ready.number);
  EXPECT_EQ(solo.raft().commit(), Index(2));
}

// Several Readys in flight: entries are handed out once, and served from memory meanwhile.
TEST(RuleOfReady, WritesInFlightAreServedFromMemory) {
  Solo solo({.term = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 0, 0, {MakeEntry(1, 1, "a")}, 0)).ok());
  const Ready one = solo.raft().TakeReady();
  Message second = solo.Append(2, 1, 1, 1, {MakeEntry(2, 1, "b")}, 2);
  second.log_hash = MakeEntry(1, 1, "a").hash;
  ASSERT_TRUE(solo.Step(second).ok());
  const Ready two = solo.raft().TakeReady();
  ASSERT_EQ(two.entries.size(), 1u);
  EXPECT_EQ(two.entries[0].index, Index(2));
  EXPECT_EQ(*solo.raft().EntryAt(Index(1)).value().data, "a");
  EXPECT_EQ(solo.raft().commit(), Index(2));
  // Committed, but nothing is durable here, so nothing is handed out.
  EXPECT_EQ(two.committed_to, Index(0));
  EXPECT_FALSE(solo.raft().HasReady());
}

// An acknowledgement that waits for its Ready is taken back when its entries are cut before.
TEST(RuleOfReady, ACutTakesBackAcknowledgements) {
  Solo solo({.term = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 0, 0, {MakeEntry(1, 1, "a")})).ok());
  ASSERT_TRUE(solo.Step(solo.Append(3, 2, 0, 0, {MakeEntry(1, 2, "b")})).ok());
  const Ready ready = solo.raft().TakeReady();
  EXPECT_EQ(Words(ready.messages_after_persist), "1→3 AppendReply term=2 matches=1");
  ASSERT_EQ(ready.entries.size(), 1u);
  EXPECT_EQ(ready.entries[0].term, Term(2));
}

// Reliability row 35, through the whole core: the late completion of an old write gives the
// state machine nothing.
TEST(RuleOfReady, ALateWriteDoesNotCountForItsReplacement) {
  Solo solo({.term = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 0, 0, {MakeEntry(1, 1, "a")})).ok());
  const Ready old_write = solo.raft().TakeReady();
  ASSERT_TRUE(solo.Step(solo.Append(3, 2, 0, 0, {MakeEntry(1, 2, "b")}, 1)).ok());
  const Ready new_write = solo.raft().TakeReady();
  EXPECT_EQ(solo.raft().commit(), Index(1));
  solo.raft().Persisted(old_write.number);
  EXPECT_FALSE(solo.raft().HasReady());
  solo.node().disk().Write(new_write.hard_state, new_write.entries);
  solo.raft().Persisted(new_write.number);
  ASSERT_TRUE(solo.raft().HasReady());
  EXPECT_EQ(solo.raft().TakeReady().committed_to, Index(1));
}

// The commit index alone is not worth a write; with entries it rides along.
TEST(RuleOfReady, TheCommitIndexRidesAlong) {
  Solo solo({.log = {1}, .term = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 1, 1, {}, 1)).ok());
  EXPECT_FALSE(solo.raft().TakeReady().hard_state.has_value());
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 1, 1, {MakeEntry(2, 1, "b")}, 1)).ok());
  const Ready ready = solo.raft().TakeReady();
  ASSERT_TRUE(ready.hard_state.has_value());
  EXPECT_EQ(ready.hard_state->commit, Index(1));
}

// After a restart the commit index is at least what the state machine holds.
TEST(Restart, TheStateMachineKnowsWhatWasCommitted) {
  MemoryDisk disk;
  disk.Preload({1, 1, 1}, {Term(1), NodeId(2), Index(1)});
  RaftConfig config;
  config.id = NodeId(1);
  config.membership = MakeMembership(3);
  Raft raft(config, disk, Index(2));
  EXPECT_EQ(raft.commit(), Index(2));
  EXPECT_EQ(raft.applied(), Index(2));
  EXPECT_FALSE(raft.HasReady());
  EXPECT_TRUE(raft.fault().ok());
}

TEST(Restart, ALogThatEndsBeforeItsCommitIsCorrupt) {
  MemoryDisk disk;
  disk.Preload({1}, {Term(1), kNobody, Index(3)});
  RaftConfig config;
  config.id = NodeId(1);
  config.membership = MakeMembership(1);
  Raft raft(config, disk, Index(0));
  ASSERT_FALSE(raft.fault().ok());
  EXPECT_EQ(raft.fault().error().code, ErrorCode::kCorrupt);
  for (int i = 0; i < 100; ++i) raft.Tick();
  EXPECT_FALSE(raft.HasReady());
}

// A failing disk stops the core; its error is what every input answers.
TEST(Fault, AReadErrorStopsEverything) {
  Solo solo({.log = {1, 1, 1}, .term = 1});
  solo.node().disk().Break();
  const Status status = solo.Step(solo.Append(2, 1, 2, 1, {MakeEntry(3, 1, "x")}));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_EQ(solo.raft().fault().error().code, ErrorCode::kIo);
  EXPECT_EQ(solo.raft().ReadIndex(1).error().code, ErrorCode::kIo);
  EXPECT_FALSE(solo.raft().HasReady());
}

TEST(Propose, OnlyTheLeaderTakesWhatFollowsItsLog) {
  Solo solo({});
  EXPECT_EQ(solo.node().Propose("x").error().code, ErrorCode::kNoLeader);
  solo.Lead();
  EXPECT_EQ(solo.raft().Propose(MakeEntry(3, 1, "gap")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(solo.raft().Propose(MakeEntry(2, 2, "term")).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(solo.raft().Propose(MakeEntry(2, 1, "fits")).ok());
  EXPECT_EQ(solo.raft().LastHash(), MakeEntry(2, 1, "fits").hash);
}

// Reliability row 32: the uncommitted tail is bounded, across terms too; one entry of any size
// fits when nothing else waits, and the first of a term always does.
TEST(Propose, TheUncommittedTailIsBounded) {
  Solo solo({.log = {1, 1}, .term = 1},
            [](RaftConfig& config) { config.uncommitted_bytes_max = 10; });
  solo.Elect();
  EXPECT_EQ(solo.raft().uncommitted_bytes(), 4u);  // two inherited entries of two bytes
  ASSERT_TRUE(solo.node().Propose("the first of its term").ok());
  EXPECT_EQ(solo.raft().uncommitted_bytes(), 25u);
  EXPECT_EQ(solo.node().Propose("x").error().code, ErrorCode::kBusy);
  solo.Pump();
  solo.Acknowledge(2);
  EXPECT_EQ(solo.raft().uncommitted_bytes(), 0u);
  ASSERT_TRUE(solo.node().Propose("larger than the bound").ok());
  EXPECT_EQ(solo.node().Propose("").error().code, ErrorCode::kBusy);
}

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
  solo.raft().RefuseLeader(Term(1));
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
  solo.raft().RefuseLeader(Term(2));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_TRUE(solo.Pump().empty());
  Solo leader({});
  leader.Lead();
  leader.raft().RefuseLeader(Term(1));
  EXPECT_EQ(leader.raft().role(), Role::kLeader);
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
