// What the Raft paper says of terms and elections, section by section (Ongaro & Ousterhout 2014);
// by meaning after etcd/raft's raft_paper_test.go.
#include <set>

#include <gtest/gtest.h>

#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// §5.1: "If one server's current term is smaller than the other's, then it updates its current
// term to the larger value. If a candidate or leader discovers that its term is out of date, it
// immediately reverts to follower state."
class HigherTerm : public ::testing::TestWithParam<Role> {};

TEST_P(HigherTerm, MakesAFollower) {
  Solo solo({.term = 1});
  if (GetParam() == Role::kPreCandidate) solo.TickToCampaign();
  if (GetParam() == Role::kCandidate) solo.Campaign();
  if (GetParam() == Role::kLeader) solo.Elect();
  ASSERT_EQ(solo.raft().role(), GetParam());
  solo.Exchange(solo.Append(2, 7, 0, 0, {}));
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().term(), Term(7));
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  EXPECT_EQ(solo.disk().state().term, Term(7));
  EXPECT_EQ(solo.lost_leadership(), GetParam() == Role::kLeader);
}

INSTANTIATE_TEST_SUITE_P(FromEveryRole, HigherTerm,
                         ::testing::Values(Role::kFollower, Role::kPreCandidate, Role::kCandidate,
                                           Role::kLeader));

// §5.1: "If a server receives a request with a stale term number, it rejects the request."
TEST(PaperTerms, StaleRequestsChangeNothing) {
  Solo solo({.log = {1, 2}, .term = 3});
  for (MessageType type : {kVote, kAppend, kHeartbeat, kTimeoutNow, kReadIndex, kVoteReply}) {
    Message m = solo.From(2, type);
    m.term = Term(2);
    if (type == kAppend) m = solo.Append(2, 2, 2, 2, {MakeEntry(3, 2, "late")}, 2);
    solo.Exchange(m);
    EXPECT_EQ(solo.raft().term(), Term(3)) << ToString(type);
    EXPECT_EQ(solo.raft().LastIndex(), Index(2)) << ToString(type);
    EXPECT_EQ(solo.raft().commit(), Index(0)) << ToString(type);
    EXPECT_EQ(solo.raft().role(), Role::kFollower) << ToString(type);
  }
}

// A stale leader is told the new term, or it would never learn (reliability row 31).
TEST(PaperTerms, AStaleLeaderLearnsTheTerm) {
  Solo solo({.term = 3});
  EXPECT_EQ(Words(solo.Exchange(solo.Append(2, 2, 0, 0, {}))), "1→2 AppendReply term=3 refused=0");
  Message heartbeat = solo.From(2, kHeartbeat);
  heartbeat.term = Term(2);
  EXPECT_EQ(Words(solo.Exchange(heartbeat)), "1→2 HeartbeatReply term=3 (old term)");
}

// §5.2: "When servers start up, they begin as followers."
TEST(PaperElection, StartsAsFollower) {
  Solo solo({});
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().leader(), kNobody);
  EXPECT_FALSE(solo.raft().HasReady());
}

// §5.2: "If a follower receives no communication over a period of time called the election
// timeout, then it assumes there is no viable leader and begins an election." Each heartbeat
// starts the period anew.
TEST(PaperElection, HeartbeatsKeepAFollowerQuiet) {
  Solo solo({.term = 1});
  for (int i = 0; i < 50; ++i) {
    solo.Tick(9);
    solo.Exchange(solo.From(2, kHeartbeat));
    ASSERT_EQ(solo.raft().role(), Role::kFollower);
  }
  EXPECT_EQ(solo.TickToCampaign().size(), 2u);
  EXPECT_EQ(solo.raft().role(), Role::kPreCandidate);
}

