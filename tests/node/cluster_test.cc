// Three real nodes over real TLS: design, "The way of a transaction".
#include "tests/node/cluster.h"

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "ledger/checkpoint.h"
#include "ledger/sealing/items.h"
#include "node/clock.h"

namespace suyuan::node::testing {
namespace {

TEST(ClusterTest, EveryNodeCommitsAndAllAgree) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  std::vector<TxId> ids;
  for (size_t round = 0; round < 20; ++round)
    for (size_t i = 0; i < 3; ++i) {
      auto envelope = cluster.NewEnvelope();
      auto result = cluster.Submit(i, envelope);
      ASSERT_TRUE(result.ok()) << result.error().ToString();
      EXPECT_EQ(result->id, IdOf(*envelope));
      ASSERT_TRUE(result->outcome.has_value());
      ids.push_back(result->id);
    }
  ASSERT_TRUE(cluster.Converged());
  for (const TxId& id : ids) {
    auto first = cluster.gateway(0).store().FindTransaction(id);
    ASSERT_TRUE(first.ok() && first->has_value());
    for (size_t i = 1; i < 3; ++i) {
      auto other = cluster.gateway(i).store().FindTransaction(id);
      ASSERT_TRUE(other.ok() && other->has_value());
      EXPECT_EQ((*other)->outcome, (*first)->outcome);
      EXPECT_EQ((*other)->location.leaf, (*first)->location.leaf);
    }
  }
}

TEST(ClusterTest, ARepeatGivesTheFirstResultOnEveryNode) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  auto envelope = cluster.NewEnvelope();
  auto first = cluster.Submit(0, envelope);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(cluster.Converged());
  for (size_t i = 0; i < 3; ++i) {
    auto again = cluster.Submit(i, envelope);
    ASSERT_TRUE(again.ok()) << again.error().ToString();
    ASSERT_TRUE(again->outcome.has_value());
    EXPECT_EQ(again->outcome->location.leaf, first->outcome->location.leaf);
    EXPECT_EQ(again->outcome->outcome, first->outcome->outcome);
  }
  ASSERT_TRUE(cluster.Converged());
}

TEST(ClusterTest, OneTransactionAtAllNodesAtOnceAppliesOnce) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  for (int round = 0; round < 10; ++round) {
    auto envelope = cluster.NewEnvelope();
    std::vector<std::future<Result<api::SubmitResult>>> answers;
    for (size_t i = 0; i < 3; ++i)
      answers.push_back(
          std::async(std::launch::async, [&, i] { return cluster.Submit(i, envelope); }));
    std::set<uint64_t> leaves;
    for (auto& answer : answers) {
      auto result = answer.get();
      ASSERT_TRUE(result.ok()) << result.error().ToString();
      leaves.insert(result->outcome->location.leaf.value());
    }
    EXPECT_EQ(leaves.size(), 1u);
  }
}

TEST(ClusterTest, LeaderStopsAndTheOthersGoOn) {
  Cluster cluster(3);
  cluster.StartAll();
  size_t leader = cluster.WaitForLeader();
  ASSERT_TRUE(cluster.Submit(leader, cluster.NewEnvelope()).ok());
  cluster.Stop(leader);
  size_t next = cluster.WaitForLeader();
  ASSERT_NE(next, leader);
  for (size_t i = 0; i < 3; ++i) {
    if (i == leader) continue;
    auto result = cluster.Submit(i, cluster.NewEnvelope());
    EXPECT_TRUE(result.ok()) << result.error().ToString();
  }
}

TEST(ClusterTest, RestartedNodeCatchesUpToTheSameRoots) {
  Cluster cluster(3);
  cluster.StartAll();
  size_t leader = cluster.WaitForLeader();
  size_t away = (leader + 1) % 3;
  ASSERT_TRUE(cluster.Submit(away, cluster.NewEnvelope()).ok());
  cluster.Stop(away);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(cluster.Submit(leader, cluster.NewEnvelope()).ok());
  cluster.Start(away);
  EXPECT_TRUE(cluster.Converged());
  EXPECT_TRUE(cluster.Submit(away, cluster.NewEnvelope()).ok());
}

