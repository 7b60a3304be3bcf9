// Parts of the core by themselves: quorums, flow control, the unstable tail, the log.
#include <algorithm>

#include <gtest/gtest.h>

#include "consensus/progress.h"
#include "consensus/quorum.h"
#include "consensus/raft_log.h"
#include "consensus/random.h"
#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

std::vector<NodeId> RandomSet(Random& random) {
  std::vector<NodeId> out;
  for (uint32_t id = 1; id <= 7; ++id)
    if (random.Below(2) == 0) out.push_back(NodeId(id));
  return out;
}

// Counts by the definition: more than half of the set.
bool MajorityOf(const std::vector<NodeId>& set, const std::function<bool(NodeId)>& agrees) {
  return 2 * static_cast<size_t>(std::count_if(set.begin(), set.end(), agrees)) > set.size();
}

// Raft dissertation §4.3: agreement needs separate majorities of both configurations.
TEST(Quorum, MatchesTheDefinitionInAnyConfiguration) {
  Random random(1, 1);
  for (int round = 0; round < 20'000; ++round) {
    const Membership m{RandomSet(random), RandomSet(random), RandomSet(random)};
    std::map<NodeId, uint64_t> values;
    std::map<NodeId, bool> votes;
    for (uint32_t id = 1; id <= 7; ++id) {
      values[NodeId(id)] = random.Below(6);
      if (random.Below(3) > 0) votes[NodeId(id)] = random.Below(2) == 0;
    }
    auto both = [&](const std::function<bool(NodeId)>& agrees) {
      return MajorityOf(m.voters, agrees) && (m.outgoing.empty() || MajorityOf(m.outgoing, agrees));
    };
    uint64_t best = 0;
    for (uint64_t v = 1; v <= 6; ++v)
      if (both([&](NodeId id) { return values[id] >= v; })) best = v;
    ASSERT_EQ(QuorumValue(m, [&](NodeId id) { return values[id]; }), best) << round;
    const bool won = both([&](NodeId id) { return votes.count(id) > 0 && votes[id]; });
    const bool open = both([&](NodeId id) { return votes.count(id) == 0 || votes[id]; });
    const VoteResult expected =
        won ? VoteResult::kWon : (open ? VoteResult::kPending : VoteResult::kLost);
    ASSERT_EQ(CountVotes(m, votes), expected) << round;
  }
}

// Any two quorums of successive (joint) configurations share a node: no two decide apart.
TEST(Quorum, JointAndEitherConfigurationIntersect) {
  for (uint32_t a = 1; a < 32; ++a)
    for (uint32_t b = 1; b < 32; ++b) {
      Membership joint, old_one, new_one;
      for (uint32_t id = 0; id < 5; ++id) {
        if ((a >> id & 1) != 0) old_one.voters.push_back(NodeId(id + 1));
        if ((b >> id & 1) != 0) new_one.voters.push_back(NodeId(id + 1));
      }
      joint.voters = new_one.voters;
      joint.outgoing = old_one.voters;
      for (uint32_t yes = 0; yes < 32; ++yes) {
        auto agrees = [yes](NodeId id) -> uint64_t { return yes >> (id.value() - 1) & 1; };
        auto others = [yes](NodeId id) -> uint64_t { return ~yes >> (id.value() - 1) & 1; };
        for (const Membership* single : {&old_one, &new_one})
          ASSERT_FALSE(QuorumValue(joint, agrees) == 1 && QuorumValue(*single, others) == 1);
      }
    }
}

TEST(Quorum, NobodyDecidesNothing) {
  EXPECT_EQ(QuorumValue({}, [](NodeId) { return 9; }), 0u);
  EXPECT_EQ(CountVotes({}, {{NodeId(1), true}}), VoteResult::kLost);
  const Membership learners{Ids({1}), {}, Ids({2, 3})};
  EXPECT_EQ(CountVotes(learners, {{NodeId(2), true}, {NodeId(3), true}}), VoteResult::kPending);
  EXPECT_EQ(Members(learners), Ids({1, 2, 3}));
  EXPECT_EQ(Voters({Ids({3, 1}), Ids({2, 1}), {}}), Ids({1, 2, 3}));
  EXPECT_FALSE(IsVoter(learners, NodeId(2)));
}

