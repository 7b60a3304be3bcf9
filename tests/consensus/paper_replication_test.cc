// What the Raft paper says of log replication and commitment (§5.3, §5.4.2), and of leader
// completeness; by meaning after etcd/raft's raft_paper_test.go.
#include <gtest/gtest.h>

#include "consensus/raft_log.h"
#include "consensus/random.h"
#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

using enum MessageType;

// §5.3: "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs
// in parallel to each of the other servers."
TEST(PaperReplication, ALeaderAppendsAndSends) {
  Solo solo({});
  solo.Lead();
  solo.Acknowledge(3);
  ASSERT_TRUE(solo.node().Propose("x").ok());
  EXPECT_EQ(Words(solo.Pump()),
            "1→2 Append term=1 after=1/1 entries=[2/1 \"x\"] commit=1; "
            "1→3 Append term=1 after=1/1 entries=[2/1 \"x\"] commit=1");
  EXPECT_EQ(solo.disk().LastIndex(), Index(2));
  EXPECT_EQ(solo.raft().commit(), Index(1));
}

// §5.3: "A log entry is committed once the leader that created the entry has replicated it on a
// majority of the servers", and the followers learn the index from later messages.
TEST(PaperReplication, AMajorityCommits) {
  Solo solo({.voters = 5});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  EXPECT_EQ(solo.raft().commit(), Index(0));
  solo.Acknowledge(2);
  EXPECT_EQ(solo.raft().commit(), Index(0));
  const std::vector<Message> sent = solo.Acknowledge(5);
  EXPECT_EQ(solo.raft().commit(), Index(1));
  EXPECT_EQ(solo.node().applied().size(), 1u);
  EXPECT_EQ(Words(sent),
            "1→2 Append term=1 after=1/1 entries=[] commit=1; "
            "1→5 Append term=1 after=1/1 entries=[] commit=1");
}

// The same acknowledgement twice, or one of a stranger, is one or none (reliability row 7).
TEST(PaperReplication, OnlyMembersCountAndOnlyOnce) {
  Solo solo({.voters = 5});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  for (int i = 0; i < 5; ++i) solo.Acknowledge(2);
  for (uint32_t stranger : {7u, 8u, 9u}) solo.Acknowledge(stranger);
  EXPECT_EQ(solo.raft().commit(), Index(0));
}

// Reliability row 7: refused and stale replies do not raise the match index.
TEST(PaperReplication, RefusalsDoNotRaiseTheMatch) {
  Solo solo({});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("x").ok());
  solo.Pump();
  Message no = solo.From(2, kAppendReply);
  no.reject = true;
  no.index = Index(1);
  no.hint = Index(1);
  solo.Exchange(no);
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(2)).match, Index(0));
  EXPECT_EQ(solo.raft().commit(), Index(0));
}

// An acknowledgement of what does not exist is refused and changes nothing.
TEST(PaperReplication, AcknowledgingTheFutureIsMalformed) {
  Solo solo({});
  solo.Lead();
  Message ack = solo.From(3, kAppendReply);
  ack.index = Index(99);
  const Status status = solo.Step(ack);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(3)).match, Index(0));
}

// §5.4.2, figure 8: "Raft never commits log entries from previous terms by counting replicas."
TEST(PaperCommit, EarlierTermsAreNotCounted) {
  for (uint64_t acknowledged : {1u, 2u, 3u}) {
    Solo solo({.log = {1, 2}, .term = 2});
    solo.Elect();
    ASSERT_TRUE(solo.node().Propose("own").ok());
    solo.Pump();
    Message ack = solo.From(2, kAppendReply);
    ack.index = Index(acknowledged);
    solo.Exchange(ack);
    // Only the entry of term 3 commits, and all before it with it.
    EXPECT_EQ(solo.raft().commit(), acknowledged == 3 ? Index(3) : Index(0)) << acknowledged;
  }
}

TEST(PaperCommit, NothingCommitsBeforeAnOwnEntryExists) {
  Solo solo({.log = {1, 2}, .term = 2});
  solo.Elect();
  solo.Acknowledge(2);
  solo.Acknowledge(3);
  EXPECT_EQ(solo.raft().commit(), Index(0));
}