TEST(ClusterTest, AllStopAndAllRememberWhatWasAcknowledged) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  std::vector<TxId> acknowledged;
  for (size_t i = 0; i < 30; ++i) {
    auto result = cluster.Submit(i % 3, cluster.NewEnvelope());
    ASSERT_TRUE(result.ok());
    acknowledged.push_back(result->id);
  }
  for (size_t i = 0; i < 3; ++i) cluster.Stop(i);
  cluster.StartAll();
  cluster.WaitForLeader();
  ASSERT_TRUE(cluster.Submit(0, cluster.NewEnvelope()).ok());
  ASSERT_TRUE(cluster.Converged());
  for (size_t i = 0; i < 3; ++i)
    for (const TxId& id : acknowledged) {
      auto found = cluster.gateway(i).store().FindTransaction(id);
      EXPECT_TRUE(found.ok() && found->has_value());
    }
}

// Writers keep writing through all nodes while leaders come and go; every acknowledged id is in
// every ledger exactly once (reliability §2 row 7).
TEST(ClusterTest, AcknowledgedSurvivesChangesOfLeadershipUnderLoad) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::vector<TxId> acknowledged;
  std::mutex nodes;  // a node is not stopped while somebody submits through it
  std::vector<std::thread> writers;
  for (size_t w = 0; w < 6; ++w)
    writers.emplace_back([&, w] {
      for (size_t n = w; !stop; ++n) {
        auto envelope = cluster.NewEnvelope();
        auto answer = std::make_shared<std::promise<Result<api::SubmitResult>>>();
        {
          std::lock_guard lock(nodes);
          if (!cluster.running(n % 3)) continue;
          cluster.gateway(n % 3).Submit(envelope, api::Wait::kCommitted,
                                        [answer](auto r) { answer->set_value(std::move(r)); });
        }
        auto result = answer->get_future().get();
        if (!result.ok()) {  // no leader, or a node that stops: give the others the lock
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          continue;
        }
        std::lock_guard lock(mutex);
        acknowledged.push_back(result->id);
      }
    });
  for (int round = 0; round < 3; ++round) {
    size_t before = 0;
    {
      std::lock_guard lock(mutex);
      before = acknowledged.size();
    }
    EXPECT_TRUE(Eventually([&] {
      std::lock_guard lock(mutex);
      return acknowledged.size() > before + 50;
    }));
    size_t leader = cluster.WaitForLeader();
    {
      std::lock_guard lock(nodes);
      cluster.Stop(leader);
    }
    cluster.WaitForLeader();
    std::lock_guard lock(nodes);
    cluster.Start(leader);
  }
  stop = true;
  for (auto& writer : writers) writer.join();
  ASSERT_TRUE(cluster.Converged());
  std::set<uint64_t> leaves;
  for (const TxId& id : acknowledged)
    for (size_t i = 0; i < 3; ++i) {
      auto found = cluster.gateway(i).store().FindTransaction(id);
      ASSERT_TRUE(found.ok() && found->has_value());
      leaves.insert((*found)->location.leaf.value());
    }
  EXPECT_EQ(leaves.size(), acknowledged.size());
}

TEST(ClusterTest, ABadSignatureIsRefusedBeforeThePool) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  Bytes broken = *cluster.NewEnvelope();
  size_t core_end = broken.find(SigningKey(*SecretSeed::From(Bytes(32, 'u'))).public_key().str());
  ASSERT_NE(core_end, Bytes::npos);
  broken[core_end + 40] ^= 1;  // inside the signature, which follows the public key
  auto result = cluster.Submit(0, std::make_shared<const Bytes>(broken));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kSig);
  EXPECT_EQ(cluster.gateway(0).status().pool_transactions, 0u);
}

