// What is no longer in the log, and snapshots in its place (Raft §7; reliability §1, rows 10 and
// 14–17).
#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// The state after entries of these terms, under three voters unless told otherwise.
TestNode::Snapshot SnapshotOf(const std::vector<uint64_t>& terms,
                              const Membership& membership = MakeMembership(3),
                              uint64_t membership_index = 0) {
  std::vector<Entry> state;
  for (uint64_t term : terms) state.push_back(Old(state.size() + 1, term));
  const Entry& last = state.back();
  return {{last.index, last.term, last.hash, membership, Index(membership_index)}, state};
}

ErrorCode CodeOf(const Status& status) {
  return status.ok() ? ErrorCode::kOk : status.error().code;
}

// A leader whose log begins with entry 4.
struct ShortLeader : Solo {
  ShortLeader() : Solo({.log = {1, 1, 1, 1}, .term = 1, .commit = 4}) {
    Pump();
    node().Crash();
    node().Compact(Index(3));
    node().Start();
    Elect();
    SUYUAN_CHECK(node().Propose("x").ok(), "refused");
    Pump();
  }
  // Node 3 has one entry only.
  std::vector<Message> LearnThat3IsFarBehind() {
    Message no = From(3, kAppendReply);
    no.reject = true;
    no.index = Index(4);
    no.hint = Index(1);
    no.log_term = Term(1);
    return Exchange(no);
  }
};

TEST(Compaction, TheFollowerIsToldWhatItNeeds) {
  ShortLeader solo;
  EXPECT_EQ(Words(solo.LearnThat3IsFarBehind()), "1→3 TakeSnapshot term=2 at=3/1 commit=4");
  EXPECT_TRUE(solo.raft().ProgressOf(NodeId(3)).needs_snapshot);
  // Entries are not even tried; each answer to a heartbeat tells it again.
  ASSERT_TRUE(solo.node().Propose("y").ok());
  for (const Message& m : solo.Pump()) EXPECT_EQ(m.to, NodeId(2));
  EXPECT_TRUE(solo.LearnThat3IsFarBehind().empty());  // doubled
  solo.Tick(1);
  solo.Pump();
  EXPECT_EQ(Words(solo.Exchange(solo.From(3, kHeartbeatReply))),
            "1→3 TakeSnapshot term=2 at=3/1 commit=4");
}

TEST(Compaction, ReplicationGoesOnBehindTheSnapshot) {
  ShortLeader solo;
  solo.LearnThat3IsFarBehind();
  Message ack = solo.From(3, kAppendReply);
  ack.index = Index(4);
  const std::vector<Message> sent = OfType(solo.Exchange(ack), kAppend);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index(4));
  EXPECT_EQ(sent[0].entries.size(), 1u);
  EXPECT_FALSE(solo.raft().ProgressOf(NodeId(3)).needs_snapshot);
}

// The leader shortened its log again meanwhile: the snapshot that came is too old, and the follower
// is told so instead of being probed for ever.
TEST(Compaction, ATooOldSnapshotIsNotEnough) {
  ShortLeader solo;
  solo.LearnThat3IsFarBehind();
  solo.Acknowledge(2);
  ASSERT_TRUE(solo.node().Propose("y").ok());
  solo.Pump();
  solo.Acknowledge(2);
  solo.node().Compact(Index(6));
  Message ack = solo.From(3, kAppendReply);
  ack.index = Index(4);
  EXPECT_EQ(Words(solo.Exchange(ack)), "1→3 TakeSnapshot term=2 at=6/2 commit=6");
}

TEST(Snapshot, TheDriverHearsWhatIsNeeded) {
  Solo solo({.log = {1}, .term = 1});
  Message take = solo.From(2, kTakeSnapshot);
  take.index = Index(5);
  take.log_term = Term(1);
  EXPECT_TRUE(solo.Exchange(take).empty());
  ASSERT_TRUE(solo.last_ready().snapshot_needed.has_value());
  EXPECT_EQ(solo.last_ready().snapshot_needed->index, Index(5));
  EXPECT_EQ(solo.last_ready().snapshot_needed->leader, NodeId(2));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
}

