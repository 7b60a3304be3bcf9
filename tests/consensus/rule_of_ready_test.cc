// What must be durable before what is sent, several writes in flight, restarts, faults of the
// storage, proposals and their bound.
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

}  // namespace
}  // namespace suyuan::consensus::testing