// Through whichever node it comes, a sealed transaction is in every store with its items.
TEST(ClusterTest, SealedItemsTravelWithTheirTransaction) {
  Cluster cluster(3);
  cluster.StartAll();
  cluster.WaitForLeader();
  for (size_t i = 0; i < 3; ++i) {
    const ledger::Parcel sealed = cluster.NewSealed();
    const auto result = cluster.Submit(i, sealed);
    ASSERT_TRUE(result.ok()) << result.error().ToString();
    ASSERT_TRUE(cluster.Converged());
    for (size_t n = 0; n < 3; ++n) {
      const auto bytes = cluster.gateway(n).store().EntryBytes(result->outcome->location.height);
      ASSERT_TRUE(bytes.ok());
      const auto entry = ledger::DecodeEntry(*bytes);
      ASSERT_TRUE(entry.ok());
      EXPECT_EQ(entry->sealed_items, sealing::ViewsOf(*sealed.sealed_items));
    }
  }
}

TEST(ClusterTest, ATransactionWithoutItsSealedItemsIsRefused) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  const ledger::Parcel sealed = cluster.NewSealed();
  const auto code = [&](sealing::SealedItems items) {
    const auto result = cluster.Submit(0, {sealed.envelope, std::move(items)});
    return result.ok() ? ErrorCode::kOk : result.error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::kFormat);
  sealing::SealedItems changed = *sealed.sealed_items;
  changed[1].back() ^= 1;
  EXPECT_EQ(code(changed), ErrorCode::kCommit);
  changed = *sealed.sealed_items;
  changed.push_back(changed.back());
  EXPECT_EQ(code(changed), ErrorCode::kFormat);
  EXPECT_EQ(code(sealing::SealedItems(1, Bytes(5 << 20, 'x'))), ErrorCode::kSize);
  EXPECT_EQ(cluster.gateway(0).status().pool_transactions, 0u);
  EXPECT_EQ(cluster.gateway(0).status().pool_bytes, 0u);
  EXPECT_EQ(code(*sealed.sealed_items), ErrorCode::kOk);
  EXPECT_EQ(code({}), ErrorCode::kFormat) << "also when it was carried before";
}

TEST(ClusterTest, ForeignLedgerAndExpiredTransactionsAreRefused) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  auto now = static_cast<uint64_t>(SystemWallMs());
  auto foreign = cluster.Submit(0, MakeEnvelope(LedgerId{}, now));
  ASSERT_FALSE(foreign.ok());
  auto other = Cluster(1, "two").ledger().ledger;
  foreign = cluster.Submit(0, MakeEnvelope(other, now));
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code, ErrorCode::kLedger);
  auto expired = cluster.Submit(0, MakeEnvelope(cluster.ledger().ledger, now - 7'200'000));
  ASSERT_FALSE(expired.ok());
  EXPECT_EQ(expired.error().code, ErrorCode::kExpired);
}

// Back-pressure: without a quorum nothing leaves the pool, so it fills and says so (E_BUSY), and a
// waiting client gets E_TIMEOUT.
TEST(ClusterTest, AFullPoolAnswersBusyAndWaitersTimeOut) {
  Cluster cluster(3);
  NodeStart start = cluster.StartOf(0);
  start.config.limits.pool_transactions_max = 4;
  start.config.limits.submit_timeout_ms = 200;
  cluster.Start(0, std::move(start));
  for (int i = 0; i < 4; ++i) {
    auto result = cluster.Submit(0, cluster.NewEnvelope());
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
  }
  auto result = cluster.Submit(0, cluster.NewEnvelope());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kBusy);
  EXPECT_EQ(cluster.gateway(0).status().pool_transactions, 4u);
  cluster.Start(1);  // a quorum: what was accepted is committed after all
  EXPECT_TRUE(Eventually([&] { return cluster.gateway(0).status().pool_transactions == 0; }));
}

TEST(ClusterTest, WithoutALeaderClientsAreSentElsewhere) {
  Cluster cluster(3);
  cluster.Start(0);
  EXPECT_TRUE(Eventually([&] {
    auto result = cluster.Submit(0, cluster.NewEnvelope(), api::Wait::kAccepted);
    return !result.ok() && result.error().code == ErrorCode::kNoLeader;
  }));
}

