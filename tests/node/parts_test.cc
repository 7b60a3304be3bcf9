// The parts of a node, each alone: pool, inbox, verification pool, subscriptions, log lines,
// configuration.
#include <atomic>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "node/clock.h"
#include "node/config.h"
#include "node/inbox.h"
#include "node/log.h"
#include "node/subscriptions.h"
#include "node/tx_pool.h"
#include "node/worker_pool.h"

namespace suyuan::node {
namespace {

PooledTransaction Tx(uint64_t n, size_t bytes = 10) {
  PooledTransaction out;
  std::memcpy(out.id.data.data(), &n, sizeof n);
  out.parcel = ledger::Parcel(std::make_shared<const Bytes>(Bytes(bytes, 'x')));
  out.expiry_ms = UINT64_MAX / 2;
  return out;
}

// Reserves and adds; the answers go to `answers`.
bool Put(TxPool& pool, const PooledTransaction& tx, TxOrigin origin,
         std::vector<Result<api::SubmitResult>>* answers = nullptr, int64_t deadline_ms = 1000) {
  EXPECT_TRUE(pool.Reserve(tx.parcel.bytes(), origin));
  std::optional<Waiter> waiter;
  if (answers != nullptr)
    waiter = Waiter{[answers](Result<api::SubmitResult> r) { answers->push_back(std::move(r)); },
                    deadline_ms};
  return pool.Add(tx, origin, std::move(waiter));
}

TEST(TxPoolTest, TakesInOrderWithinBoundsAndAtLeastOne) {
  TxPool pool(100, 1000);
  EXPECT_TRUE(Put(pool, Tx(1, 300), TxOrigin::kClient));   // was empty: wake somebody
  EXPECT_FALSE(Put(pool, Tx(2, 300), TxOrigin::kClient));  // somebody is awake
  EXPECT_FALSE(Put(pool, Tx(3, 300), TxOrigin::kClient));
  auto first = pool.Take(10, 100);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].id, Tx(1).id);
  auto rest = pool.Take(10, 600);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_FALSE(pool.has_ready());
  pool.GiveBack(rest);
  auto again = pool.Take(1, 600);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].id, Tx(2).id);
}

TEST(TxPoolTest, CountsTheBytesThatAreNotUnderWay) {
  TxPool pool(100, 2000);
  Put(pool, Tx(1, 300), TxOrigin::kClient);
  Put(pool, Tx(2, 200), TxOrigin::kPeer);
  Put(pool, Tx(2, 200), TxOrigin::kPeer);  // known already
  EXPECT_EQ(pool.ready_bytes(), 500u);
  auto first = pool.Take(1, 1000);
  EXPECT_EQ(pool.ready_bytes(), 200u);
  pool.GiveBack(first);
  pool.GiveBack(first);
  EXPECT_EQ(pool.ready_bytes(), 500u);
  pool.Resolve({{Tx(1).id, {}}});  // executed while it waited
  EXPECT_EQ(pool.ready_bytes(), 200u);
  pool.Take(10, 1000);
  EXPECT_EQ(pool.ready_bytes(), 0u);
  pool.LeaderChanged();  // a peer's, under way: dropped
  EXPECT_EQ(pool.ready_bytes(), 0u);
  Put(pool, Tx(3, 100), TxOrigin::kClient);
  pool.Take(10, 1000);
  pool.LeaderChanged();  // a client's: again
  EXPECT_EQ(pool.ready_bytes(), 100u);
  pool.Close(Error{ErrorCode::kStopping, ""});
  EXPECT_EQ(pool.ready_bytes(), 0u);
}

TEST(TxPoolTest, BoundsHoldForClientsAndPeersApart) {
  TxPool pool(2, 1000);
  EXPECT_TRUE(pool.Reserve(10, TxOrigin::kClient));
  EXPECT_TRUE(pool.Reserve(10, TxOrigin::kClient));
  EXPECT_FALSE(pool.Reserve(10, TxOrigin::kClient));
  EXPECT_TRUE(pool.Reserve(10, TxOrigin::kPeer));
  EXPECT_TRUE(pool.Reserve(10, TxOrigin::kPeer));
  EXPECT_FALSE(pool.Reserve(10, TxOrigin::kPeer));
  EXPECT_EQ(pool.transactions(), 4u);
  TxPool bytes(100, 1000);
  EXPECT_FALSE(bytes.Reserve(1001, TxOrigin::kClient));
  EXPECT_EQ(bytes.bytes(), 0u);
}