// §5.2: "To begin an election, a follower increments its current term and transitions to candidate
// state. It then votes for itself and issues RequestVote RPCs in parallel to each of the other
// servers" — after a successful pre-vote (dissertation §9.6).
TEST(PaperElection, CandidateVotesForItselfAndAsksAll) {
  Solo solo({.voters = 5, .log = {1, 2}, .term = 2});
  EXPECT_EQ(Words(solo.TickToCampaign()),
            "1→2 PreVote term=3 last=2/2; 1→3 PreVote term=3 last=2/2; "
            "1→4 PreVote term=3 last=2/2; 1→5 PreVote term=3 last=2/2");
  EXPECT_EQ(solo.raft().term(), Term(2));
  for (uint32_t voter : {2u, 3u}) {
    Message yes = solo.From(voter, kPreVoteReply);
    yes.term = Term(3);
    ASSERT_TRUE(solo.Step(yes).ok());
  }
  EXPECT_EQ(Words(solo.Pump()),
            "1→2 Vote term=3 last=2/2; 1→3 Vote term=3 last=2/2; "
            "1→4 Vote term=3 last=2/2; 1→5 Vote term=3 last=2/2");
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
  EXPECT_EQ(solo.disk().state().term, Term(3));
  EXPECT_EQ(solo.disk().state().vote, NodeId(1));
}

// §5.2: "A candidate wins an election if it receives votes from a majority of the servers in the
// full cluster for the same term."
struct Count {
  uint32_t voters;
  std::vector<uint32_t> yes, no;
  Role outcome;
};

class VoteCount : public ::testing::TestWithParam<Count> {};

