// Damaged files, failing disks and wrong directories: refused or served exactly, never wrong
// (reliability §1 rows 24 to 27 and 32).
#include <map>

#include <gtest/gtest.h>
#include <leveldb/db.h>

#include "common/codec.h"
#include "ledger/store.h"
#include "ledger/store_keys.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/property_cases.h"
#include "tests/support/sim_env.h"

namespace suyuan::ledger {
namespace {

using test::Chain;
using test::Rng;
using test::SimEnv;

StoreOptions OptionsFor(SimEnv* env, bool create) {
  StoreOptions options;
  options.directory = "/ledger";
  options.env = env;
  options.create = create;
  options.log_write_buffer_bytes = options.state_write_buffer_bytes = 64 << 10;
  options.block_cache_bytes = 1 << 20;
  return options;
}

// A store with marked and, above them, unmarked entries; closed again.
class DamageTest : public ::testing::Test {
 protected:
  void Build(size_t marked, size_t unmarked, size_t applied) {
    auto store = *Store::Open(OptionsFor(&env_, true), test::SampleLedger());
    ASSERT_OK(store->ApplyGenesis(1, EncodeConfiguration(test::SampleConfiguration()),
                                  test::GenesisWrites()));
    Chain chain(11);
    for (size_t i = 0; i < marked + unmarked; ++i) {
      blocks_.push_back(chain.Next(i % 3, Term(1), i % 2));
      ASSERT_OK(store->AppendLog(LogHardState{Term(1), 1, Height(i)}, {blocks_[i].bytes}));
      if (i < marked) ASSERT_OK(store->Mark(blocks_[i].head));
      if (i < applied) ASSERT_OK(store->ApplyBlock(blocks_[i].entry, blocks_[i].result));
    }
  }
  Result<std::unique_ptr<Store>> Open() {
    return Store::Open(OptionsFor(&env_, false), test::SampleLedger());
  }
  // Every entry up to `last` is served exactly or refused as damaged, naming its height.
  void ExpectExactOrCorrupt(const Store& store, size_t last) {
    for (size_t i = 0; i < last; ++i) {
      auto bytes = store.EntryBytes(Height(i + 1));
      if (bytes.ok()) {
        ASSERT_EQ(**bytes, *blocks_[i].bytes) << "height " << i + 1;
        continue;
      }
      ASSERT_EQ(bytes.error().code, ErrorCode::kCorrupt) << bytes.error().ToString();
      ASSERT_NE(bytes.error().detail.find("entry " + std::to_string(i + 1)), std::string::npos)
          << bytes.error().detail;
    }
  }
  // The files of the whole disk, to put them back.
  std::map<std::string, std::string> Copy() const {
    std::map<std::string, std::string> out;
    for (const std::string& name : env_.FilesWith("")) out[name] = env_.Contents(name);
    return out;
  }
  void Restore(const std::map<std::string, std::string>& files) { env_.ReplaceAll(files); }

