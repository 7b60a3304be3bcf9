// Linearizable reads: Raft §8, reliability §2 invariant 10 and rows 18-20.
#include "node/read_barrier.h"

#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "node/clock.h"
#include "tests/consensus/solo.h"
#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

using consensus::testing::Solo;

constexpr int64_t kFar = 1'000'000;

// Keeps what a caller of the barrier was told.
struct Caller {
  std::vector<Result<Height>> told;
  ReadBarrier::Done done() {
    return [this](Result<Height> height) { told.push_back(std::move(height)); };
  }
};

// Lets the node do its work, and tells the barrier.
std::vector<consensus::Message> Turn(Solo& solo, ReadBarrier& reads) {
  reads.StartRound(solo.raft());
  auto sent = solo.Pump();
  reads.Answer(solo.TakeReads(), solo.TakeFailedReads());
  return sent;
}

// A follower answers the last heartbeat among `sent`, and so confirms the leader.
void Confirm(Solo& solo, const std::vector<consensus::Message>& sent, uint32_t from) {
  const auto beat = std::find_if(sent.rbegin(), sent.rend(), [](const consensus::Message& m) {
    return m.type == consensus::MessageType::kHeartbeat;
  });
  ASSERT_NE(beat, sent.rend());
  auto echo = solo.From(from, consensus::MessageType::kHeartbeatReply);
  echo.context = beat->context;
  ASSERT_TRUE(solo.Step(echo).ok());
}

TEST(ReadBarrierTest, NobodyIsToldBeforeAMajorityConfirmsTheLeader) {
  Solo solo({.log = {1, 1}, .term = 1, .commit = 2});
  solo.Lead();
  ReadBarrier reads;
  Caller one, two;
  reads.Ask(kFar, one.done());
  reads.Ask(kFar, two.done());
  const auto sent = Turn(solo, reads);
  EXPECT_TRUE(one.told.empty() && two.told.empty());
  Confirm(solo, sent, 2);
  Turn(solo, reads);
  ASSERT_EQ(one.told.size(), 1u);
  ASSERT_EQ(two.told.size(), 1u);
  EXPECT_EQ(one.told[0].value(), Height(solo.raft().commit().value()));
  EXPECT_EQ(two.told[0].value(), one.told[0].value());
}

TEST(ReadBarrierTest, WhoAsksDuringARoundIsNotAnsweredByIt) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Lead();
  ReadBarrier reads;
  Caller early, late;
  reads.Ask(kFar, early.done());
  const auto first = Turn(solo, reads);
  reads.Ask(kFar, late.done());
  Confirm(solo, first, 2);
  solo.Pump();
  reads.Answer(solo.TakeReads(), solo.TakeFailedReads());
  EXPECT_EQ(early.told.size(), 1u);
  EXPECT_TRUE(late.told.empty());
  Confirm(solo, Turn(solo, reads), 3);
  Turn(solo, reads);
  EXPECT_EQ(late.told.size(), 1u);
}

TEST(ReadBarrierTest, WhoseLeaderIsDeposedTakesPartInTheNextRound) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  solo.Lead();
  ReadBarrier reads;
  Caller caller;
  reads.Ask(kFar, caller.done());
  Turn(solo, reads);
  // Another leads a later term: this node's round is void, and it asks the new leader.
  auto beat = solo.From(2, consensus::MessageType::kHeartbeat);
  beat.term = consensus::Term(solo.raft().term().value() + 1);
  ASSERT_TRUE(solo.Step(beat).ok());
  Turn(solo, reads);
  EXPECT_TRUE(caller.told.empty());
  const auto sent = Turn(solo, reads);
  EXPECT_TRUE(std::ranges::any_of(sent, [](const consensus::Message& m) {
    return m.type == consensus::MessageType::kReadIndex && m.to == consensus::NodeId(2);
  }));
}

TEST(ReadBarrierTest, WithoutALeaderTheWaitEndsAtItsDeadline) {
  Solo solo({.log = {1}, .term = 1, .commit = 1});
  ReadBarrier reads;
  Caller soon, later;
  reads.Ask(10, soon.done());
  reads.Ask(20, later.done());
  Turn(solo, reads);
  reads.Sweep(10);
  ASSERT_EQ(soon.told.size(), 1u);
  EXPECT_EQ(soon.told[0].error().code, ErrorCode::kNoLeader);
  EXPECT_TRUE(later.told.empty());
  reads.Close({ErrorCode::kStopping, "the end"});
  ASSERT_EQ(later.told.size(), 1u);
  EXPECT_EQ(later.told[0].error().code, ErrorCode::kStopping);
  reads.Ask(kFar, later.done());
  ASSERT_EQ(later.told.size(), 2u);
  EXPECT_EQ(later.told[1].error().code, ErrorCode::kStopping);
}

Status Current(api::Gateway& gateway, uint32_t timeout_ms) {
  std::promise<Status> told;
  gateway.WhenCurrent(timeout_ms, [&](Status status) { told.set_value(std::move(status)); });
  return told.get_future().get();
}

TEST(ReadBarrierTest, EveryNodeThenHoldsWhatAnotherHadAcknowledged) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  for (size_t round = 0; round < 30; ++round) {
    auto result = cluster.Submit(round % 3, cluster.NewEnvelope());
    ASSERT_TRUE(result.ok()) << result.error().ToString();
    api::Gateway& reader = cluster.gateway((round + 1) % 3);
    ASSERT_TRUE(Current(reader, 10'000).ok());
    EXPECT_GE(reader.store().head().height, result->outcome->location.height);
  }
}

TEST(ReadBarrierTest, ALeaderWithoutAMajorityAnswersNoReadButItsOwnOldState) {
  Cluster cluster(3);
  cluster.StartAll();
  const size_t leader = cluster.WaitForLeader();
  ASSERT_TRUE(cluster.Submit(leader, cluster.NewEnvelope()).ok());
  for (size_t i = 0; i < 3; ++i)
    if (i != leader) cluster.Stop(i);
  const Status alone = Current(cluster.gateway(leader), 300);
  ASSERT_FALSE(alone.ok());
  EXPECT_EQ(alone.error().code, ErrorCode::kNoLeader);
  EXPECT_GT(cluster.gateway(leader).store().head().height, Height(0));
}

}  // namespace
}  // namespace suyuan::node::testing