TEST(InflightWindow, FillsByMessagesAndByBytes) {
  InflightWindow window(2, 100);
  window.Add(Index(3), 10);
  EXPECT_FALSE(window.Full());
  window.Add(Index(5), 10);
  EXPECT_TRUE(window.Full());
  window.FreeTo(Index(4));  // covers the first only
  EXPECT_FALSE(window.Full());
  EXPECT_EQ(window.messages(), 1u);
  EXPECT_EQ(window.bytes(), 10u);
  window.Add(Index(6), 500);  // larger than the whole window, but it may fly
  EXPECT_TRUE(window.Full());
  window.FreeTo(Index(6));
  EXPECT_EQ(window.messages(), 0u);
  EXPECT_EQ(window.bytes(), 0u);
  InflightWindow bytes(100, 20);
  bytes.Add(Index(1), 19);
  EXPECT_FALSE(bytes.Full());
  bytes.Add(Index(2), 1);
  EXPECT_TRUE(bytes.Full());
}

TEST(FollowerProgress, ProbesOneMessageAtATime) {
  FollowerProgress p(Index(5), 4, 1000);
  EXPECT_TRUE(p.MaySendEntries());
  p.Sent(Index(8), 100);
  EXPECT_FALSE(p.MaySendEntries());
  EXPECT_EQ(p.next, Index(5));  // it does not run ahead
  EXPECT_TRUE(p.Acknowledged(Index(8)));
  EXPECT_EQ(p.state, FollowerProgress::State::kReplicate);
  EXPECT_EQ(p.match, Index(8));
  EXPECT_EQ(p.next, Index(9));
}

TEST(FollowerProgress, PipelinesUntilTheWindowIsFull) {
  FollowerProgress p(Index(1), 2, 1000);
  p.Acknowledged(Index(0));
  ASSERT_EQ(p.state, FollowerProgress::State::kReplicate);
  p.Sent(Index(3), 10);
  p.Sent(Index(0), 0);  // an empty append takes no place
  EXPECT_EQ(p.next, Index(4));
  p.Sent(Index(7), 10);
  EXPECT_EQ(p.next, Index(8));
  EXPECT_FALSE(p.MaySendEntries());
  EXPECT_TRUE(p.Acknowledged(Index(3)));
  EXPECT_TRUE(p.MaySendEntries());
  EXPECT_FALSE(p.Acknowledged(Index(2)));  // late
  EXPECT_EQ(p.match, Index(3));
  EXPECT_EQ(p.next, Index(8));
}

TEST(FollowerProgress, ARefusalInThePipelineGoesBackToTheMatch) {
  FollowerProgress p(Index(1), 8, 1000);
  p.Acknowledged(Index(4));
  p.Sent(Index(6), 10);
  p.Sent(Index(9), 10);
  EXPECT_FALSE(p.Refused(Index(3), Index(0)));  // older than what we know
  EXPECT_EQ(p.state, FollowerProgress::State::kReplicate);
  EXPECT_TRUE(p.Refused(Index(6), Index(2)));
  EXPECT_EQ(p.state, FollowerProgress::State::kProbe);
  EXPECT_EQ(p.next, Index(5));
  EXPECT_EQ(p.window.messages(), 0u);
  EXPECT_FALSE(p.Refused(Index(9), Index(2)));  // the other one's refusal: stale now
  EXPECT_EQ(p.next, Index(5));
}

TEST(FollowerProgress, AProbeMovesBackByTheHint) {
  FollowerProgress p(Index(10), 8, 1000);
  EXPECT_FALSE(p.Refused(Index(7), Index(1)));  // not this probe
  EXPECT_TRUE(p.Refused(Index(9), Index(4)));
  EXPECT_EQ(p.next, Index(5));
  EXPECT_TRUE(p.Refused(Index(4), Index(4)));  // a hint that helps nothing: one step
  EXPECT_EQ(p.next, Index(4));
  EXPECT_TRUE(p.Refused(Index(3), Index(0)));
  EXPECT_EQ(p.next, Index(1));
  // Never below what is known to match.
  FollowerProgress q(Index(10), 8, 1000);
  q.Acknowledged(Index(6));
  q.Refused(Index(8), Index(0));
  EXPECT_EQ(q.next, Index(7));
}