  SimEnv env_;
  std::vector<Chain::Block> blocks_;
};

// Values that were changed under a valid LevelDB checksum: the store's own hashes must tell.
TEST_F(DamageTest, AFlippedBitInAnyStoredValueOfTheLogIsNamedByHeight) {
  Build(30, 0, 30);
  auto pristine = Copy();
  Rng rng(5);
  for (int round = 0; round < test::PropertyCases(1500); ++round) {
    Restore(pristine);
    Height height(1 + rng() % 30);
    Bytes key = keys::EntryOf(height);
    switch (rng() % 3) {
      case 0:
        key = keys::Numbered(keys::kEntryHead, height.value());
        break;
      case 1:
        if (!blocks_[height.value() - 1].entry.sealed_items.empty())
          key = keys::SealedItemOf(height, 0);
        break;
      default:
        break;
    }
    {
      leveldb::Options options;
      options.env = &env_;
      leveldb::DB* db = nullptr;
      ASSERT_TRUE(leveldb::DB::Open(options, "/ledger/log", &db).ok());
      std::string value;
      ASSERT_TRUE(db->Get({}, key, &value).ok());
      if (value.empty())
        value = "x";  // an empty sealed item becomes another one
      else
        value[rng() % value.size()] ^= static_cast<char>(1 << rng() % 8);
      ASSERT_TRUE(db->Put({}, key, value).ok());
      env_.Drain();
      delete db;
    }
    auto store = Open();
    ASSERT_FALSE(store.ok()) << "round " << round;
    ASSERT_EQ(store.error().code, ErrorCode::kCorrupt);
    ASSERT_NE(store.error().detail.find("height " + std::to_string(height.value())),
              std::string::npos)
        << store.error().detail;
  }
}

// Bits and bytes of the raw files, in every kind of them.
TEST_F(DamageTest, DamagedFilesAreRefusedOrServedExactly) {
  Build(300, 0, 200);
  auto pristine = Copy();
  std::vector<std::string> names = env_.FilesWith("/ledger/");
  Rng rng(6);
  size_t refused = 0;
  for (int round = 0; round < test::PropertyCases(1500); ++round) {
    Restore(pristine);
    const std::string& name = names[rng() % names.size()];
    std::string bytes = env_.Contents(name);
    if (bytes.empty()) continue;
    bytes[rng() % bytes.size()] ^= static_cast<char>(1 << rng() % 8);
    env_.SetContents(name, bytes);
    SCOPED_TRACE("round " + std::to_string(round) + ", " + name);
    auto store = Open();
    if (!store.ok()) {
      ++refused;
      ASSERT_TRUE(store.error().code == ErrorCode::kCorrupt ||
                  store.error().code == ErrorCode::kIo ||
                  store.error().code == ErrorCode::kNotFound)
          << store.error().ToString();
      continue;
    }
    ASSERT_GE((*store)->last_entry().height.value(), 299u);
    ASSERT_NO_FATAL_FAILURE(ExpectExactOrCorrupt(**store, 299));
  }
  EXPECT_GT(refused, test::PropertyCases(100u));
}

TEST_F(DamageTest, ATornTailIsCutAboveTheMarkOnly) {
  Build(20, 15, 10);
  auto pristine = Copy();
  auto logs = env_.FilesWith("/ledger/log/");
  std::string wal;
  for (const std::string& name : logs)
    if (name.ends_with(".log")) wal = name;
  const std::string whole = pristine[wal];
  ASSERT_GT(whole.size(), 10'000u);
  size_t cut = 0, refused = 0;
  for (size_t length = 0; length <= whole.size(); length += 61) {
    Restore(pristine);
    env_.SetContents(wal, whole.substr(0, length));
    auto store = Open();
    if (!store.ok()) {
      ++refused;
      EXPECT_EQ(store.error().code, ErrorCode::kCorrupt) << store.error().ToString();
      if (length > 200) {
        EXPECT_NE(store.error().detail.find("height"), std::string::npos);
      }
      continue;
    }
    ASSERT_GE((*store)->last_entry().height.value(), 20u) << length;
    if ((*store)->last_entry().height.value() < 35) ++cut;
    ASSERT_NO_FATAL_FAILURE(ExpectExactOrCorrupt(**store, (*store)->last_entry().height.value()));
  }
  EXPECT_GT(cut, 20u);
  EXPECT_GT(refused, 20u);
}

TEST_F(DamageTest, ARecordWithGarbageAtTheTornEndIsCut) {
  Build(20, 5, 10);
  auto pristine = Copy();
  std::string wal;
  for (const std::string& name : env_.FilesWith("/ledger/log/"))
    if (name.ends_with(".log")) wal = name;
  std::string bytes = pristine[wal];
  bytes[bytes.size() - 30] ^= 1;  // the last entry, not marked
  env_.SetContents(wal, bytes);
  auto store = Open();
  ASSERT_OK(store);
  EXPECT_EQ((*store)->last_entry().height, Height(24));
  EXPECT_FALSE(env_.FilesWith("/ledger/log/damaged/").empty()) << "evidence is kept";
  ASSERT_OK((*store)->AppendLog(std::nullopt, {blocks_[24].bytes}));
  store->reset();
  ASSERT_OK(Open());
}

TEST_F(DamageTest, AnEmptyLogBesideAMarkIsRefused) {
  Build(20, 0, 0);
  for (const std::string& name : env_.FilesWith("/ledger/log/"))
    if (name.ends_with(".log")) env_.SetContents(name, "");
  EXPECT_CODE(Open(), ErrorCode::kCorrupt);
}

TEST_F(DamageTest, ALostMarkFileIsNotTakenForANewStore) {
  Build(20, 0, 0);
  for (const std::string& name : env_.FilesWith("/ledger/mark-")) env_.RemoveFile(name);
  EXPECT_CODE(Open(), ErrorCode::kRef);
  EXPECT_CODE(Store::Open(OptionsFor(&env_, true), test::SampleLedger()), ErrorCode::kCorrupt);
}

TEST_F(DamageTest, AnotherLedgersDirectoryAndAnUnknownFormatAreNamed) {
  Build(2, 0, 0);
  LedgerId other;
  other.data.fill(9);
  EXPECT_CODE(Store::Open(OptionsFor(&env_, false), other), ErrorCode::kGenesis);
  EXPECT_CODE(Store::Open(OptionsFor(&env_, true), test::SampleLedger()), ErrorCode::kRef);
  leveldb::Options options;
  options.env = &env_;
  leveldb::DB* db = nullptr;
  ASSERT_TRUE(leveldb::DB::Open(options, "/ledger/state", &db).ok());
  Bytes format = Writer().Raw(keys::kStoreMagic).U16(99).Raw(test::SampleLedger()).Take();
  ASSERT_TRUE(db->Put({}, std::string(keys::kFormatKey), format).ok());
  env_.Drain();
  delete db;
  EXPECT_CODE(Open(), ErrorCode::kProtocol);
}

TEST_F(DamageTest, AFailedSyncIsFinal) {
  Build(3, 0, 0);
  Chain chain(13);
  for (int which = 0; which < 2; ++which) {
    auto store = *Open();
    chain.Rewind(store->last_entry(), 1'800'000'000'000);
    auto block = chain.Next(1, Term(1));
    if (which == 1) ASSERT_OK(store->AppendLog(std::nullopt, {block.bytes}));
    env_.SetFaults({.fail_sync_at = 1});
    if (which == 0) {
      EXPECT_CODE(store->AppendLog(std::nullopt, {block.bytes}), ErrorCode::kIo);
    } else {
      EXPECT_CODE(store->Mark(block.head), ErrorCode::kIo);
    }
    env_.SetFaults({});
    // The disk works again, but whoever retries could be told that lost data is safe.
    EXPECT_FALSE(store->AppendLog(LogHardState{Term(9), 1, Height(0)}, {}).ok());
    EXPECT_FALSE(store->Mark(blocks_[2].head).ok());
    EXPECT_FALSE(store->ApplyBlock(blocks_[0].entry, blocks_[0].result).ok());
    store.reset();
    env_.Kill();
    env_.Crash();
  }
  auto store = Open();
  ASSERT_OK(store);
  ExpectExactOrCorrupt(**store, 3);
  EXPECT_EQ((*store)->mark().height, Height(3));
}

// A new leader's entries replace a suffix: what cannot be read could not be deleted, and would
// stand among them.
TEST_F(DamageTest, ASuffixThatCannotBeReadIsNotReplaced) {
  Build(300, 0, 0);
  auto store = *Open();
  Chain other(14);
  auto block = other.Next(1, Term(2));
  env_.SetFaults({.fail_reads = true});
  EXPECT_CODE(store->AppendLog(std::nullopt, {block.bytes}), ErrorCode::kIo);
  env_.SetFaults({});
  EXPECT_EQ(store->last_entry().height, Height(300));
  ASSERT_OK(store->AppendLog(std::nullopt, {block.bytes}));
  EXPECT_EQ(store->last_entry().height, Height(1));
}

TEST_F(DamageTest, AFullDiskIsNamedAndNothingAcknowledgedIsLost) {
  for (uint64_t at = 1; at < 60; ++at) {
    env_.Kill();
    env_.Crash();
    Restore({});
    blocks_.clear();
    auto store = *Store::Open(OptionsFor(&env_, true), test::SampleLedger());
    ASSERT_OK(store->ApplyGenesis(1, EncodeConfiguration(test::SampleConfiguration()),
                                  test::GenesisWrites()));
    env_.SetFaults({.disk_full_at = at});
    Chain chain(12);
    size_t acknowledged = 0;
    Status status;
    for (int i = 0; status.ok(); ++i) {
      blocks_.push_back(chain.Next(2, Term(1), 1));
      status = store->AppendLog(LogHardState{Term(1), 1, Height(0)}, {blocks_.back().bytes});
      if (status.ok()) status = store->Mark(blocks_.back().head);
      if (status.ok()) acknowledged = blocks_.size();
      if (status.ok()) status = store->ApplyBlock(blocks_.back().entry, blocks_.back().result);
    }
    EXPECT_EQ(status.error().code, ErrorCode::kDiskFull) << status.error().ToString();
    store.reset();
    env_.Kill();
    env_.Crash();
    auto again = Open();
    ASSERT_OK(again);
    ASSERT_GE((*again)->last_entry().height.value(), acknowledged);
    ExpectExactOrCorrupt(**again, acknowledged);
  }
}

TEST_F(DamageTest, WhatIsAppliedIsNotRewrittenAndNothingIsSkipped) {
  Build(6, 0, 4);
  auto store = *Open();
  EXPECT_CODE(store->AppendLog(std::nullopt, {blocks_[3].bytes}), ErrorCode::kInternal);
  EXPECT_CODE(store->ApplyBlock(blocks_[3].entry, blocks_[3].result), ErrorCode::kInternal);
  EXPECT_CODE(store->ApplyBlock(blocks_[5].entry, blocks_[5].result), ErrorCode::kInternal);
  Chain other(99);
  EXPECT_CODE(store->AppendLog(std::nullopt, {other.Next(1, Term(1)).bytes}), ErrorCode::kInternal);
  other.Rewind(blocks_[5].head, 1);
  other.Next(1, Term(2));
  EXPECT_CODE(store->AppendLog(std::nullopt, {other.Next(1, Term(2)).bytes}),
              ErrorCode::kInternal);  // a gap
  EXPECT_EQ(store->head().height, Height(4));
  EXPECT_EQ(store->last_entry().height, Height(6));
}

}  // namespace
}  // namespace suyuan::ledger