TEST_P(VoteCount, DecidesTheElection) {
  const Count& count = GetParam();
  Solo solo({.voters = count.voters});
  solo.Campaign();
  for (uint32_t voter : count.yes) solo.Exchange(solo.From(voter, kVoteReply));
  for (uint32_t voter : count.no) {
    Message no = solo.From(voter, kVoteReply);
    no.reject = true;
    solo.Exchange(no);
  }
  EXPECT_EQ(solo.raft().role(), count.outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Majorities, VoteCount,
    ::testing::Values(Count{1, {}, {}, Role::kLeader}, Count{2, {}, {}, Role::kCandidate},
                      Count{2, {2}, {}, Role::kLeader}, Count{3, {}, {}, Role::kCandidate},
                      Count{3, {3}, {}, Role::kLeader}, Count{3, {}, {2}, Role::kCandidate},
                      Count{3, {}, {2, 3}, Role::kFollower}, Count{5, {2}, {}, Role::kCandidate},
                      Count{5, {2, 2, 2}, {}, Role::kCandidate},  // one voter, one vote
                      Count{5, {2, 3}, {4, 5}, Role::kLeader},
                      Count{5, {2}, {3, 4, 5}, Role::kFollower},
                      Count{5, {7, 8}, {}, Role::kCandidate},  // strangers do not count
                      Count{4, {2}, {}, Role::kCandidate}, Count{4, {2, 3}, {}, Role::kLeader}));

// §5.2: "Each server will vote for at most one candidate in a given term, on a first-come-
// first-served basis", also after a restart (reliability rows 1–3).
TEST(PaperElection, OneVoteATerm) {
  Solo solo({.voters = 5});
  auto ask = [&](uint32_t from, uint64_t term) {
    Message vote = solo.From(from, kVote);
    vote.term = Term(term);
    return Words(solo.Exchange(vote));
  };
  EXPECT_EQ(ask(2, 1), "1→2 VoteReply term=1 yes");
  EXPECT_EQ(ask(3, 1), "1→3 VoteReply term=1 no");
  EXPECT_EQ(ask(2, 1), "1→2 VoteReply term=1 yes");  // the same candidate again
  solo.node().Crash();
  solo.node().Start();
  EXPECT_EQ(ask(3, 1), "1→3 VoteReply term=1 no");
  EXPECT_EQ(ask(3, 2), "1→3 VoteReply term=2 yes");  // a new term, a new vote
  EXPECT_EQ(solo.disk().state().vote, NodeId(3));
}

// Reliability row 3: stepping down within a term must not forget the vote of this term.
TEST(PaperElection, SteppingDownKeepsTheVote) {
  Solo solo({});
  solo.Campaign();
  for (uint32_t voter : {2u, 3u}) {
    Message no = solo.From(voter, kVoteReply);
    no.reject = true;
    solo.Exchange(no);
  }
  ASSERT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(Words(solo.Exchange(solo.From(2, kVote))), "1→2 VoteReply term=1 no");
}

// Reliability row 4: a vote that was given in an earlier term does not count in this one.
TEST(PaperElection, StaleVotesDoNotCount) {
  Solo solo({});
  solo.Campaign();
  solo.Tick(40);
  Message yes = solo.From(2, kPreVoteReply);
  yes.term = solo.raft().term() + 1;
  solo.Exchange(yes);
  ASSERT_EQ(solo.raft().role(), Role::kCandidate);
  ASSERT_EQ(solo.raft().term(), Term(2));
  Message late = solo.From(2, kVoteReply);
  late.term = Term(1);
  solo.Exchange(late);
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
  // Nor does a yes to a pre-vote count as a vote, or the other way round.
  Message poll = solo.From(2, kPreVoteReply);
  poll.term = Term(3);
  solo.Exchange(poll);
  EXPECT_EQ(solo.raft().role(), Role::kCandidate);
}

// §5.2: "While waiting for votes, a candidate may receive an AppendEntries RPC from another server
// claiming to be leader. If the leader's term is at least as large as the candidate's current
// term, then the candidate recognizes the leader … If the term is smaller, it rejects."
TEST(PaperElection, CandidateRecognisesALeader) {
  for (uint64_t term : {1u, 2u, 3u}) {
    Solo solo({.term = 1});
    solo.Campaign();
    ASSERT_EQ(solo.raft().term(), Term(2));
    solo.Exchange(solo.Append(3, term, 0, 0, {}));
    EXPECT_EQ(solo.raft().role(), term >= 2 ? Role::kFollower : Role::kCandidate);
    EXPECT_EQ(solo.raft().leader(), term >= 2 ? NodeId(3) : kNobody);
  }
}

// §5.2: "election timeouts are chosen randomly from a fixed interval": [base, 2 · base), every
// value of it, and from the seed alone.
TEST(PaperElection, TimeoutsAreSpreadAndSeeded) {
  auto first_timeout = [](uint64_t seed, uint32_t id) {
    Solo solo({.id = id}, [&](RaftConfig& config) { config.seed = seed; });
    uint32_t ticks = 0;
    while (solo.raft().role() == Role::kFollower) {
      solo.raft().Tick();
      ++ticks;
    }
    return ticks;
  };
  std::set<uint32_t> seen;
  size_t split = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const uint32_t one = first_timeout(seed, 1);
    EXPECT_EQ(one, first_timeout(seed, 1));
    EXPECT_GE(one, 10u);
    EXPECT_LT(one, 20u);
    seen.insert(one);
    // Nodes that share a seed must not share their timeouts.
    split += one == first_timeout(seed, 2) ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_LT(split, 100u);
}

// §5.2 and figure 2: a candidate whose election timeout ends without a decision begins another.
TEST(PaperElection, AnUndecidedElectionIsRepeated) {
  Solo solo({});
  solo.Campaign();
  EXPECT_EQ(solo.raft().term(), Term(1));
  for (uint32_t i = 0; i < 20 && solo.raft().role() == Role::kCandidate; ++i) solo.Tick(1);
  EXPECT_EQ(Words(solo.Pump()), "1→2 PreVote term=2 last=0/0; 1→3 PreVote term=2 last=0/0");
}

// §5.4.1: "the voter denies its vote if its own log is more up-to-date than that of the candidate.
// … If the logs have last entries with different terms, then the log with the later term is more
// up-to-date. If the logs end with the same term, then whichever log is longer."
struct UpToDate {
  std::vector<uint64_t> log;
  uint64_t index, term;
  bool granted;
};

class ElectionRestriction : public ::testing::TestWithParam<UpToDate> {};

TEST_P(ElectionRestriction, ComparesLastTermThenLength) {
  for (MessageType type : {kVote, kPreVote}) {
    Solo solo({.log = GetParam().log, .term = 5});
    Message m = solo.From(2, type);
    m.term = Term(6);
    m.index = Index(GetParam().index);
    m.log_term = Term(GetParam().term);
    const std::vector<Message> sent = solo.Exchange(m);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].reject, !GetParam().granted) << ToString(type);
    EXPECT_EQ(solo.raft().term(), type == kVote ? Term(6) : Term(5));
    EXPECT_EQ(solo.disk().state().vote, type == kVote && GetParam().granted ? NodeId(2) : kNobody);
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, ElectionRestriction,
                         ::testing::Values(UpToDate{{1}, 1, 1, true}, UpToDate{{1}, 2, 1, true},
                                           UpToDate{{1, 1}, 1, 1, false}, UpToDate{{1}, 1, 2, true},
                                           UpToDate{{1, 1}, 1, 2, true}, UpToDate{{2}, 5, 1, false},
                                           UpToDate{{}, 0, 0, true}, UpToDate{{1}, 0, 0, false}));

