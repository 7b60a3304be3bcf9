// Who is no member, not yet or no more: cannot disturb, is not misled (reliability §1, row 13).
#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// Its log may be the only complete one that is alive: without its candidacy nobody could win
// (dissertation §4.2.2). Once the removal is committed, nobody needs it.
TEST(Reconfigure, ARemovedNodeCampaignsUntilTheRemovalIsKnownToBeCommitted) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Exchange(solo.Append(
      2, 1, 1, 1, {ConfigurationEntry(2, 1, true, {2, 3}), ConfigurationEntry(3, 1, false, {2, 3})},
      2));
  EXPECT_EQ(OfType(solo.TickToCampaign(), kPreVote).size(), 2u);
  // The votes of the others make it leader; its own does not count.
  Message yes = solo.From(2, kPreVoteReply);
  yes.term = Term(2);
  solo.Exchange(yes);
  EXPECT_EQ(solo.raft().role(), Role::kPreCandidate);
  solo.Exchange(solo.Append(2, 1, 3, 1, {}, 3));
  solo.Tick(50);
  EXPECT_TRUE(OfType(solo.Pump(), kPreVote).empty());
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().excluded_by(), Index(3));
}

// A node that is added again reads of its removal while it catches up: as long as a leader speaks
// to it, it is not told that it is out.
TEST(Reconfigure, ANodeThatIsAddedAgainIsNotMisled) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Exchange(solo.Append(
      2, 3, 1, 1, {ConfigurationEntry(2, 1, true, {2, 3}), ConfigurationEntry(3, 1, false, {2, 3})},
      3));
  for (int i = 0; i < 100; ++i) {
    solo.Tick(1);
    solo.Exchange(solo.Heartbeat(2, 3));
    ASSERT_FALSE(solo.raft().excluded_by().has_value());
  }
  solo.Exchange(solo.Append(2, 3, 3, 1, {ConfigurationEntry(4, 3, false, {2, 3}, {1})}, 4));
  solo.Tick(50);
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
  EXPECT_TRUE(OfType(solo.Pump(), kPreVote).empty());  // a learner
}

// Row 13: nothing of a node that is no member moves the leader, whatever its term.
TEST(Strangers, CannotDisturbALeader) {
  Solo solo({});
  solo.Lead();
  for (MessageType type :
       {kAppendReply, kHeartbeatReply, kPreVoteReply, kVoteReply, kReadIndex, kPreVote, kVote}) {
    Message m = solo.From(9, type);
    m.term = Term(77);
    m.index = Index(100);
    m.log_term = Term(76);
    m.transfer = type == kVote;
    const bool asks = type == kReadIndex || type == kPreVote || type == kVote;
    EXPECT_EQ(Words(solo.Exchange(m)), asks ? "1→9 NotMember term=1 configuration=0" : "")
        << ToString(type);
    EXPECT_EQ(solo.raft().role(), Role::kLeader);
    EXPECT_EQ(solo.raft().term(), Term(1));
  }
}

// Whom nobody here knows may be a new voter of a configuration that this log lacks: without a
// leader it is heard like any other.
TEST(Strangers, MayBeElected) {
  Solo solo({.log = {1}, .term = 1});
  Message poll = solo.From(9, kPreVote);
  poll.term = Term(2);
  poll.index = Index(5);
  poll.log_term = Term(1);
  EXPECT_EQ(Words(solo.Exchange(poll)), "1→9 PreVoteReply term=2 yes");
  poll.index = Index(0);
  poll.log_term = Term(0);
  EXPECT_EQ(Words(solo.Exchange(poll)),
            "1→9 NotMember term=1 configuration=0; 1→9 PreVoteReply term=1 no");
  Message append = solo.Append(9, 2, 1, 1, {MakeEntry(2, 2, "x")});
  solo.Exchange(append);
  EXPECT_EQ(solo.raft().leader(), NodeId(9));
}

// The word of a peer is a hint, no verdict: only a later configuration than the own one counts, and
// a leader's voice ends it.
TEST(Strangers, AHintThatOneIsOut) {
  Solo solo({.log = {1}, .term = 5});
  Message hint = solo.From(2, kNotMember);
  hint.term = Term(2);  // who says so may be of an earlier term
  solo.Exchange(hint);
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
  hint.index = Index(8);
  solo.Exchange(hint);
  EXPECT_EQ(solo.raft().excluded_by(), Index(8));
  EXPECT_EQ(solo.raft().term(), Term(5));
  EXPECT_FALSE(OfType(solo.TickToCampaign(), kPreVote).empty());  // polls disturb nobody
  solo.Exchange(solo.From(2, kHeartbeat));
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
  solo.Exchange(hint);
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
}

// A node that waits to be added keeps still, whatever the founding configuration says of others.
TEST(Strangers, AJoinerWaits) {
  Solo solo({.voters = 3, .id = 7});
  solo.Tick(100);
  EXPECT_TRUE(solo.Pump().empty());
  EXPECT_EQ(solo.raft().excluded_by(), Index(0));
  solo.Exchange(solo.Append(2, 1, 0, 0, {ConfigurationEntry(1, 1, false, {1, 2, 3}, {7})}, 1));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_FALSE(solo.raft().excluded_by().has_value());
  // It has no leader when none speaks to it.
  solo.Tick(50);
  EXPECT_EQ(solo.raft().leader(), kNobody);
  EXPECT_EQ(solo.raft().ReadIndex(1).error().code, ErrorCode::kNoLeader);
}

}  // namespace
}  // namespace suyuan::consensus::testing