// Whatever arrives in whatever order: match < next, match never falls, the window never exceeds
// its limits by more than one message.
TEST(FollowerProgress, InvariantsHoldUnderAnyReplies) {
  Random random(3, 3);
  for (int round = 0; round < 10'000; ++round) {
    FollowerProgress p(Index(1 + random.Below(20)), 3, 50);
    Index match;
    for (int step = 0; step < 30; ++step) {
      const uint64_t dice = random.Below(4);
      if (dice == 0) p.Acknowledged(Index(random.Below(30)));
      if (dice == 1) p.Refused(Index(random.Below(30)), Index(random.Below(30)));
      if (dice >= 2 && p.MaySendEntries()) p.Sent(p.next + random.Below(4), random.Below(40));
      ASSERT_LT(p.match, p.next);
      ASSERT_GE(p.match, match);
      ASSERT_LE(p.window.messages(), 3u);
      ASSERT_LT(p.window.bytes(), 50u + 40u);
      match = p.match;
    }
  }
}

// Reliability row 35: an earlier write's completion does not count for what was put in its place,
// not even when index and term are equal again.
TEST(UnstableTail, ATruncationClipsWritesInFlight) {
  UnstableTail tail(Index(4));
  tail.Append(MakeEntry(5, 1, "a"));
  tail.Append(MakeEntry(6, 1, "b"));
  EXPECT_EQ(tail.TakeUnwritten(1).size(), 2u);
  tail.TruncateFrom(Index(6));
  tail.Append(MakeEntry(6, 2, "c"));
  EXPECT_EQ(tail.TakeUnwritten(2).size(), 1u);
  tail.TruncateFrom(Index(6));
  tail.Append(MakeEntry(6, 1, "b"));  // the first one again
  EXPECT_EQ(tail.TakeUnwritten(3).size(), 1u);
  tail.Persisted(1);
  EXPECT_EQ(tail.durable(), Index(5));
  tail.Persisted(2);
  EXPECT_EQ(tail.durable(), Index(5));
  tail.Persisted(3);
  EXPECT_EQ(tail.durable(), Index(6));
  EXPECT_FALSE(tail.Holds(Index(6)));
}

TEST(UnstableTail, ATruncationMayReachWhatWasDurable) {
  UnstableTail tail(Index(4));
  tail.TruncateFrom(Index(3));
  EXPECT_EQ(tail.durable(), Index(2));
  EXPECT_FALSE(tail.HasUnwritten());
  tail.Append(MakeEntry(3, 7, "x"));
  EXPECT_TRUE(tail.Holds(Index(3)));
  EXPECT_EQ(tail.TakeUnwritten(1).at(0).term, Term(7));
  tail.Persisted(1);
  EXPECT_EQ(tail.durable(), Index(3));
}

// Nor for what follows a snapshot that took the log's place meanwhile.
TEST(UnstableTail, ASnapshotClipsWritesInFlight) {
  UnstableTail tail(Index(4));
  for (uint64_t i = 5; i <= 8; ++i) tail.Append(MakeEntry(i, 1, "old"));
  EXPECT_EQ(tail.TakeUnwritten(1).size(), 4u);
  tail.RestartAt(Index(6));
  EXPECT_EQ(tail.last(), Index(6));
  EXPECT_FALSE(tail.HasUnwritten());
  tail.Append(MakeEntry(7, 2, "new"));
  EXPECT_EQ(tail.TakeUnwritten(2).at(0).term, Term(2));
  tail.Persisted(1);
  EXPECT_EQ(tail.durable(), Index(6));
  EXPECT_TRUE(tail.Holds(Index(7)));
  tail.Persisted(2);
  EXPECT_EQ(tail.durable(), Index(7));
}

