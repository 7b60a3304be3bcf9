// Archives of a real ledger (docs/formats.md §11): complete, only added to, and believed for
// nothing.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/archive/archived_ledger.h"
#include "tests/support/expect_ok.h"

namespace suyuan::ledger::archive {
namespace {

using verify::StoredBlock;

Bytes Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}
void Store(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class ArchiveTest : public ::testing::Test {
 protected:
  test::ArchivedLedger ledger_;
  const std::string place_ = ledger_.Place("backup");
};

TEST_F(ArchiveTest, HoldsEveryBlockAsItWas) {
  ledger_.AddTo(place_, ledger_.tip());
  auto archive = OpenArchive(place_);
  ASSERT_OK(archive);
  EXPECT_EQ((*archive)->AppliedHeight().value(), ledger_.tip());
  const auto source = ledger_.Source();
  EXPECT_EQ((*archive)->CheckpointNote().value(), source->CheckpointNote().value());
  uint64_t items = 0;
  for (uint64_t height = 0; height <= ledger_.tip(); ++height) {
    const StoredBlock expected = source->Block(height).value();
    auto block = (*archive)->Block(height);
    ASSERT_OK(block);
    EXPECT_EQ(block->entry, expected.entry);
    EXPECT_EQ(block->sealed_items, expected.sealed_items);
    EXPECT_EQ(block->leaves, expected.leaves);
    EXPECT_EQ(block->outcomes, expected.outcomes);
    EXPECT_EQ(block->log_root, expected.log_root);
    EXPECT_EQ(block->state_root, expected.state_root);
    items += block->sealed_items.size();
  }
  EXPECT_GT(items, 0u);
  EXPECT_EQ((*archive)->Block(ledger_.tip() + 1).error().code, ErrorCode::kNotFound);
  const auto report = ledger_.Verify(place_);
  EXPECT_TRUE(report.ok) << report.problem;
  EXPECT_GT(report.checkpoint_leaves, 0u);
}

TEST_F(ArchiveTest, IsOnlyAddedTo) {
  EXPECT_EQ(ledger_.AddTo(place_, 10), 11u);
  const Bytes first = Load(place_ + "/" + NameOf({0, 10}));
  EXPECT_EQ(ledger_.AddTo(place_, 10), 0u);
  EXPECT_EQ(ledger_.AddTo(place_, ledger_.tip()), ledger_.tip() - 10);
  EXPECT_EQ(Load(place_ + "/" + NameOf({0, 10})), first);
  EXPECT_TRUE(ledger_.Verify(place_).ok);
  // What an interrupted backup leaves behind is not looked at.
  Store(place_ + "/" + NameOf({ledger_.tip() + 1, ledger_.tip() + 5}) + ".new", "half");
  EXPECT_TRUE(ledger_.Verify(place_).ok);
}

TEST_F(ArchiveTest, WhatWasNotFinishedIsNotThere) {
  ledger_.AddTo(place_, 5);
  auto writer = ArchiveWriter::Open(place_, ledger_.id());
  ASSERT_OK(writer);
  const auto source = ledger_.Source();
  for (uint64_t height = 0; height <= 8; ++height) {
    const StoredBlock block = source->Block(height).value();
    if (height <= 5) continue;
    ASSERT_OK((*writer)->Add(block));
  }
  writer->reset();
  EXPECT_EQ(ArchiveWriter::Open(place_, ledger_.id()).value()->next(), 6u);
}

TEST_F(ArchiveTest, TakesOnlyTheNextBlockOfItsLedger) {
  ledger_.AddTo(place_, 5);
  auto writer = ArchiveWriter::Open(place_, ledger_.id());
  ASSERT_OK(writer);
  auto source = ledger_.Source();
  StoredBlock block;
  for (uint64_t height = 0; height <= 7; ++height) {
    block = source->Block(height).value();
    if (height == 6) continue;
    EXPECT_EQ((*writer)->Add(block).error().code,
              height == 0 ? ErrorCode::kFormat : ErrorCode::kConflict);
  }
  source.reset();
  LedgerId foreign = ledger_.id();
  foreign.data[0] ^= 1;
  auto other = ArchiveWriter::Open(ledger_.Place("foreign"), foreign);
  ASSERT_OK(other);
  EXPECT_EQ((*other)->Add(ledger_.Source()->Block(0).value()).error().code, ErrorCode::kGenesis);
}

TEST_F(ArchiveTest, MissingFilesAreNoticed) {
  EXPECT_EQ(OpenArchive(place_).error().code, ErrorCode::kRef);
  ledger_.AddTo(place_, 5);
  ledger_.AddTo(place_, 9);
  ledger_.AddTo(place_, 12);
  const std::string middle = place_ + "/" + NameOf({6, 9});
  const Bytes bytes = Load(middle);
  std::filesystem::remove(middle);
  EXPECT_EQ(OpenArchive(place_).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(ArchiveWriter::Open(place_, ledger_.id()).error().code, ErrorCode::kCorrupt);
  // Under a name that promises more than is there.
  Store(place_ + "/" + NameOf({6, 9}), bytes.substr(0, bytes.size() - 1));
  EXPECT_EQ(OpenArchive(place_).value()->Block(7).error().code, ErrorCode::kCorrupt);
}

// The archive itself claims nothing: whatever is changed in it, the verifier refuses it.
TEST_F(ArchiveTest, EveryFlipIsRefused) {
  ledger_.AddTo(place_, 8);
  const std::string path = place_ + "/" + NameOf({0, 8});
  const Bytes honest = Load(path);
  for (size_t i = 0; i < honest.size(); i += 1 + honest.size() / 150) {
    Bytes flipped = honest;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    Store(path, flipped);
    EXPECT_FALSE(ledger_.Verify(place_).ok) << i;
  }
}

}  // namespace
}  // namespace suyuan::ledger::archive