// Dissertation §4.2.3: a node that hears a leader within the base election timeout lets nobody
// depose it; a leadership transfer is the exception (§3.10).
TEST(Stickiness, VotesAreIgnoredWhileALeaderIsHeard) {
  Solo solo({.term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  for (MessageType type : {kVote, kPreVote}) {
    Message m = solo.From(3, type);
    m.term = Term(9);
    EXPECT_TRUE(solo.Exchange(m).empty());
    EXPECT_EQ(solo.raft().term(), Term(1));
  }
  solo.Tick(9);
  Message m = solo.From(3, kVote);
  m.term = Term(9);
  EXPECT_TRUE(solo.Exchange(m).empty());
  m.transfer = true;
  EXPECT_EQ(Words(solo.Exchange(m)), "1→3 VoteReply term=9 yes");
}

TEST(Stickiness, EndsWithTheBaseTimeout) {
  Solo solo({.term = 1}, [](RaftConfig& config) { config.seed = 4; });
  solo.Exchange(solo.From(2, kHeartbeat));
  solo.Tick(10);
  Message m = solo.From(3, kPreVote);
  m.term = Term(2);
  ASSERT_EQ(solo.raft().role(), Role::kFollower);  // its own timeout is longer with this seed
  EXPECT_EQ(Words(solo.Exchange(m)), "1→3 PreVoteReply term=2 yes");
}

// Dissertation §9.6: a pre-vote binds nobody; several candidates may get one, and no term rises.
TEST(PreVote, BindsNobody) {
  Solo solo({.voters = 5, .term = 1});
  for (uint32_t from : {2u, 3u, 4u}) {
    Message m = solo.From(from, kPreVote);
    m.term = Term(2);
    EXPECT_EQ(OfType(solo.Exchange(m), kPreVoteReply).at(0).reject, false);
  }
  EXPECT_EQ(solo.raft().term(), Term(1));
  EXPECT_EQ(solo.disk().state().vote, kNobody);
}

TEST(PreVote, ARefusalWithAHigherTermIsBelieved) {
  Solo solo({.term = 1});
  solo.TickToCampaign();
  Message no = solo.From(2, kPreVoteReply);
  no.term = Term(5);
  no.reject = true;
  solo.Exchange(no);
  EXPECT_EQ(solo.raft().term(), Term(5));
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
}

TEST(PreVote, AMajorityOfRefusalsEndsTheCampaign) {
  Solo solo({.term = 1});
  solo.TickToCampaign();
  for (uint32_t from : {2u, 3u}) {
    Message no = solo.From(from, kPreVoteReply);
    no.reject = true;
    solo.Exchange(no);
  }
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().term(), Term(1));
}

// Dissertation §6.2: a leader that cannot reach a majority within an election timeout steps down.
TEST(CheckQuorum, OneAnswerOfThreeIsEnough) {
  Solo solo({});
  solo.Lead();
  for (int i = 0; i < 10; ++i) {
    solo.Tick(10);
    ASSERT_EQ(solo.raft().role(), Role::kLeader);
    solo.Exchange(solo.From(3, kHeartbeatReply));
  }
  solo.Tick(20);
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_EQ(solo.raft().term(), Term(1));
  EXPECT_EQ(solo.raft().leader(), kNobody);
}

TEST(CheckQuorum, LearnersAndStrangersDoNotKeepALeader) {
  Solo solo({.voters = 3, .learners = 1});
  solo.Lead();
  solo.Tick(10);
  for (int i = 0; i < 10 && solo.raft().role() == Role::kLeader; ++i) {
    solo.Tick(2);
    solo.Step(solo.From(4, kHeartbeatReply)).ok();
    solo.Step(solo.From(9, kHeartbeatReply)).ok();
  }
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
}

// A learner never campaigns, whatever it is told.
TEST(Learner, NeverCampaigns) {
  Solo solo({.voters = 3, .learners = 1, .term = 1, .id = 4});
  solo.Tick(200);
  solo.Step(solo.From(2, kTimeoutNow)).ok();
  solo.raft().RefuseLeader(Term(1), NodeId(2));
  EXPECT_EQ(solo.raft().role(), Role::kFollower);
  EXPECT_TRUE(solo.Pump().empty());
}

}  // namespace
}  // namespace suyuan::consensus::testing