TEST(Snapshot, WhoHoldsTheEntryNeedsNone) {
  Solo solo({.log = {1, 1, 1}, .term = 1, .commit = 1});
  Message take = solo.From(2, kTakeSnapshot);
  take.index = Index(2);
  take.log_term = Term(1);
  take.log_hash = Old(2, 1).hash;
  EXPECT_EQ(Words(solo.Exchange(take)), "1→2 AppendReply term=1 matches=2");
  take.index = Index(1);
  take.log_hash = Hash();
  EXPECT_EQ(solo.Step(take).error().code, ErrorCode::kFormat);  // contradicts a committed entry
}

// Row 15: whatever conflicts with the snapshot goes, at its index, too; then the next append fits.
TEST(Snapshot, TakesThePlaceOfAConflictingLog) {
  Solo solo({.log = {1, 1, 1, 1, 1}, .term = 1, .commit = 1});
  solo.Exchange(solo.Append(2, 3, 1, 1, {}, 1));
  ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 2, 2})).ok());
  EXPECT_EQ(solo.raft().LastIndex(), Index(3));
  EXPECT_EQ(solo.raft().commit(), Index(3));
  EXPECT_EQ(solo.raft().applied(), Index(1));
  EXPECT_EQ(Words(OfType(solo.Pump(), kAppendReply)), "1→2 AppendReply term=3 matches=3");
  EXPECT_EQ(solo.raft().applied(), Index(3));
  EXPECT_EQ(solo.disk().FirstIndex(), Index(4));
  EXPECT_EQ(solo.disk().LastIndex(), Index(3));
  EXPECT_EQ(Words(solo.Exchange(solo.Append(2, 3, 3, 2, {MakeEntry(4, 3, "x")}, 4))),
            "1→2 AppendReply term=3 matches=4");
  EXPECT_EQ(solo.raft().commit(), Index(4));
  EXPECT_EQ(solo.node().applied().size(), 4u);
}

// Row 14.
TEST(Snapshot, KeepsTheTailThatFollowsIt) {
  Solo solo({.log = {1, 1, 1, 1, 1}, .term = 1, .commit = 1});
  ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 1, 1})).ok());
  EXPECT_EQ(solo.raft().LastIndex(), Index(5));
  solo.Pump();
  EXPECT_EQ(solo.disk().LastIndex(), Index(5));
  EXPECT_EQ(solo.raft().commit(), Index(3));
  solo.Exchange(solo.Append(2, 1, 5, 1, {}, 5));
  EXPECT_EQ(solo.node().applied().size(), 5u);
}

TEST(Snapshot, AnOlderOneOrASecondOneIsRefused) {
  Solo solo({.log = {1, 1, 1}, .term = 1, .commit = 2});
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1}))), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1, 1, 1}, {}))), ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1, 1, 1}, MakeMembership(3), 5))),
            ErrorCode::kFormat);
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1, 1, 1}))), ErrorCode::kOk);
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1, 1, 1, 1}))), ErrorCode::kBusy);
  solo.Pump();
  EXPECT_EQ(CodeOf(solo.node().Install(SnapshotOf({1, 1, 1, 1, 1}))), ErrorCode::kOk);
  solo.Pump();
  EXPECT_EQ(solo.raft().commit(), Index(5));
  Solo leader({});
  leader.Lead();
  EXPECT_EQ(CodeOf(leader.node().Install(SnapshotOf({1, 1, 1}))), ErrorCode::kConflict);
}

// Row 16: nothing is handed out that the snapshot's state does not reach up to.
TEST(Snapshot, NothingOvertakesItsWrite) {
  Solo solo({.log = {1, 1, 1, 1, 1}, .term = 1, .commit = 1});
  solo.Pump();
  ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 1, 1})).ok());
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 5, 1, {}, 5)).ok());
  while (solo.raft().HasReady()) {
    const Ready ready = solo.node().Take();
    EXPECT_EQ(ready.committed_from, ready.committed_to);
  }
  solo.Pump();
  while (!solo.node().writes().empty()) solo.node().CompleteWrite();
  solo.Pump();
  EXPECT_EQ(solo.node().applied().size(), 5u);
}