// §5.3: "When sending an AppendEntries RPC, the leader includes the index and term of the entry in
// its log that immediately precedes the new entries. If the follower does not find an entry with
// the same index and term, then it refuses the new entries." Here the hash counts, too.
struct Consistency {
  uint64_t index, term;
  bool accepted;
  uint64_t hint, hint_term;
};

class ConsistencyCheck : public ::testing::TestWithParam<Consistency> {};

TEST_P(ConsistencyCheck, RefusesWhatDoesNotFollow) {
  const Consistency& c = GetParam();
  Solo solo({.log = {1, 2, 2}, .term = 2, .commit = 1});
  const std::vector<Message> sent = solo.Exchange(solo.Append(2, 3, c.index, c.term, {}));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].reject, !c.accepted);
  EXPECT_EQ(sent[0].index, Index(c.index));
  EXPECT_EQ(sent[0].hint, Index(c.hint));
  EXPECT_EQ(sent[0].log_term, Term(c.hint_term));
}

INSTANTIATE_TEST_SUITE_P(
    Places, ConsistencyCheck,
    ::testing::Values(Consistency{1, 1, true, 0, 0}, Consistency{2, 2, true, 0, 0},
                      Consistency{3, 2, true, 0, 0},
                      // term differs: back to the last that could agree
                      Consistency{3, 3, false, 3, 2}, Consistency{3, 1, false, 1, 1},
                      Consistency{2, 1, false, 1, 1},
                      // beyond the log
                      Consistency{4, 3, false, 3, 2}, Consistency{9, 2, false, 3, 2},
                      Consistency{9, 1, false, 1, 1}));

TEST(PaperReplication, EqualIndexAndTermWithAnotherHashDoNotMatch) {
  Solo solo({.log = {1, 2}, .term = 2});
  Message m = solo.Append(2, 3, 2, 2, {});
  m.log_hash = TestHash(Index(2), Term(2), "another face");
  const std::vector<Message> sent = solo.Exchange(m);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].reject);
}

// The backtracking ends also when only hashes differ: each refusal moves the leader back.
TEST(PaperReplication, TwoFacesOfOneTermAreRepaired) {
  Solo solo({.log = {1, 2, 2}, .term = 2});
  const Entry two = MakeEntry(2, 2, "other face"), three = MakeEntry(3, 2, "other face too");
  solo.Exchange(solo.Append(2, 3, 1, 1, {two, three}, 3));
  EXPECT_EQ(solo.raft().commit(), Index(3));
  EXPECT_EQ(solo.raft().LastHash(), three.hash);
  EXPECT_EQ(solo.disk().Find(Index(2))->hash, two.hash);
}

// Design: index 0 has the ledger's hash, so that two ledgers never match.
TEST(PaperReplication, AnotherLedgerNeverMatches) {
  Solo solo({});
  Message m = solo.Append(2, 1, 0, 0, {MakeEntry(1, 1, "x")});
  m.log_hash = GenesisHash("another ledger");
  const Status status = solo.Step(m);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().LastIndex(), Index(0));
  EXPECT_EQ(solo.raft().term(), Term(0));
}

// §5.3: "If an existing entry conflicts with a new one (same index but different terms), delete
// the existing entry and all that follow it"; "Append any new entries not already in the log".
struct Conflict {
  uint64_t index, term;
  std::vector<Entry> entries;
  std::vector<uint64_t> log_after;
  std::vector<uint64_t> written;
};

class AppendEntries : public ::testing::TestWithParam<Conflict> {};