TEST(TxPoolTest, ARepeatGainsAWaiterAndAllGetTheResult) {
  TxPool pool(100, 1000);
  std::vector<Result<api::SubmitResult>> answers;
  Put(pool, Tx(1), TxOrigin::kClient, &answers);
  Put(pool, Tx(1), TxOrigin::kClient, &answers);
  EXPECT_EQ(pool.transactions(), 1u);
  EXPECT_EQ(pool.waiting(), 2u);
  pool.Resolve({{Tx(1).id, {}}, {Tx(7).id, {}}});
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers[0].ok() && answers[1].ok());
  EXPECT_EQ(pool.transactions(), 0u);
  EXPECT_EQ(pool.bytes(), 0u);
}

// Proposals in flight are sent again by the node that accepted them, and by no other.
TEST(TxPoolTest, ANewLeaderGetsWhatClientsGaveUs) {
  TxPool pool(100, 1000);
  Put(pool, Tx(1), TxOrigin::kClient);
  Put(pool, Tx(2), TxOrigin::kPeer);
  EXPECT_EQ(pool.Take(10, 1000).size(), 2u);
  EXPECT_FALSE(pool.has_ready());
  pool.LeaderChanged();
  auto again = pool.Take(10, 1000);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].id, Tx(1).id);
  EXPECT_EQ(pool.transactions(), 1u);
}

TEST(TxPoolTest, SweepTimesOutExpiresAndSendsAgain) {
  TxPool pool(100, 1000);
  std::vector<Result<api::SubmitResult>> answers;
  Put(pool, Tx(1), TxOrigin::kClient, &answers, 1000);
  PooledTransaction expiring = Tx(2);
  expiring.expiry_ms = 5000;
  Put(pool, expiring, TxOrigin::kClient, &answers, INT64_MAX);
  EXPECT_EQ(pool.Take(10, 1000).size(), 2u);
  EXPECT_EQ(pool.Sweep(999, 0), 0u);
  EXPECT_EQ(pool.Sweep(1000, 0), 1u);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].error().code, ErrorCode::kTimeout);
  EXPECT_EQ(pool.transactions(), 2u);  // it may still be committed
  EXPECT_EQ(pool.Sweep(1001, 5000 + limits::kBlockTimeAheadMsMax + 1), 1u);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kExpired);
  EXPECT_EQ(pool.transactions(), 1u);
  pool.Sweep(SteadyMs() + 60'000, 0);
  EXPECT_TRUE(pool.has_ready());
}

TEST(TxPoolTest, CloseAnswersEverybodyNowAndLater) {
  TxPool pool(100, 1000);
  std::vector<Result<api::SubmitResult>> answers;
  Put(pool, Tx(1), TxOrigin::kClient, &answers);
  pool.Close(Error{ErrorCode::kStopping, ""});
  Put(pool, Tx(2), TxOrigin::kClient, &answers);
  ASSERT_EQ(answers.size(), 2u);
  for (const auto& answer : answers) EXPECT_EQ(answer.error().code, ErrorCode::kStopping);
  EXPECT_EQ(pool.transactions(), 0u);
  EXPECT_EQ(pool.bytes(), 0u);
}

