// The store through its public face: what is written is read again, before and after reopening.
#include "ledger/store.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "common/hash.h"
#include "ledger/merkle_log.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/sim_env.h"

namespace suyuan::ledger {
namespace {

using test::Chain;

constexpr uint64_t kGenesisTime = 1'600'000'000'000;

class StoreTest : public ::testing::Test {
 protected:
  StoreOptions Options(bool create) {
    StoreOptions options;
    options.directory = "/ledger";
    options.env = &env_;
    options.create = create;
    options.log_write_buffer_bytes = options.state_write_buffer_bytes = 64 << 10;
    options.block_cache_bytes = 1 << 20;
    options.tree_flush_pages = tree_flush_pages_;
    return options;
  }
  void Create() {
    auto store = Store::Open(Options(true), test::SampleLedger());
    ASSERT_OK(store);
    store_ = *std::move(store);
    ASSERT_OK(store_->ApplyGenesis(kGenesisTime, EncodeConfiguration(test::SampleConfiguration()),
                                   test::GenesisWrites()));
  }
  void Reopen() {
    store_.reset();
    auto store = Store::Open(Options(false), test::SampleLedger());
    ASSERT_OK(store);
    store_ = *std::move(store);
  }
  Status Append(const Chain::Block& block) {
    return store_->AppendLog(LogHardState{block.head.term, 2, block.head.height}, {block.bytes});
  }
  uint64_t tree_flush_pages_ = 40;
  test::SimEnv env_;
  std::unique_ptr<Store> store_;
};

// Everything that a block leaves behind, read back through every reader.
void ExpectBlock(const Store& store, const Chain::Block& block, const LogHead& before,
                 const LogHead& after) {
  auto bytes = store.EntryBytes(block.head.height);
  ASSERT_OK(bytes);
  EXPECT_EQ(**bytes, *block.bytes);
  EXPECT_EQ(store.EntryHead(block.head.height)->entry_hash, block.head.entry_hash);
  BlockLeaves leaves =
      MakeBlockLeaves(before, block.entry.header, block.entry.hash, block.entry.configuration,
                      block.result.transactions, after.state_root);
  EXPECT_EQ(leaves.head.header_leaf_hash, after.header_leaf_hash);
  for (size_t i = 0; i < leaves.leaves.size(); ++i) {
    auto leaf = store.LeafBytes(LeafIndex(before.leaf_count + i));
    ASSERT_OK(leaf);
    EXPECT_EQ(*leaf, leaves.leaves[i]);
  }
  for (size_t i = 0; i < block.result.transactions.size(); ++i) {
    const ExecutedTransaction& tx = block.result.transactions[i];
    auto found = store.FindTransaction(tx.id);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->outcome, tx.outcome);
    EXPECT_EQ((*found)->location.height, block.head.height);
    EXPECT_EQ((*found)->location.position, tx.position);
    EXPECT_EQ((*found)->location.leaf, LeafIndex(before.leaf_count + i));
  }
  auto summary = store.Summary(block.head.height);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->leaf_count, after.leaf_count);
  auto root = TreeRoot(summary->leaf_count,
                       [&](uint8_t level, uint64_t n) { return store.LogNode(level, n); });
  ASSERT_OK(root);
  EXPECT_EQ(summary->log_root, *root);
}

TEST_F(StoreTest, WhatIsAppliedIsReadBeforeAndAfterReopening) {
  Create();
  Chain chain(7);
  std::vector<Chain::Block> blocks;
  std::vector<LogHead> heads{store_->head()};
  std::map<std::pair<uint8_t, Bytes>, Bytes> model;
  for (auto& write : test::GenesisWrites()) model[{write.name_space, write.key}] = *write.value;
  for (int i = 0; i < 60; ++i) {
    blocks.push_back(chain.Next(static_cast<size_t>(i % 7), Term(1), static_cast<size_t>(i % 2)));
    ASSERT_OK(Append(blocks.back()));
    ASSERT_OK(store_->Mark(blocks.back().head));
    ASSERT_OK(store_->ApplyBlock(blocks.back().entry, blocks.back().result));
    heads.push_back(store_->head());
    for (const StateWrite& write : blocks.back().result.writes) {
      if (write.value)
        model[{write.name_space, write.key}] = *write.value;
      else
        model.erase({write.name_space, write.key});
    }
  }
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < blocks.size(); ++i)
      ExpectBlock(*store_, blocks[i], heads[i], heads[i + 1]);
    std::map<std::pair<uint8_t, Bytes>, Bytes> read;
    auto snapshot = store_->Snapshot();
    for (uint8_t ns : {0x02, 0x10, 0x81, 0x82})
      ASSERT_OK(snapshot->Scan(ns, "", [&](ByteView key, ByteView value) {
        read[{ns, Bytes(key)}] = Bytes(value);
        return true;
      }));
    EXPECT_EQ(read, model);
    EXPECT_EQ(store_->mark().height, blocks.back().head.height);
    EXPECT_EQ(store_->hard_state().vote, 2u);
    EXPECT_EQ(store_->head().state_root, heads.back().state_root);
    snapshot.reset();
    Reopen();
  }
}

