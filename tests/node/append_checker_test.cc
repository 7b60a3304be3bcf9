// The check before acknowledging, alone: what it counts, keeps and passes over. What it refuses is
// shown by hostile_leader_test.cc.
#include "node/append_checker.h"

#include <filesystem>
#include <latch>

#include <gtest/gtest.h>

#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

constexpr consensus::NodeId kPeer{2};

class AppendCheckerTest : public ::testing::Test {
 protected:
  AppendCheckerTest() {
    Cluster cluster(2);
    ledger_ = cluster.ledger();
    ledger::StoreOptions options;
    options.directory = home_.path() + "/ledger";
    options.create = true;
    store_ = ledger::Store::Open(options, ledger_.ledger).value();
    SUYUAN_CHECK(store_->ApplyGenesis(ledger_.time_ms, ledger_.configuration, {}).ok(), "genesis");
    AppendCheckerOptions checker;
    checker.ledger = ledger_.ledger;
    checker.evidence_directory = home_.path() + "/evidence";
    checker.clock = SystemWallMs;
    directory_ =
        std::make_unique<NodeDirectory>(ledger::DecodeConfiguration(ledger_.configuration).value());
    checker_ = std::make_unique<AppendChecker>(
        checker, *store_, *directory_, pool_, cache_, inbox_, metrics_, log_,
        [this](consensus::NodeId, const Refusal&) { ++refusals_; });
    checker_->OnConnected({kPeer, 1});
  }
  ~AppendCheckerTest() override { Settle(); }

  // Until nothing is under way on the pool.
  void Settle() {
    std::latch done(1);
    pool_.Post([&done] { done.count_down(); });
    done.wait();
  }
  WireMessage Append(Term term, const std::vector<Bytes>& entries, const Hash& after) const {
    WireMessage out;
    out.message.type = consensus::MessageType::kAppend;
    out.message.from = kPeer;
    out.message.term = term;
    out.message.log_hash = after;
    for (const Bytes& entry : entries) out.entries.push_back(std::make_shared<const Bytes>(entry));
    return out;
  }
  Hash GenesisHash() const { return *Hash::From(ledger_.ledger.view()); }
  Bytes Election(uint64_t height, uint64_t time_ms, const Hash& after) const {
    ledger::EntryDraft draft;
    draft.kind = ledger::BlockKind::kElection;
    draft.height = Height(height);
    draft.term = Term(1);
    draft.time_ms = time_ms;
    draft.prev_entry_hash = after;
    return ledger::BuildEntry(draft, SigningKey(NodeSeed(1)));
  }
  static Hash HashOf(const Bytes& entry) {
    return ledger::EntryHashOf(ByteView(entry).substr(0, ledger::kBlockHeaderBytes));
  }
  std::vector<Inbox::Input> Inputs() {
    Settle();
    inbox_.Wake();
    Inbox::Batch batch;
    inbox_.Wait(&batch);
    return std::move(batch.inputs);
  }

  TempDirectory home_;
  LedgerStart ledger_;
  std::unique_ptr<ledger::Store> store_;
  WorkerPool pool_{1};
  ledger::VerifiedCache cache_{100};
  Inbox inbox_;
  Metrics metrics_;
  Logger log_{"checker", "error"};
  std::atomic<int> refusals_{0};
  std::unique_ptr<NodeDirectory> directory_;
  std::unique_ptr<AppendChecker> checker_;
};

TEST_F(AppendCheckerTest, PassesWhatFollowsTheGenesisAndThenTheMessageBefore) {
  const Bytes first = Election(1, ledger_.time_ms + 1, GenesisHash());
  const Bytes second = Election(2, ledger_.time_ms + 2, HashOf(first));
  checker_->Submit({kPeer, 1}, Append(Term(1), {first}, GenesisHash()));
  WireMessage next = Append(Term(1), {second}, HashOf(first));
  next.message.index = consensus::Index(1);
  checker_->Submit({kPeer, 1}, std::move(next));
  auto inputs = Inputs();
  ASSERT_EQ(inputs.size(), 2u);
  for (const auto& input : inputs)
    EXPECT_EQ(std::get<consensus::Message>(input).entries.size(), 1u);
}