TEST(ClusterTest, AcceptedComesWithoutAnOutcome) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  auto envelope = cluster.NewEnvelope();
  auto result = cluster.Submit(0, envelope, api::Wait::kAccepted);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->outcome.has_value());
  EXPECT_TRUE(Eventually([&] {
    auto found = cluster.gateway(0).store().FindTransaction(result->id);
    return found.ok() && found->has_value();
  }));
}

// A node whose clock is far behind the ledger's time refuses submissions (E_CLOCK) but follows.
TEST(ClusterTest, AClockFarBehindRefusesSubmissions) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  ASSERT_TRUE(cluster.Submit(0, cluster.NewEnvelope()).ok());
  cluster.Stop(0);
  NodeStart start = cluster.StartOf(0);
  start.clock_ms = [] { return SystemWallMs() - 600'000; };
  cluster.Start(0, std::move(start));
  cluster.WaitForLeader();
  auto result = cluster.Submit(0, cluster.NewEnvelope());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kClock);
}

// Block times strictly rise whatever the leader's clock does (formats §4).
TEST(ClusterTest, BlockTimesRiseWhileTheClockStands) {
  Cluster cluster(1);
  NodeStart start = cluster.StartOf(0);
  int64_t frozen = SystemWallMs();
  start.clock_ms = [frozen] { return frozen; };
  cluster.Start(0, std::move(start));
  cluster.WaitForLeader();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cluster.Submit(0, cluster.NewEnvelope()).ok());
  uint64_t last = 0;
  Height head = cluster.gateway(0).store().Snapshot()->head().height;
  for (Height h(1); h <= head; ++h) {
    auto summary = cluster.gateway(0).store().Summary(h);
    ASSERT_TRUE(summary.ok());
    EXPECT_GT(summary->head.time_ms, last);
    last = summary->head.time_ms;
  }
}

TEST(ClusterTest, EventsAndWaitsForAHeight) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  std::mutex mutex;
  std::vector<api::BlockEvent> events;
  auto handle = cluster.gateway(0).Subscribe([&](const api::BlockEvent& event) {
    std::lock_guard lock(mutex);
    events.push_back(event);
  });
  auto result = cluster.Submit(0, cluster.NewEnvelope());
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(Eventually([&] {
    std::lock_guard lock(mutex);
    // The block of the election may come first.
    return !events.empty() && events.back().transactions == std::vector<TxId>{result->id} &&
           events.back().height == result->outcome->location.height;
  }));
  std::promise<Status> soon, never;
  cluster.gateway(0).WhenApplied(result->outcome->location.height, 10'000,
                                 [&](Status s) { soon.set_value(std::move(s)); });
  EXPECT_TRUE(soon.get_future().get().ok());
  cluster.gateway(0).WhenApplied(Height(1'000'000), 50,
                                 [&](Status s) { never.set_value(std::move(s)); });
  Status late = never.get_future().get();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kNotYet);
}

TEST(ClusterTest, CheckpointCoversWhatWasCommitted) {
  Cluster cluster(1);
  cluster.StartAll();
  cluster.WaitForLeader();
  for (int i = 0; i < 3; ++i) {
    auto result = cluster.Submit(0, cluster.NewEnvelope());
    ASSERT_TRUE(result.ok());
    auto opened =
        ledger::OpenCheckpoint(cluster.gateway(0).checkpoint(),
                               {{cluster.ledger().origin, SigningKey(LogSeed(0)).public_key()}});
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    EXPECT_GT(opened->size, result->outcome->location.leaf.value());
    auto summary = cluster.gateway(0).store().Summary(result->outcome->location.height);
    ASSERT_TRUE(summary.ok());
    EXPECT_EQ(opened->root, summary->log_root);
  }
}

}  // namespace
}  // namespace suyuan::node::testing