TEST_F(StoreTest, SnapshotsKeepTheirHeight) {
  Create();
  Chain chain(3);
  auto before = store_->Snapshot();
  auto block = chain.Next(3, Term(1));
  block.result.writes = {{0x02, true, "b", Bytes("2")},
                         {0x02, true, "d", Bytes("4")},
                         {0x10, true, "genesis 0", std::nullopt}};
  ASSERT_OK(Append(block));
  ASSERT_OK(store_->ApplyBlock(block.entry, block.result));
  auto after = store_->Snapshot();
  EXPECT_EQ(before->head().height, Height(0));
  EXPECT_EQ(after->head().height, Height(1));
  EXPECT_EQ(**before->Get(0x10, "genesis 0"), "founding value");
  EXPECT_FALSE((*after->Get(0x10, "genesis 0")).has_value());
  EXPECT_FALSE((*before->Get(0x02, "b")).has_value());
  auto last = [&](ByteView bound) {
    auto pair = *after->LastAtMost(0x02, bound);
    return pair ? pair->first : Bytes("none");
  };
  EXPECT_EQ(last("a"), "none");
  EXPECT_EQ(last("b"), "b");
  EXPECT_EQ(last("c"), "b");
  EXPECT_EQ(last("zz"), "d");
  EXPECT_FALSE((*after->LastAtMost(0xFF, "zz")).has_value());
  std::vector<Bytes> seen;
  ASSERT_OK(after->Scan(0x02, "c", [&](ByteView key, ByteView) {
    seen.emplace_back(key);
    return true;
  }));
  EXPECT_EQ(seen, std::vector<Bytes>{"d"});
  store_.reset();
  EXPECT_EQ(**after->Get(0x02, "d"), "4") << "a snapshot outlives its store";
}

TEST_F(StoreTest, StateProofsHoldUnderTheHeadsRoot) {
  Create();
  LogHead at;
  auto proof = store_->ProveState(0x10, "genesis 3", &at);
  ASSERT_OK(proof);
  Hash key = StateKey(0x10, "genesis 3");
  EXPECT_TRUE(VerifyStateProof(at.state_root, key, Sha256("founding value"), *proof));
  EXPECT_FALSE(VerifyStateProof(at.state_root, key, Sha256("another value"), *proof));
  proof = store_->ProveState(0x10, "genesis 99", &at);
  ASSERT_OK(proof);
  EXPECT_TRUE(VerifyStateProof(at.state_root, StateKey(0x10, "genesis 99"), std::nullopt, *proof));
  // An index is stored, but not proven.
  proof = store_->ProveState(0x82, "index", &at);
  ASSERT_OK(proof);
  EXPECT_TRUE(VerifyStateProof(at.state_root, StateKey(0x82, "index"), std::nullopt, *proof));
}

// Genesis fits into a redo record here, and the tree is written back in the same life of the store:
// that record must go with the others, or its values come back at the next start.
TEST_F(StoreTest, WhatGenesisWroteDoesNotComeBackAfterTheTreeIsWritten) {
  tree_flush_pages_ = 2;
  Create();
  Chain chain(7);
  for (int i = 0; i < 20; ++i) {
    Chain::Block block = chain.Next(3, Term(1));
    block.result.writes.push_back({0x10, true, "genesis 3", Bytes("value ") + std::to_string(i)});
    ASSERT_OK(Append(block));
    ASSERT_OK(store_->ApplyBlock(block.entry, block.result));
  }
  const LogHead head = store_->head();
  Reopen();
  EXPECT_EQ(store_->head().state_root, head.state_root);
}

// A newer term's leader replaces entries that this node had acknowledged to an older one.
TEST_F(StoreTest, AReplacedSuffixIsNotTakenForALostOne) {
  Create();
  Chain chain(5);
  std::vector<Chain::Block> old;
  for (int i = 0; i < 6; ++i) old.push_back(chain.Next(1, Term(1), 2));
  for (const auto& block : old) ASSERT_OK(Append(block));
  ASSERT_OK(store_->Mark(old[5].head));
  chain.Rewind(old[1].head, 1'800'000'000'000);
  auto newer = chain.Next(1, Term(2));
  ASSERT_OK(Append(newer));
  EXPECT_EQ(store_->mark().height, Height(2));
  for (int round = 0; round < 2; ++round) {  // a crash before the new mark
    EXPECT_EQ(store_->last_entry().height, Height(3));
    EXPECT_EQ(**store_->EntryBytes(Height(3)), *newer.bytes) << "no sealed item of the old entry";
    EXPECT_CODE(store_->EntryBytes(Height(4)), ErrorCode::kNotFound);
    Reopen();
  }
  EXPECT_EQ(store_->mark().height, Height(2));
  ASSERT_OK(store_->Mark(newer.head));
  Reopen();
  EXPECT_EQ(store_->mark().height, Height(3));
  EXPECT_CODE(store_->Mark(old[3].head), ErrorCode::kNotFound);
  EXPECT_CODE(store_->Mark(old[2].head), ErrorCode::kInternal);
}