// Consensus must hear of it, or the sender never learns where this log ends.
TEST_F(AppendCheckerTest, WhatFollowsTheUnknownGoesOnWithoutEntries) {
  Hash unknown;
  unknown.data.fill(7);
  WireMessage message = Append(Term(1), {Election(6, ledger_.time_ms + 2, unknown)}, unknown);
  message.message.index = consensus::Index(5);
  checker_->Submit({kPeer, 1}, std::move(message));
  auto inputs = Inputs();
  ASSERT_EQ(inputs.size(), 1u);
  const auto& passed = std::get<consensus::Message>(inputs[0]);
  EXPECT_TRUE(passed.entries.empty());
  EXPECT_EQ(passed.index, consensus::Index(5));
  EXPECT_EQ(passed.log_hash, unknown);
  EXPECT_EQ(refusals_, 0);
}

TEST_F(AppendCheckerTest, ARefusedLeaderIsNotCheckedAgainInItsTerm) {
  const Bytes good = Election(1, ledger_.time_ms + 1, GenesisHash());
  checker_->Submit({kPeer, 1}, Append(Term(1), {"no entry"}, GenesisHash()));
  Settle();
  checker_->Submit({kPeer, 1}, Append(Term(1), {good}, GenesisHash()));
  auto inputs = Inputs();
  ASSERT_EQ(inputs.size(), 2u);
  for (const auto& input : inputs) {
    const auto& refused = std::get<Inbox::RefusedLeader>(input);
    EXPECT_EQ(refused.leader, kPeer);
    EXPECT_EQ(refused.term, Term(1));
  }
  EXPECT_EQ(metrics_.appends_checked.load(), 1u);
  EXPECT_EQ(refusals_, 1);
  checker_->Submit({kPeer, 1}, Append(Term(2), {good}, GenesisHash()));
  inputs = Inputs();
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<consensus::Message>(inputs[0]));
}

// A message of one byte takes far more than a byte.
TEST_F(AppendCheckerTest, SmallMessagesCountWhatTheyTake) {
  std::latch go(1);
  pool_.Post([&go] { go.wait(); });
  size_t sent = 0;
  while (checker_->MayRead(kPeer) && sent < 200'000) {
    checker_->Submit({kPeer, 1}, Append(Term(1), {"x"}, GenesisHash()));
    ++sent;
  }
  EXPECT_LT(sent, 100'000u);
  go.count_down();
  Settle();
  EXPECT_TRUE(checker_->MayRead(kPeer));
}

TEST(EvidenceTest, KeepsEachEntryOnceWithinItsBounds) {
  TempDirectory home;
  Logger log("evidence", "error");
  const std::string directory = home.path() + "/evidence";
  auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(directory),
                         std::filesystem::directory_iterator());
  };
  {
    Evidence evidence(directory, log);
    for (int i = 0; i < 3; ++i) evidence.Keep(Height(7), "one");
    evidence.Keep(Height(7), "two");  // of the same height
    EXPECT_EQ(files(), 2);
    EXPECT_EQ(std::filesystem::status(directory).permissions(), std::filesystem::perms::owner_all);
  }
  Evidence again(directory, log);  // what is there already counts
  for (char c = 'a'; c < 'a' + 10; ++c) again.Keep(Height(8), Bytes(8 << 20, c));
  EXPECT_EQ(files(), 2 + 7);
}

TEST(EvidenceTest, ADirectoryThatCannotBeIsOnlyLogged) {
  Logger log("evidence", "warn");
  ::testing::internal::CaptureStderr();
  Evidence("/proc/none", log).Keep(Height(1), "x");
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("event=evidence_not_kept"),
            std::string::npos);
}

TEST(LogThrottleTest, OneLineASecondTellsOfTheOthers) {
  LogThrottle throttle;
  EXPECT_EQ(throttle.Pass(5000), 0u);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(throttle.Pass(5000 + i), std::nullopt);
  EXPECT_EQ(throttle.Pass(6000), 40u);
  EXPECT_EQ(throttle.Pass(6001), std::nullopt);
  EXPECT_EQ(throttle.Pass(9000), 1u);
}

}  // namespace
}  // namespace suyuan::node::testing
