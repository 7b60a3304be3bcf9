// Snapshots of a real ledger (docs/formats.md §10): what is written reads back, is proven by the
// block's header leaf, and holds what a joiner needs to execute the next block (reliability row
// 28).
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/namespaces.h"
#include "contracts/outcome.h"
#include "ledger/checkpoint.h"
#include "tests/snapshot/snapshot_ledger.h"
#include "tests/support/expect_ok.h"

namespace suyuan::ledger {
namespace {

const test::SnapshotLedger& Shared() { return test::SharedSnapshotLedger(); }

TEST(Snapshot, ReadsBackAndLeadsToTheLogRoot) {
  auto contents = test::ReadFile(Shared().file(), Shared().id());
  ASSERT_OK(contents);
  const auto summary = Shared().store().Summary(Shared().store().head().height).value();
  EXPECT_EQ(contents->log_root, summary.log_root);
  EXPECT_EQ(contents->id, SnapshotIdOf(EncodeManifest(Shared().manifest())));
  EXPECT_EQ(contents->bytes, Shared().file().size());
  const LogHead head = HeadOf(contents->manifest);
  EXPECT_EQ(head.height, summary.head.height);
  EXPECT_EQ(head.leaf_count, summary.leaf_count);
  EXPECT_EQ(head.entry_hash, summary.head.entry_hash);
  EXPECT_EQ(head.header_leaf_hash, summary.head.header_leaf_hash);
  EXPECT_EQ(head.configuration_hash, summary.head.configuration_hash);
  EXPECT_EQ(head.time_ms, summary.head.time_ms);
  EXPECT_EQ(head.state_root, summary.head.state_root);
  EXPECT_EQ(HeaderLeafOf(contents->manifest), Shared().store().LeavesOf(head.height)->back());
}

TEST(Snapshot, HoldsTheWholeStateAndNothingElse) {
  auto expected = Shared().store().Snapshot();
  std::map<uint8_t, uint64_t> counts;
  for (const auto& pair : test::PairsOf(Shared())) {
    ++counts[pair.table];
    if (pair.table == kTransactionTable) continue;
    EXPECT_EQ(expected->Get(pair.table, pair.key).value(), pair.value);
  }
  for (unsigned table = 0; table < kTransactionTable; ++table) {
    uint64_t stored = 0;
    ASSERT_OK(expected->Scan(static_cast<uint8_t>(table), {},
                             [&](ByteView, ByteView) { return ++stored > 0; }));
    EXPECT_EQ(counts[static_cast<uint8_t>(table)], stored) << table;
  }
  // The ledger is worth the test: dedupe chains, several kinds of entities, indexes.
  for (auto ns : {contracts::Namespace::kSeen, contracts::Namespace::kParty,
                  contracts::Namespace::kKey, contracts::Namespace::kRecord})
    EXPECT_GT(counts[static_cast<uint8_t>(ns)], 0u);
}

TEST(Snapshot, ListsEveryTransactionWithItsVerdict) {
  uint64_t applied = 0, refused = 0;
  for (const auto& pair : test::PairsOf(Shared())) {
    if (pair.table != kTransactionTable) continue;
    Reader r(pair.value);
    const Height height(r.U64());
    const uint32_t position = r.U32();
    auto found = Shared().store().FindTransaction(r.Take<TxId>()).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->location.height, height);
    EXPECT_EQ(found->location.position, position);
    EXPECT_EQ(found->location.leaf, LeafIndex(Reader(pair.key).U64()));
    r.U64();
    const bool says = r.U8() == 1;
    EXPECT_EQ(says, contracts::IsApplied(found->outcome));
    ++(says ? applied : refused);
  }
  EXPECT_EQ(applied + refused, Shared().real().world().transactions.size());
  EXPECT_GT(applied, 0u);
  EXPECT_GT(refused, 0u);
}

TEST(Snapshot, IsTheSameBytesAgain) {
  auto writer = test::WriterOf(Shared());
  ASSERT_OK(writer);
  EXPECT_EQ(EncodeManifest((*writer)->manifest()), EncodeManifest(Shared().manifest()));
  EXPECT_EQ(test::FileWith(Shared(), test::PairsOf(Shared())).size() +
                Shared().store().LastCheckpoint().value()->size(),
            Shared().file().size());
}

// The right edge goes on to the same roots as the log itself.
TEST(Snapshot, FrontierContinuesTheLog) {
  Frontier edge = FrontierOf(Shared().manifest());
  EXPECT_EQ(edge.size(), Shared().store().head().leaf_count);
  Frontier whole;
  for (uint64_t i = 0; i < edge.size(); ++i)
    whole.Append(MerkleLeafHash(Shared().store().LeafBytes(LeafIndex(i)).value()), {});
  for (int i = 0; i < 600; ++i) {
    ASSERT_EQ(edge.Root(), whole.Root());
    const Hash next = Sha256(std::to_string(i));
    edge.Append(next, {});
    whole.Append(next, {});
  }
}

// Whoever was interrupted keeps what was verified and goes on with the next chunk; the chunks may
// come from another member's snapshot of the same height.
TEST(Snapshot, GoesOnAfterHalf) {
  const auto& chunks = Shared().chunks();
  ASSERT_GE(chunks.size(), 3u);
  SnapshotReader first(Shared().manifest());
  for (size_t i = 0; i < chunks.size() / 2; ++i) ASSERT_OK(first.Take(chunks[i]));
  const Status early = first.Finish();
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, ErrorCode::kProof);

  SnapshotReader second(Shared().manifest());
  for (size_t i = 0; i < first.taken(); ++i) ASSERT_OK(second.Take(chunks[i]));
  for (size_t i = first.taken(); i < chunks.size(); ++i) ASSERT_OK(second.Take(chunks[i]));
  ASSERT_OK(second.Finish());
  EXPECT_FALSE(second.Take(chunks[0]).ok());
}

TEST(Snapshot, CheckpointSaysWhoVouches) {
  const auto& world = Shared().real().world();
  auto configuration = DecodeConfiguration(world.configuration);
  ASSERT_OK(configuration);
  auto contents = test::ReadFile(Shared().file(), Shared().id());
  ASSERT_OK(contents);
  auto signers = SignersOf(*contents, world.genesis.origin, *configuration);
  ASSERT_OK(signers);
  ASSERT_EQ(signers->size(), 1u);
  EXPECT_EQ((*signers)[0],
            ToString(configuration->members[0].party) + "/" + configuration->members[0].node);
  // Nobody signed for another origin; a note over another root is refused, not passed over.
  EXPECT_TRUE(SignersOf(*contents, "elsewhere.example", *configuration).value().empty());
  contents->note = SignNote(
      CheckpointBody({world.genesis.origin, contents->manifest.log_size(), Sha256("other")}),
      world.genesis.origin, world.log_keys[1]);
  EXPECT_EQ(SignersOf(*contents, world.genesis.origin, *configuration).error().code,
            ErrorCode::kProof);
  contents->note = "no note";
  EXPECT_EQ(SignersOf(*contents, world.genesis.origin, *configuration).error().code,
            ErrorCode::kFormat);
}

}  // namespace
}  // namespace suyuan::ledger
