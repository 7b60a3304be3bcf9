// Read queues and the form of messages by themselves.
#include "consensus/read_queue.h"

#include <gtest/gtest.h>

#include "consensus/message_check.h"
#include "tests/consensus/solo.h"

namespace suyuan::consensus::testing {
namespace {

TEST(ReadQueue, ReadsShareARoundThatBeganAfterThem) {
  ReadQueue queue;
  EXPECT_FALSE(queue.WantsRound());
  queue.Add(NodeId(1), 10, Index(5));
  queue.Add(NodeId(2), 10, Index(5));
  EXPECT_TRUE(queue.WantsRound());
  EXPECT_EQ(queue.StartRound(), 1u);
  queue.Add(NodeId(1), 11, Index(6));  // too late for round 1
  EXPECT_EQ(queue.Confirm(1).size(), 2u);
  EXPECT_TRUE(queue.WantsRound());
  EXPECT_TRUE(queue.Confirm(1).empty());
  EXPECT_EQ(queue.StartRound(), 2u);
  const auto reads = queue.Confirm(2);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].index, Index(6));
}

// Reliability row 20.
TEST(ReadQueue, ARetryReplacesTheEarlierRequest) {
  ReadQueue queue;
  queue.Add(NodeId(1), 10, Index(5));
  queue.StartRound();
  queue.Add(NodeId(1), 10, Index(8));
  EXPECT_TRUE(queue.Confirm(1).empty());
  queue.StartRound();
  const auto reads = queue.Confirm(2);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].index, Index(8));
}

TEST(ReadQueue, ParkedReadsTakeTheIndexOfTheFirstOwnCommit) {
  ReadQueue queue;
  queue.Park(NodeId(1), 1);
  EXPECT_FALSE(queue.WantsRound());
  queue.Unpark(Index(9));
  EXPECT_TRUE(queue.WantsRound());
  queue.StartRound();
  EXPECT_EQ(queue.Confirm(1).at(0).index, Index(9));
  queue.Park(NodeId(1), 2);
  queue.Add(NodeId(3), 3, Index(9));
  EXPECT_EQ(queue.Abandon().size(), 2u);
  EXPECT_FALSE(queue.WantsRound());
}

TEST(ForwardedReads, NumbersAreNeverUsedAgain) {
  ForwardedReads reads(1000);
  uint64_t context = 0;
  const uint64_t first = reads.Add(7), second = reads.Add(7);
  EXPECT_NE(first, second);
  EXPECT_FALSE(reads.Take(first, &context));  // replaced
  EXPECT_TRUE(reads.Take(second, &context));
  EXPECT_EQ(context, 7u);
  EXPECT_FALSE(reads.Take(second, &context));  // answered once
  reads.Add(8);
  EXPECT_TRUE(reads.Tick(2).empty());
  EXPECT_EQ(reads.Tick(2), std::vector<uint64_t>{8});
  reads.Add(9);
  EXPECT_EQ(reads.Abandon(), std::vector<uint64_t>{9});
  EXPECT_TRUE(reads.Abandon().empty());
}

// What no correct member would send, one fault each.
struct Malformed {
  const char* name;
  void (*spoil)(Message&);
};

class MessageForm : public ::testing::TestWithParam<Malformed> {};

TEST_P(MessageForm, IsRefusedAndChangesNothing) {
  Solo solo({.log = {1, 2}, .term = 2});
  Message good = solo.Append(2, 3, 2, 2, {MakeEntry(3, 3, "a"), MakeEntry(4, 3, "b")});
  ASSERT_TRUE(CheckMessage(good, NodeId(1)).ok());
  GetParam().spoil(good);
  const Status status = solo.Step(good);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFormat);
  EXPECT_EQ(solo.raft().term(), Term(2));
  EXPECT_EQ(solo.raft().LastIndex(), Index(2));
  EXPECT_FALSE(solo.raft().HasReady());
}

INSTANTIATE_TEST_SUITE_P(
    Faults, MessageForm,
    ::testing::Values(
        Malformed{"Type0", [](Message& m) { m.type = static_cast<MessageType>(0); }},
        Malformed{"Type99", [](Message& m) { m.type = static_cast<MessageType>(99); }},
        Malformed{"ToAnother", [](Message& m) { m.to = NodeId(3); }},
        Malformed{"FromNobody", [](Message& m) { m.from = kNobody; }},
        Malformed{"FromItself", [](Message& m) { m.from = m.to; }},
        Malformed{"NoTerm", [](Message& m) { m.term = Term(); }},
        Malformed{"EntriesElsewhere", [](Message& m) { m.type = MessageType::kHeartbeat; }},
        Malformed{"PreviousOfLaterTerm", [](Message& m) { m.log_term = Term(4); }},
        Malformed{"Index0WithTerm", [](Message& m) { m.index = Index(); }},
        Malformed{"IndexWithoutTerm", [](Message& m) { m.log_term = Term(); }},
        Malformed{"Gap", [](Message& m) { m.entries[1].index = Index(5); }},
        Malformed{"NotNext", [](Message& m) { m.entries.erase(m.entries.begin()); }},
        Malformed{"TermFalls", [](Message& m) { m.entries[1].term = Term(2); }},
        Malformed{"BeforePrevious", [](Message& m) { m.entries[0].term = Term(1); }},
        Malformed{"TermAboveMessage", [](Message& m) { m.entries[1].term = Term(4); }},
        Malformed{"TermZero", [](Message& m) { m.entries[0].term = Term(); }}),
    [](const auto& parameters) { return parameters.param.name; });

TEST(Names, EveryRoleAndTypeHasOne) {
  EXPECT_EQ(ToString(Role::kPreCandidate), "pre-candidate");
  const auto last = static_cast<uint8_t>(kLastMessageType);
  for (uint8_t type = 1; type <= last; ++type)
    EXPECT_NE(ToString(static_cast<MessageType>(type)), "unknown message");
  EXPECT_EQ(ToString(static_cast<MessageType>(last + 1)), "unknown message");
}

}  // namespace
}  // namespace suyuan::consensus::testing
