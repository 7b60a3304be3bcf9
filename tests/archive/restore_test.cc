// A ledger rebuilt from an archive (node/restore.h): proven before it appears, and for a key that
// never voted (reliability row 12).
#include "node/restore.h"

#include <gtest/gtest.h>

#include "common/hash.h"
#include "node/restored_mark.h"
#include "tests/archive/archived_ledger.h"
#include "tests/support/expect_ok.h"

namespace suyuan::node {
namespace {

using ledger::verify::StoredBlock;

// An archive that lies when it is read a second time.
class Changed final : public ledger::verify::LedgerSource {
 public:
  using Change = std::function<void(uint64_t, StoredBlock&)>;
  Changed(LedgerSource& honest, Change change) : honest_(honest), change_(std::move(change)) {}
  Result<uint64_t> AppliedHeight() override { return honest_.AppliedHeight(); }
  Result<StoredBlock> Block(uint64_t height) override {
    auto block = honest_.Block(height);
    if (block.ok()) change_(height, *block);
    return block;
  }
  Status CheckNode(unsigned, uint64_t, const Hash&) override { return {}; }
  Status CheckRest(const Derived&, uint64_t*) override { return {}; }
  Result<bool> ScanState(const StateVisitor&) override { return false; }
  Result<std::optional<std::string>> CheckpointNote() override { return honest_.CheckpointNote(); }

 private:
  LedgerSource& honest_;
  const Change change_;
};

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    ledger_.AddTo(ledger_.Place("backup"), ledger_.tip());
    archive_ = ledger::archive::OpenArchive(ledger_.Place("backup")).value();
    const auto report = ledger_.Verify(ledger_.Place("backup"));
    SUYUAN_CHECK(report.ok, report.problem);
    verified_ = {Height(ledger_.tip()), report.log_root};
    const test::World& world = ledger_.real().world();
    start_.ledger = world.genesis.ledger_id;
    start_.origin = world.genesis.origin;
    start_.limits = world.genesis.limits;
    start_.time_ms = world.genesis.time_ms;
    start_.configuration = world.configuration;
    start_.writes = world.genesis_writes;
  }
  Status Restore(const KeyId& node, ledger::verify::LedgerSource& blocks) {
    return RestoreLedger({data_, node}, start_, blocks, verified_, [](uint64_t) {});
  }
  bool Appeared() const {
    return std::filesystem::exists(data_ + "/ledger") ||
           std::filesystem::exists(data_ + "/ledger.restoring");
  }

  test::ArchivedLedger ledger_;
  std::unique_ptr<ledger::verify::LedgerSource> archive_;
  VerifiedBlocks verified_;
  LedgerStart start_;
  const std::string data_ = ledger_.Place("data");
  const KeyId fresh_{Sha256("a new node's key").data};
};

TEST_F(RestoreTest, GivesALedgerThatVerifies) {
  std::filesystem::create_directories(data_ + "/ledger.restoring/log");  // of an earlier attempt
  ASSERT_OK(Restore(fresh_, *archive_));
  const auto report = ledger_.real().Verify(data_ + "/ledger");
  EXPECT_TRUE(report.ok) << report.problem;
  EXPECT_EQ(report.height, ledger_.tip());
  EXPECT_EQ(report.log_root, verified_.log_root);

  // It has promised nothing to anybody.
  ledger::StoreOptions options;
  options.directory = data_ + "/ledger";
  auto store = ledger::Store::Open(options, ledger_.id());
  ASSERT_OK(store);
  EXPECT_EQ((*store)->hard_state().vote, 0u);
  EXPECT_EQ((*store)->hard_state().term, (*store)->last_entry().term);
  EXPECT_EQ((*store)->mark().height, Height(0));
  EXPECT_FALSE((*store)->LastCheckpoint().value());
  store->reset();

  EXPECT_EQ(Restore(fresh_, *archive_).error().code, ErrorCode::kRef);
}

TEST_F(RestoreTest, RunsUnderItsOwnKeyOnly) {
  ASSERT_OK(CheckRestoredMark(data_ + "/ledger", fresh_));  // nothing was restored
  ASSERT_OK(Restore(fresh_, *archive_));
  ASSERT_OK(CheckRestoredMark(data_ + "/ledger", fresh_));
  KeyId other = fresh_;
  other.data[0] ^= 1;
  EXPECT_EQ(CheckRestoredMark(data_ + "/ledger", other).error().code, ErrorCode::kLost);
  std::filesystem::resize_file(data_ + "/ledger/restored", 10);
  EXPECT_EQ(CheckRestoredMark(data_ + "/ledger", fresh_).error().code, ErrorCode::kCorrupt);
}

TEST_F(RestoreTest, NotForAKeyThatVoted) {
  for (const SigningKey& key : ledger_.real().world().node_keys) {
    const Status restored = Restore(key.key_id(), *archive_);
    ASSERT_FALSE(restored.ok());
    EXPECT_EQ(restored.error().code, ErrorCode::kLost);
    EXPECT_FALSE(Appeared());
  }
}

TEST_F(RestoreTest, WhatIsNotWhatWasVerifiedDoesNotAppear) {
  const uint64_t middle = ledger_.tip() / 2;
  const std::vector<Changed::Change> lies = {[&](uint64_t height, StoredBlock& block) {
                                               if (height == middle)
                                                 block.state_root = Sha256("another state");
                                             },
                                             [&](uint64_t height, StoredBlock& block) {
                                               if (height == middle)
                                                 block.log_root = Sha256("another log");
                                             },
                                             [&](uint64_t height, StoredBlock& block) {
                                               if (height == middle)
                                                 block.entry.back() =
                                                     static_cast<char>(block.entry.back() ^ 1);
                                             },
                                             [&](uint64_t height, StoredBlock& block) {
                                               if (!block.sealed_items.empty() && height > 0)
                                                 block.sealed_items.pop_back();
                                             }};
  for (const auto& lie : lies) {
    Changed blocks(*archive_, lie);
    EXPECT_FALSE(Restore(fresh_, blocks).ok());
    EXPECT_FALSE(Appeared());
  }
  // All of it consistent, but another ledger's end than the one that was verified.
  verified_.log_root = Sha256("another root");
  EXPECT_EQ(Restore(fresh_, *archive_).error().code, ErrorCode::kProof);
  EXPECT_FALSE(Appeared());
}

}  // namespace
}  // namespace suyuan::node