// Random operations against a simple model: nothing is lost, nothing is taken twice without a
// reason, and the counters end at what is inside.
TEST(TxPoolTest, AgreesWithAModel) {
  std::mt19937_64 random(11);
  TxPool pool(1'000'000, 1'000'000'000);
  std::map<uint64_t, std::pair<TxOrigin, bool>> model;  // id → origin, ready
  for (int step = 0; step < 20'000; ++step) {
    uint64_t id = random() % 200;
    switch (random() % 6) {
      case 0:
      case 1: {
        TxOrigin origin = random() % 2 == 0 ? TxOrigin::kClient : TxOrigin::kPeer;
        Put(pool, Tx(id), origin);
        auto [at, added] = model.try_emplace(id, origin, true);
        if (!added && origin == TxOrigin::kClient) at->second.first = origin;
        break;
      }
      case 2: {
        auto taken = pool.Take(1 + random() % 5, 1'000'000);
        for (const auto& tx : taken) {
          uint64_t n;
          std::memcpy(&n, tx.id.data.data(), sizeof n);
          ASSERT_TRUE(model.contains(n) && model[n].second);
          model[n].second = false;
        }
        if (random() % 4 == 0) {
          pool.GiveBack(taken);
          for (const auto& tx : taken) {
            uint64_t n;
            std::memcpy(&n, tx.id.data.data(), sizeof n);
            model[n].second = true;
          }
        }
        break;
      }
      case 3:
      case 4:
        pool.Resolve({{Tx(id).id, {}}});
        model.erase(id);
        break;
      default:
        if (random() % 10 != 0) break;
        pool.LeaderChanged();
        std::erase_if(model, [](const auto& item) {
          return !item.second.second && item.second.first == TxOrigin::kPeer;
        });
        for (auto& [n, state] : model) state.second = true;
    }
    ASSERT_EQ(pool.transactions(), model.size());
    ASSERT_EQ(pool.bytes(), 10 * model.size());
  }
}

TEST(InboxTest, TakesAllAtOnceInOrderAndTicksOnce) {
  Inbox inbox;
  inbox.Tick();
  inbox.Tick();
  for (uint64_t i = 0; i < 3; ++i) inbox.Push(consensus::Message{.term = Term(i)});
  inbox.Push(Inbox::RefusedLeader{consensus::NodeId(2), Term(9)});
  Inbox::Batch batch;
  ASSERT_TRUE(inbox.Wait(&batch));
  EXPECT_TRUE(batch.tick);
  ASSERT_EQ(batch.inputs.size(), 4u);
  EXPECT_EQ(std::get<consensus::Message>(batch.inputs[2]).term, Term(2));
  EXPECT_EQ(std::get<Inbox::RefusedLeader>(batch.inputs[3]).term, Term(9));
  inbox.Stop();
  EXPECT_FALSE(inbox.Wait(&batch));
  EXPECT_FALSE(inbox.Wait(&batch));
}

TEST(InboxTest, IsBounded) {
  Inbox inbox;
  size_t taken = 0;
  for (int i = 0; i < 20'000; ++i) taken += inbox.Push(consensus::Message{}) ? 1 : 0;
  EXPECT_EQ(taken, 16'384u);
}

TEST(WorkerPoolTest, ParallelForRunsEachIndexOnceEvenWhenNested) {
  WorkerPool pool(3);
  std::vector<std::atomic<int>> counts(2'000);
  pool.ParallelFor(20, [&](size_t outer) {
    pool.ParallelFor(100, [&](size_t inner) { ++counts[outer * 100 + inner]; });
  });
  for (const auto& count : counts) EXPECT_EQ(count.load(), 1);
}

TEST(WorkerPoolTest, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(2);
    for (int i = 0; i < 1'000; ++i) pool.Post([&] { ++ran; });
  }
  EXPECT_EQ(ran.load(), 1'000);
}

TEST(SubscriptionsTest, AHeightThatIsThereAnswersAtOnce) {
  Subscriptions subscriptions;
  int calls = 0;
  auto done = [&](Status status) { calls += status.ok() ? 1 : 100; };
  subscriptions.WhenApplied(Height(3), 10, done, [] { return Height(3); });
  EXPECT_EQ(calls, 1);
  subscriptions.WhenApplied(Height(4), 10, done, [] { return Height(3); });
  EXPECT_EQ(calls, 1);
  subscriptions.Applied(Height(4));
  EXPECT_EQ(calls, 2);
  subscriptions.WhenApplied(Height(9), 10, done, [] { return Height(4); });
  subscriptions.Sweep(10);
  EXPECT_EQ(calls, 102);
}

TEST(LogTest, ValuesCannotForgeALine) {
  EXPECT_EQ(QuoteLogValue("plain"), "plain");
  EXPECT_EQ(QuoteLogValue(""), "\"\"");
  EXPECT_EQ(QuoteLogValue("a b"), "\"a b\"");
  EXPECT_EQ(QuoteLogValue("x\nlevel=error \"q\\"), "\"x\\x0alevel=error \\\"q\\\\\"");
}

constexpr char kGoodConfig[] = R"([node]
genesis = "genesis.json"
key = "keys/node.key"
[party]
code = "91310000MA1FL5TX4A"
[peers]
listen = "127.0.0.1:7601"
addresses = { "91310000MA1FL5TX4A/n2" = "[::1]:7603" }
[storage]
directory = "data"
[limits]
pool_transactions_max = 5
)";

TEST(ConfigTest, ReadsPathsRelativeToTheFile) {
  auto config = ParseNodeConfig(kGoodConfig, "/etc/suyuan/node.toml");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->genesis_file, "/etc/suyuan/genesis.json");
  EXPECT_EQ(config->data_directory, "/etc/suyuan/data");
  EXPECT_EQ(config->peer_listen, (Endpoint{"127.0.0.1", 7601}));
  EXPECT_EQ(config->peer_addresses.at("91310000MA1FL5TX4A/n2"), (Endpoint{"::1", 7603}));
  EXPECT_EQ(config->limits.pool_transactions_max, 5u);
  EXPECT_TRUE(config->api_listen.empty());
}

TEST(ConfigTest, FormerKeysStandBehindTheOneThatReplacedThem) {
  std::string text = kGoodConfig;
  const std::string_view party = "[party]\n";
  const size_t at = text.find(party) + party.size();
  const std::string former = "former_keys = [\"keys/2025.key\", \"/old/2024.key\"]\n";
  text.insert(at, former);
  auto config = ParseNodeConfig(text, "/etc/suyuan/node.toml");
  ASSERT_FALSE(config.ok()) << "the node holds no key of its party";
  EXPECT_NE(config.error().detail.find("party.former_keys"), std::string::npos);
  text.insert(at, "key = \"keys/party.key\"\n");
  config = ParseNodeConfig(text, "/etc/suyuan/node.toml");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->custody_key_file, "/etc/suyuan/keys/party.key");
  EXPECT_EQ(config->former_key_files,
            (std::vector<std::string>{"/etc/suyuan/keys/2025.key", "/old/2024.key"}));
}

TEST(ConfigTest, AnHttpFaceIsLimitedUnlessItsLimitsAreZero) {
  std::string text = kGoodConfig;
  auto config = ParseNodeConfig(text, "node.toml");
  ASSERT_TRUE(config.ok());
  EXPECT_GT(config->limits.requests_per_address, 0u);
  EXPECT_GT(config->limits.requests_per_identity, 0u);
  EXPECT_GT(config->limits.connections_per_address, 0u);
  text +=
      "requests_per_address = 0\nconnections_per_address = 0\n[api]\nlisten = \"[::1]:7600\"\n"
      "member_listen = \"[::1]:7700\"\nauthorities = [\"suyuan.example\"]\n";
  config = ParseNodeConfig(text, "node.toml");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->limits.requests_per_address, 0u);
  EXPECT_EQ(config->limits.connections_per_address, 0u);
  EXPECT_EQ(config->member_listen, "[::1]:7700");
  EXPECT_EQ(config->api_authorities, std::vector<std::string>{"suyuan.example"});
}

TEST(ConfigTest, MistakesAreNamedWithTheirLine) {
  struct Case {
    std::string_view from, to, expected;
  } cases[] = {
      {"[limits]", "[limts]", "limts"},
      {"pool_transactions_max", "pool_transaction_max", "pool_transactions_max"},
      {"= 5", "= 0", ":12:"},
      {"= 5", "= \"5\"", ":12:"},
      {"127.0.0.1:7601", "7601", ":7:"},
      {"127.0.0.1:7601", "127.0.0.1:99999", ":7:"},
      {"91310000MA1FL5TX4A\"\n", "9131\"\n", ":5:"},
      {"directory = \"data\"", "", "storage.directory"},
      {"key = \"keys/node.key\"", "", "node.key"},
      {"[party]", "[party", ":"},
      {"[peers]", "key = \"k\"\nformer_keys = \"a\"\n[peers]", "party.former_keys"},
      {"[peers]", "key = \"k\"\nformer_keys = [1]\n[peers]", "party.former_keys"},
      {"[peers]", "[api]\nmember_listen = \"127.0.0.1:1\"\n[peers]", "api.listen"},
      {"[peers]", "[api]\nauthorities = \"a\"\n[peers]", "api.authorities"},
      {"[peers]", "[api]\nauthorities = [\"https://a\"]\n[peers]", "api.authorities"},
  };
  for (const Case& c : cases) {
    std::string text = kGoodConfig;
    size_t at = text.find(c.from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, c.from.size(), c.to);
    auto config = ParseNodeConfig(text, "node.toml");
    ASSERT_FALSE(config.ok()) << c.to;
    EXPECT_EQ(config.error().code, ErrorCode::kConfig);
    EXPECT_NE(config.error().detail.find(c.expected), std::string::npos)
        << config.error().detail << " should name " << c.expected;
  }
}

}  // namespace
}  // namespace suyuan::node