TEST_P(AppendEntries, CutsOnlyWhereItContradicts) {
  const Conflict& c = GetParam();
  Solo solo({.log = {1, 2}, .term = 2});
  ASSERT_TRUE(solo.Step(solo.Append(2, 3, c.index, c.term, c.entries)).ok());
  std::vector<uint64_t> written;
  while (solo.raft().HasReady()) {
    for (const Entry& entry : solo.node().Take().entries) written.push_back(entry.index.value());
    while (!solo.node().writes().empty()) (void)solo.node().CompleteWrite();
  }
  std::vector<uint64_t> terms;
  for (Index i(1); i <= solo.disk().LastIndex(); ++i)
    terms.push_back(solo.disk().TermAt(i).value().value());
  EXPECT_EQ(terms, c.log_after);
  EXPECT_EQ(written, c.written);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, AppendEntries,
    ::testing::Values(Conflict{2, 2, {MakeEntry(3, 3, "a")}, {1, 2, 3}, {3}},
                      Conflict{
                          1, 1, {MakeEntry(2, 3, "a"), MakeEntry(3, 3, "b")}, {1, 3, 3}, {2, 3}},
                      // already there: nothing is written, nothing behind it is cut (row 6)
                      Conflict{0, 0, {Old(1, 1)}, {1, 2}, {}}, Conflict{0, 0, {}, {1, 2}, {}},
                      Conflict{0, 0, {Old(1, 1), Old(2, 2), MakeEntry(3, 3, "c")}, {1, 2, 3}, {3}},
                      Conflict{0, 0, {MakeEntry(1, 3, "d")}, {3}, {1}}));

// Figure 2, AppendEntries 5: "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit,
// index of last new entry)" (reliability row 8).
struct FollowerCommit {
  uint64_t previous;
  size_t entries;
  uint64_t leader_commit, commit;
};

class CommitIndex : public ::testing::TestWithParam<FollowerCommit> {};

TEST_P(CommitIndex, IsBoundedByTheLastNewEntry) {
  const FollowerCommit& c = GetParam();
  Solo solo({.log = {1, 1, 1}, .term = 1});
  std::vector<Entry> entries;
  for (size_t i = 1; i <= c.entries; ++i)
    entries.push_back(c.previous + i <= 3 ? Old(c.previous + i, 1)
                                          : MakeEntry(c.previous + i, 1, "new"));
  solo.Exchange(solo.Append(2, 1, c.previous, c.previous == 0 ? 0 : 1, entries, c.leader_commit));
  EXPECT_EQ(solo.raft().commit(), Index(c.commit));
  EXPECT_EQ(solo.node().applied().size(), c.commit);
}

INSTANTIATE_TEST_SUITE_P(Bounds, CommitIndex,
                         ::testing::Values(FollowerCommit{0, 0, 3, 0}, FollowerCommit{1, 0, 3, 1},
                                           FollowerCommit{1, 1, 3, 2}, FollowerCommit{3, 0, 2, 2},
                                           FollowerCommit{3, 2, 4, 4}, FollowerCommit{3, 2, 99, 5},
                                           FollowerCommit{0, 3, 0, 0}));

// Heartbeats carry no entries, and a commit index only as far as the receiver is known to match.
TEST(PaperReplication, HeartbeatsNameOnlyWhatMatches) {
  Solo solo({});
  solo.Lead();
  solo.Pump();
  solo.Tick(1);
  EXPECT_EQ(Words(OfType(solo.Pump(), kHeartbeat)),
            "1→2 Heartbeat term=1 commit=1; 1→3 Heartbeat term=1 commit=0");
}

// A heartbeat commits what it names; one that names more than the log holds commits nothing, and
// neither does any after it: this disk has forgotten something (rows 8 and 12; lost_log_test.cc).
TEST(PaperReplication, AHeartbeatBeyondTheLogCommitsNothing) {
  Solo solo({.log = {1, 1}, .term = 1});
  for (uint64_t commit : {1, 3, 2}) {
    solo.Exchange(solo.Heartbeat(2, commit));
    EXPECT_EQ(solo.raft().commit(), Index(1));
  }
}

// §5.4.3 (leader completeness) makes an append against a committed entry impossible; such a
// message is refused and changes nothing, the term neither.
TEST(PaperReplication, CommittedEntriesAreNeverRewritten) {
  Solo solo({.log = {1, 1, 1}, .term = 1, .commit = 2});
  const Status status = solo.Step(solo.Append(2, 9, 1, 1, {MakeEntry(2, 9, "forged")}, 2));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().term(), Term(1));
  EXPECT_EQ(solo.raft().LastIndex(), Index(3));
  // Behind the commit index it is an ordinary conflict.
  ASSERT_TRUE(solo.Step(solo.Append(2, 9, 2, 1, {MakeEntry(3, 9, "newer")}, 2)).ok());
  EXPECT_EQ(solo.raft().LastTerm(), Term(9));
}

