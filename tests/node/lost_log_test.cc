// A node whose disk went back in time (reliability §1, row 12; §3: an old backup, a wiped disk): it
// is found out, stops, and does not come back by being started again.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

namespace fs = std::filesystem;

struct LostLog : ::testing::Test {
  void PutBack(const std::string& old) {
    cluster.Stop(2);
    fs::remove_all(cluster.directory(2));
    fs::rename(old, cluster.directory(2));
  }
  std::string Copy() {
    const std::string out = cluster.directory(2) + "-old";
    fs::copy(cluster.directory(2), out, fs::copy_options::recursive);
    return out;
  }
  void Submit(int blocks) {
    const size_t leader = cluster.WaitForLeader();
    for (int i = 0; i < blocks; ++i)
      ASSERT_TRUE(cluster.Submit(leader, cluster.NewEnvelope()).ok());
  }
  void ExpectStopsForGood() {
    auto node = Node::Start(cluster.StartOf(2));
    ASSERT_TRUE(node.ok()) << node.error().ToString();
    const Status ended = (*node)->Wait();
    ASSERT_FALSE(ended.ok());
    EXPECT_EQ(ended.error().code, ErrorCode::kLost);
    EXPECT_THAT(ended.error().detail, ::testing::HasSubstr("is not here"));
    node->reset();
    auto again = Node::Start(cluster.StartOf(2));
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, ErrorCode::kLost);
    EXPECT_THAT(again.error().detail, ::testing::HasSubstr("had acknowledged"));
  }

  Cluster cluster{3};
};

TEST_F(LostLog, AnOldCopyIsFoundOut) {
  const std::string old = Copy();
  cluster.StartAll();
  Submit(5);
  PutBack(old);
  ExpectStopsForGood();
  Submit(5);  // the two others are a majority
}

TEST_F(LostLog, AnEmptiedDiskDoesNotStart) {
  cluster.StartAll();
  Submit(5);
  cluster.Stop(2);
  fs::remove_all(cluster.directory(2));
  auto node = Node::Start(cluster.StartOf(2));
  ASSERT_FALSE(node.ok());
  EXPECT_EQ(node.error().code, ErrorCode::kRef);
  // Somebody says that it never ran, which is not true.
  ASSERT_TRUE(Node::CreateLedger(cluster.directory(2), cluster.StartOf(2).ledger).ok());
  ExpectStopsForGood();
}

}  // namespace
}  // namespace suyuan::node::testing