// Row 35 again: writes that were under way when the snapshot came say nothing of what follows it.
TEST(Snapshot, LateWritesCountForNothing) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  ASSERT_TRUE(solo.Step(solo.Append(2, 1, 1, 1,
                                    {MakeEntry(2, 1, "a"), MakeEntry(3, 1, "b"),
                                     MakeEntry(4, 1, "c"), MakeEntry(5, 1, "d")}))
                  .ok());
  solo.node().Take();  // their write is slow
  ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 2, 2})).ok());
  ASSERT_TRUE(solo.Step(solo.Append(3, 2, 3, 2, {MakeEntry(4, 2, "new")}, 4)).ok());
  solo.node().Take();
  EXPECT_TRUE(OfType(solo.node().CompleteWrite(), kAppendReply).size() <= 1);
  EXPECT_EQ(solo.disk().LastIndex(), Index(5));
  EXPECT_EQ(solo.raft().applied(), Index(1));
  EXPECT_EQ(Words(OfType(solo.node().CompleteWrite(), kAppendReply)),
            "1→3 AppendReply term=2 matches=4");
  EXPECT_EQ(solo.disk().LastIndex(), Index(4));
  EXPECT_EQ(solo.disk().Find(Index(4))->term, Term(2));
  solo.Pump();
  EXPECT_EQ(solo.raft().applied(), Index(4));
}

// Row 17: the write is one. Before it the node is what it was, after it the log is the snapshot's.
TEST(Snapshot, ACrashBeforeOrAfterTheWrite) {
  for (size_t kept : {0u, 1u}) {
    Solo solo({.log = {1, 1, 1, 1}, .term = 1, .commit = 1});
    ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 2, 2}, MakeMembership(3, 1), 2)).ok());
    solo.node().Take();
    solo.node().Crash(kept);
    if (kept == 1) {  // the state is the snapshot's, with its configuration
      solo.node().config().membership = MakeMembership(3, 1);
      solo.node().config().membership_index = Index(2);
    }
    solo.node().Start();
    ASSERT_TRUE(solo.raft().fault().ok());
    EXPECT_EQ(solo.raft().LastIndex(), Index(kept == 1 ? 3 : 4));
    EXPECT_EQ(solo.raft().term(), Term(kept == 1 ? 2 : 1));
    EXPECT_EQ(solo.raft().membership().learners.size(), kept);
    EXPECT_EQ(solo.raft().commit(), Index(kept == 1 ? 3 : 1));
  }
}

// Row 10: the snapshot's configuration is that of its index. What the log has behind it stays only
// as long as that log stays.
TEST(Snapshot, BringsItsConfiguration) {
  for (uint64_t term_at_3 : {1u, 2u}) {
    const bool keeps = term_at_3 == 1;
    Solo solo({.log = {1, 1, 1}, .term = 1, .commit = 1});
    solo.Exchange(solo.Append(2, 1, 3, 1, {ConfigurationEntry(4, 1, false, {1, 2, 3}, {8})}));
    ASSERT_EQ(solo.raft().membership_index(), Index(4));
    ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 1, term_at_3}, MakeMembership(3, 1), 2)).ok());
    EXPECT_EQ(solo.raft().membership().learners, Ids({keeps ? 8u : 4u}));
    EXPECT_EQ(solo.raft().membership_index(), Index(keeps ? 4 : 2));
  }
}

// It may tell of a term that this node has slept through; a candidate gives up.
TEST(Snapshot, OfALaterTerm) {
  Solo solo({.log = {1}, .term = 1});
  solo.Campaign();
  ASSERT_EQ(solo.raft().role(), Role::kCandidate);
  ASSERT_TRUE(solo.node().Install(SnapshotOf({1, 5, 9})).ok());
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().term(), Term(9));
  solo.Pump();
  EXPECT_EQ(solo.disk().state().term, Term(9));
}

// A state machine that ends before the log begins can never catch up by itself.
TEST(Compaction, AGapBetweenStateAndLogIsAFault) {
  MemoryDisk disk;
  disk.Preload({1, 1, 1, 1}, {Term(1), kNobody, Index(4)});
  disk.DropUpTo(Index(3));
  RaftConfig config;
  config.id = NodeId(1);
  config.membership = MakeMembership(3);
  EXPECT_EQ(Raft(config, disk, Index(2)).fault().error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(Raft(config, disk, Index(3)).fault().ok());
}

}  // namespace
}  // namespace suyuan::consensus::testing