// Two leaders in one term cannot be (election safety, §5.2): the second is refused.
TEST(PaperReplication, ASecondLeaderOfATermIsRefused) {
  Solo solo({.term = 1});
  solo.Exchange(solo.From(2, kHeartbeat));
  EXPECT_FALSE(solo.Step(solo.From(3, kHeartbeat)).ok());
  EXPECT_FALSE(solo.Step(solo.Append(3, 1, 0, 0, {})).ok());
  EXPECT_EQ(solo.raft().leader(), NodeId(2));
  Solo leader({});
  leader.Lead();
  EXPECT_FALSE(leader.Step(leader.Append(2, 1, 0, 0, {})).ok());
  EXPECT_EQ(leader.raft().role(), Role::kLeader);
}

// §5.3, figure 7: the leader brings every such follower to its own log.
TEST(PaperReplication, FastBacktrackingSkipsTerms) {
  Solo solo({.log = {1, 1, 1, 4, 4, 4, 5, 5, 5, 5}, .term = 5});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("first").ok());
  solo.Pump();
  Message no = solo.From(2, kAppendReply);
  no.reject = true;
  no.index = Index(10);
  no.hint = Index(10);
  no.log_term = Term(3);
  // Nothing of terms 4 and 5 can be there: straight to 3/1.
  const std::vector<Message> sent = OfType(solo.Exchange(no), kAppend);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index(3));
  EXPECT_EQ(sent[0].entries.size(), 8u);
}

// A refusal that answers an older probe does not move the leader.
TEST(PaperReplication, StaleRefusalsAreIgnored) {
  Solo solo({.log = {1, 1, 1, 1}, .term = 1});
  solo.Elect();
  ASSERT_TRUE(solo.node().Propose("first").ok());
  solo.Pump();
  Message no = solo.From(2, kAppendReply);
  no.reject = true;
  no.index = Index(2);
  EXPECT_TRUE(solo.Exchange(no).empty());
  EXPECT_EQ(solo.raft().ProgressOf(NodeId(2)).next, Index(5));
}

// Figure 2, rules for followers: what a candidate's log lacked is there after the repair, for
// every shape of log: random leader and follower logs converge in few exchanges.
TEST(PaperReplication, AnyFollowerConverges) {
  Random random(77, 0);
  // After a shared beginning the two saw different leaders, so they have no term in common.
  auto random_log = [&](uint64_t shared, uint64_t parity) {
    std::vector<uint64_t> terms(shared, 1);
    uint64_t term = 2 + parity;
    for (uint64_t i = random.Below(12); i > 0; --i) {
      term += 2 * random.Below(2);
      terms.push_back(term);
    }
    return terms;
  };
  for (int round = 0; round < 10'000; ++round) {
    const uint64_t shared = random.Below(5);
    Solo leader({.log = random_log(shared, 0), .term = 30});
    Solo follower({.log = random_log(shared, 1), .term = 30, .id = 2});
    leader.Elect();
    ASSERT_TRUE(leader.node().Propose("first").ok());
    std::vector<Message> to_follower = leader.Pump();
    int exchanges = 0;
    while (!to_follower.empty()) {
      ASSERT_LT(++exchanges, 30) << "round " << round;
      std::vector<Message> to_leader;
      for (Message& m : to_follower)
        if (m.to == NodeId(2))
          for (Message& reply : follower.Exchange(std::move(m))) to_leader.push_back(reply);
      to_follower.clear();
      for (Message& m : to_leader)
        if (m.to == NodeId(1))
          for (Message& next : leader.Exchange(std::move(m))) to_follower.push_back(next);
      std::erase_if(to_follower, [](const Message& m) { return m.to != NodeId(2); });
    }
    ASSERT_EQ(follower.raft().LastHash(), leader.raft().LastHash()) << "round " << round;
    ASSERT_EQ(follower.raft().commit(), leader.raft().commit()) << "round " << round;
    for (Index i(1); i <= leader.raft().LastIndex(); ++i)
      ASSERT_EQ(IdOf(*leader.disk().Find(i)), IdOf(*follower.disk().Find(i)));
  }
}

}  // namespace
}  // namespace suyuan::consensus::testing
