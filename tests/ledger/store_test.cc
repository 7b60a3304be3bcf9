// The store through its public face: what is written is read again, before and after reopening.
#include "ledger/store.h"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

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
    options.tree_flush_pages = 40;
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

}  // namespace
}  // namespace suyuan::ledger