TEST_F(StoreTest, LogNodesAreThoseOfThePlainTree) {
  Create();
  Chain chain(6);
  for (int i = 0; i < 40; ++i) {  // beyond three tiles
    auto block = chain.Next(20, Term(1));
    ASSERT_OK(Append(block));
    ASSERT_OK(store_->ApplyBlock(block.entry, block.result));
  }
  for (int round = 0; round < 2; ++round) {
    uint64_t count = store_->head().leaf_count;
    std::vector<Hash> level;
    for (uint64_t i = 0; i < count; ++i)
      level.push_back(MerkleLeafHash(*store_->LeafBytes(LeafIndex(i))));
    EXPECT_CODE(store_->LeafBytes(LeafIndex(count)), ErrorCode::kNotFound);
    for (uint8_t l = 0; !level.empty(); ++l) {
      for (uint64_t n = 0; n < level.size(); ++n) ASSERT_EQ(*store_->LogNode(l, n), level[n]);
      EXPECT_CODE(store_->LogNode(l, level.size()), ErrorCode::kNotFound);
      for (size_t i = 0; i < level.size() / 2; ++i)
        level[i] = MerkleNodeHash(level[2 * i], level[2 * i + 1]);
      level.resize(level.size() / 2);
    }
    Reopen();
  }
}

// The real disk and real threads: one appends and marks, one applies, two read.
TEST(StoreOnDisk, AppendsAppliesAndReadsAtTheSameTime) {
  auto directory = std::filesystem::path(::testing::TempDir()) /
                   ("suyuan-store-test-" + std::to_string(::getpid()));
  std::filesystem::remove_all(directory);
  StoreOptions options;
  options.directory = directory;
  options.create = true;
  options.state_write_buffer_bytes = 64 << 10;
  options.tree_flush_pages = 50;
  auto opened = Store::Open(options, test::SampleLedger());
  ASSERT_OK(opened);
  std::unique_ptr<Store> store = *std::move(opened);
  ASSERT_OK(store->ApplyGenesis(kGenesisTime, EncodeConfiguration(test::SampleConfiguration()),
                                test::GenesisWrites()));
  constexpr size_t kBlocks = 60;
  Chain chain(8);
  std::vector<Chain::Block> blocks;
  for (size_t i = 0; i < kBlocks; ++i) blocks.push_back(chain.Next(5, Term(1), 1));
  std::atomic<uint64_t> logged{0}, errors{0};
  std::atomic<bool> done{false};
  auto count_error = [&](const auto& status) { errors += status.ok() ? 0 : 1; };
  std::thread consensus([&] {
    for (const auto& block : blocks) {
      count_error(store->AppendLog(std::nullopt, {block.bytes}));
      count_error(store->Mark(block.head));
      logged = block.head.height.value();
    }
  });
  std::thread executor([&] {
    for (size_t i = 0; i < kBlocks; ++i) {
      while (logged.load() <= i) std::this_thread::yield();
      count_error(store->ApplyBlock(blocks[i].entry, blocks[i].result));
    }
    done = true;
  });
  auto read = [&] {
    while (!done.load()) {
      LogHead head = store->Snapshot()->head();
      count_error(store->LogNode(0, head.leaf_count - 1));
      LogHead at;
      count_error(store->ProveState(0x10, "genesis 1", &at));
      if (head.height.value() == 0) continue;
      auto bytes = store->EntryBytes(head.height);
      errors += bytes.ok() && **bytes == *blocks[head.height.value() - 1].bytes ? 0 : 1;
      auto found =
          store->FindTransaction(blocks[head.height.value() - 1].result.transactions[0].id);
      errors += found.ok() && found->has_value() ? 0 : 1;
    }
  };
  std::thread first(read), second(read);
  for (std::thread* thread : {&consensus, &executor, &first, &second}) thread->join();
  EXPECT_EQ(errors.load(), 0u);
  Hash root = store->head().state_root;
  EXPECT_GT(store->disk_bytes(), 10'000u);
  EXPECT_FALSE(Store::Open(options, test::SampleLedger()).ok()) << "open already";
  store.reset();
  options.create = false;
  opened = Store::Open(options, test::SampleLedger());
  ASSERT_OK(opened);
  EXPECT_EQ((*opened)->head().state_root, root);
  EXPECT_EQ((*opened)->mark().height, Height(kBlocks));
  EXPECT_EQ(**(*opened)->EntryBytes(Height(17)), *blocks[16].bytes);
  (*opened).reset();
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace suyuan::ledger