// Against a model: a disk that applies writes in order. What the tail calls durable is on the
// disk, and no write in flight takes it away.
TEST(UnstableTail, DurableMeansDurable) {
  Random random(9, 9);
  for (int round = 0; round < 10'000; ++round) {
    MemoryDisk disk;
    UnstableTail tail((Index()));
    std::vector<EntryId> log;
    std::deque<std::pair<uint64_t, std::vector<Entry>>> writes;
    uint64_t number = 0, term = 1;
    for (int step = 0; step < 25; ++step) {
      const uint64_t dice = random.Below(5);
      if (dice <= 1) {
        Entry entry = MakeEntry(log.size() + 1, term, "e" + std::to_string(random.Below(3)));
        log.push_back(IdOf(entry));
        tail.Append(std::move(entry));
      } else if (dice == 2 && !log.empty()) {
        const Index from(1 + random.Below(log.size()));
        log.resize(from.value() - 1);
        tail.TruncateFrom(from);
        term += random.Below(2);
        Entry entry = MakeEntry(log.size() + 1, term, "r");
        log.push_back(IdOf(entry));  // Raft cuts only to put something in its place
        tail.Append(std::move(entry));
      } else if (dice == 3) {
        ++number;
        writes.emplace_back(number, tail.TakeUnwritten(number));
      } else if (!writes.empty()) {
        disk.Write(std::nullopt, writes.front().second);
        tail.Persisted(writes.front().first);
        writes.pop_front();
      }
      ASSERT_EQ(tail.last(), Index(log.size()));
      MemoryDisk future = disk;
      for (size_t w = 0;; ++w) {
        for (Index i(1); i <= tail.durable(); ++i) {
          ASSERT_NE(future.Find(i), nullptr) << round;
          ASSERT_EQ(IdOf(*future.Find(i)), log[i.value() - 1]) << round;
        }
        if (w == writes.size()) break;
        future.Write(std::nullopt, writes[w].second);
      }
    }
  }
}

TEST(RaftLog, ReadsAcrossDiskAndTail) {
  MemoryDisk disk;
  disk.Preload({1, 1, 2}, {});
  RaftLog log(disk);
  ASSERT_TRUE(log.Load().ok());
  log.Append(MakeEntry(4, 3, "0123456789"));
  log.Append(MakeEntry(5, 3, "0123456789"));
  EXPECT_EQ(log.last().index, Index(5));
  EXPECT_EQ(log.TermAt(Index(0)).value(), Term(0));
  EXPECT_EQ(log.TermAt(Index(3)).value(), Term(2));
  EXPECT_EQ(log.TermAt(Index(5)).value(), Term(3));
  // Cut after the first entry that reaches the limit; at least one.
  EXPECT_EQ(log.Entries(Index(1), 1).value().size(), 1u);
  EXPECT_EQ(log.Entries(Index(1), 6).value().size(), 3u);
  EXPECT_EQ(log.Entries(Index(1), 7).value().size(), 4u);
  EXPECT_EQ(log.Entries(Index(4), 1).value().size(), 1u);
  EXPECT_EQ(log.Entries(Index(1), 1000).value().size(), 5u);
  EXPECT_EQ(log.EntryAt(Index(2)).value().hash, Old(2, 1).hash);
  EXPECT_FALSE(log.EntryAt(Index(6)).ok());
  EXPECT_FALSE(log.EntryAt(Index(0)).ok());
}

TEST(RaftLog, FindsTheLastEntryOfTermsUpTo) {
  Random random(5, 5);
  for (int round = 0; round < 10'000; ++round) {
    std::vector<uint64_t> terms;
    uint64_t term = 1;
    for (uint64_t i = 1 + random.Below(12); i > 0; --i) terms.push_back(term += random.Below(3));
    MemoryDisk disk;
    disk.Preload(terms, {});
    const uint64_t dropped = random.Below(terms.size());
    if (dropped > 0) disk.DropUpTo(Index(dropped));
    RaftLog log(disk);
    ASSERT_TRUE(log.Load().ok());
    const uint64_t from = dropped + random.Below(terms.size() - dropped + 1);
    const uint64_t wanted = random.Below(20);
    uint64_t expected = from;
    while (expected > dropped && terms[expected - 1] > wanted) --expected;
    ASSERT_EQ(log.LastWithTermUpTo(Index(from), Term(wanted)).value(), Index(expected));
  }
}

}  // namespace
}  // namespace suyuan::consensus::testing
