// Whatever is changed in a snapshot is refused, with its hashes mended or not.
#include <algorithm>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/namespaces.h"
#include "tests/snapshot/snapshot_ledger.h"
#include "tests/support/expect_ok.h"

namespace suyuan::ledger {
namespace {

using Pairs = std::vector<test::OwnedPair>;

const test::SnapshotLedger& Shared() { return test::SharedSnapshotLedger(); }

// The error of reading `file`; kOk when it is taken for a snapshot.
ErrorCode Verdict(const Bytes& file) {
  auto contents = test::ReadFile(file, Shared().id());
  return contents.ok() ? ErrorCode::kOk : contents.error().code;
}

Pairs::iterator FirstOf(Pairs& pairs, uint8_t table) {
  return std::find_if(pairs.begin(), pairs.end(),
                      [table](const auto& pair) { return pair.table == table; });
}
constexpr uint8_t kSeen = static_cast<uint8_t>(contracts::Namespace::kSeen);

TEST(SnapshotDamage, EveryFlippedByteOfTheManifestIsNoticed) {
  const Bytes manifest = EncodeManifest(Shared().manifest());
  const Hash id = SnapshotIdOf(manifest), root = FrontierOf(Shared().manifest()).Root();
  for (size_t i = 0; i < manifest.size(); ++i) {
    Bytes flipped = manifest;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    EXPECT_NE(SnapshotIdOf(flipped), id);
    auto decoded = DecodeManifest(flipped, Shared().id());
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodeManifest(*decoded), flipped) << i;  // one encoding
    // What passes for a manifest is of another log, or of other chunks.
    EXPECT_TRUE(FrontierOf(*decoded).Root() != root ||
                decoded->chunks != Shared().manifest().chunks)
        << i;
  }
}

TEST(SnapshotDamage, EveryFlippedByteOfAFileIsRefused) {
  const Bytes& file = Shared().file();
  const size_t manifest = sizeof(uint32_t) + EncodeManifest(Shared().manifest()).size();
  const size_t chunks =
      manifest + sizeof(uint32_t) + Shared().store().LastCheckpoint().value()->size();
  // The text of the checkpoint is its signers' business (SignersOf).
  for (size_t i = 0; i < file.size(); i += i < 2000 || i + 200 > file.size() ? 1 : 499) {
    if (i >= manifest + sizeof(uint32_t) && i < chunks) continue;
    Bytes flipped = file;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    auto contents = test::ReadFile(flipped, Shared().id());
    if (!contents.ok()) continue;
    // Only links to what a snapshot does not hold are not compared with anything else in the file:
    // then the log root is another one, which nobody signed.
    EXPECT_LT(i, manifest);
    EXPECT_NE(contents->log_root, FrontierOf(Shared().manifest()).Root()) << i;
  }
}

TEST(SnapshotDamage, AFileThatEndsEarlyOrLateIsRefused) {
  const Bytes& file = Shared().file();
  for (size_t size = 0; size < file.size(); size += size < 2000 ? 1 : 997)
    EXPECT_EQ(Verdict(file.substr(0, size)), ErrorCode::kFormat) << size;
  EXPECT_EQ(Verdict(file + Bytes(1, '\0')), ErrorCode::kFormat);
  EXPECT_EQ(Verdict(file + Shared().chunks().back()), ErrorCode::kFormat);
}

TEST(SnapshotDamage, ClaimedSizesCostNoMemory) {
  EXPECT_EQ(Verdict(Bytes(4, '\xFF')), ErrorCode::kFormat);
  EXPECT_EQ(Verdict(Writer().U32(40 << 20).Raw("SYS1").Take()), ErrorCode::kFormat);
  Bytes manifest = EncodeManifest(Shared().manifest());
  const size_t table = manifest.size() - 36 * Shared().chunks().size() - sizeof(uint32_t);
  for (uint32_t count : {kSnapshotChunksMax, kSnapshotChunksMax + 1, UINT32_MAX}) {
    Bytes lying = manifest.substr(0, table) + Writer().U32(count).Take();
    EXPECT_EQ(DecodeManifest(lying, Shared().id()).error().code, ErrorCode::kFormat);
  }
  for (uint32_t size : {0u, static_cast<uint32_t>(kSnapshotChunkBytesMax) + 1, UINT32_MAX}) {
    SnapshotManifest lying = Shared().manifest();
    lying.chunks[0].bytes = size;
    EXPECT_EQ(DecodeManifest(EncodeManifest(lying), Shared().id()).error().code,
              ErrorCode::kFormat);
  }
}

TEST(SnapshotDamage, ChunksStandInTheirOrderAndBelongToTheirSnapshot) {
  const auto& chunks = Shared().chunks();
  SnapshotReader swapped(Shared().manifest());
  EXPECT_EQ(swapped.Take(chunks[1]).error().code, ErrorCode::kProof);

  // Of another snapshot, whose manifest would name it.
  Pairs pairs = test::PairsOf(Shared());
  pairs[0].value += "x";
  const Bytes other = test::FileWith(Shared(), pairs);
  SnapshotReader reader(Shared().manifest());
  EXPECT_EQ(reader.Take(ByteView(other).substr(other.size() - chunks.back().size() - 1)).ok(),
            false);
  EXPECT_EQ(reader.Take(other).error().code, ErrorCode::kProof);
}

TEST(SnapshotDamage, AnotherLedgersSnapshotIsRefused) {
  LedgerId foreign = Shared().id();
  foreign.data[31] ^= 1;
  EXPECT_EQ(test::ReadFile(Shared().file(), foreign).error().code, ErrorCode::kGenesis);
}

// From here on the liar mends every hash in the file.

TEST(SnapshotDamage, HonestPairsPass) {
  EXPECT_EQ(Verdict(test::FileWith(Shared(), test::PairsOf(Shared()))), ErrorCode::kOk);
}

TEST(SnapshotDamage, AChangedAddedOrMissingKeyOfTheStateIsNotProven) {
  for (uint8_t table : {uint8_t{0x01}, uint8_t{0x07}, kSeen}) {
    Pairs pairs = test::PairsOf(Shared());
    FirstOf(pairs, table)->value.back() ^= 1;
    EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
    pairs = test::PairsOf(Shared());
    pairs.erase(FirstOf(pairs, table));
    EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
    pairs = test::PairsOf(Shared());
    auto at = FirstOf(pairs, table);
    pairs.insert(at, {table, Bytes(sizeof(uint64_t), '\0'), "more"});
    EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
  }
}

// Reliability row 28: a joiner that did not know of them would apply them twice.
TEST(SnapshotDamage, TransactionsThatHaveNotExpiredAreProven) {
  const Pairs honest = test::PairsOf(Shared());
  Pairs pairs = honest;
  pairs.erase(FirstOf(pairs, kTransactionTable));
  EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
  pairs = honest;
  pairs.pop_back();
  EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
  pairs = honest;
  pairs.back().value[12] ^= 1;  // of the id
  EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
  pairs = honest;
  std::swap(pairs.back().value, FirstOf(pairs, kTransactionTable)->value);
  EXPECT_NE(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kOk);
  // One that is called expired is missing from its chain.
  pairs = honest;
  const Bytes past = Writer().U64(1).Take();
  pairs.back().value.replace(8 + 4 + 32, past.size(), past);
  EXPECT_EQ(Verdict(test::FileWith(Shared(), pairs)), ErrorCode::kProof);
}

TEST(SnapshotDamage, TransactionsStandWhereTheyCan) {
  const Pairs honest = test::PairsOf(Shared());
  auto verdict = [&](auto change) {
    Pairs pairs = honest;
    change(pairs.back());
    return Verdict(test::FileWith(Shared(), pairs));
  };
  auto put = [](Bytes& bytes, size_t at, uint64_t number) {
    bytes.replace(at, sizeof number, Writer().U64(number).Take());
  };
  const uint64_t height = Shared().manifest().header.height.value();
  EXPECT_EQ(verdict([&](auto& p) { put(p.value, 0, 0); }), ErrorCode::kFormat);
  EXPECT_EQ(verdict([&](auto& p) { put(p.value, 0, height + 1); }), ErrorCode::kFormat);
  EXPECT_EQ(verdict([&](auto& p) { put(p.key, 0, Shared().manifest().log_size() - 1); }),
            ErrorCode::kFormat);
  EXPECT_EQ(verdict([&](auto& p) { p.value.back() = 2; }), ErrorCode::kFormat);
  EXPECT_EQ(verdict([&](auto& p) { p.value += '\0'; }), ErrorCode::kFormat);
  EXPECT_EQ(verdict([&](auto& p) { p.key += '\0'; }), ErrorCode::kFormat);
}

TEST(SnapshotDamage, PairsHaveOneOrderAndOneCut) {
  auto pair = [](uint8_t table, const Bytes& key, size_t value_bytes) {
    return Writer().U8(table).Sized(key).Sized(Bytes(value_bytes, 'v')).Take();
  };
  auto all = [](const std::vector<Bytes>& chunks) {
    ChunkReader reader;
    for (const Bytes& chunk : chunks)
      if (!reader.Take(chunk, [](const SnapshotPair&) { return Status(); }).ok()) return false;
    return true;
  };
  const size_t half = kSnapshotChunkBytes / 2;
  EXPECT_TRUE(all({pair(1, "a", half), pair(1, "b", half)}));
  EXPECT_TRUE(all({pair(1, "a", 2 * kSnapshotChunkBytes), pair(1, "b", 1) + pair(2, "a", 1)}));
  EXPECT_TRUE(all({pair(0x7F, "a", 1), pair(0x80, "a", 1), pair(0xFF, "a", 1)}));
  EXPECT_FALSE(all({pair(1, "a", half) + pair(1, "b", half)})) << "too late";
  EXPECT_FALSE(all({pair(1, "a", 1), pair(1, "b", 1)})) << "too early";
  EXPECT_FALSE(all({pair(0x7F, "a", 1) + pair(0x80, "a", 1)})) << "two sections";
  EXPECT_FALSE(all({pair(1, "b", half), pair(1, "a", half)})) << "falls";
  EXPECT_FALSE(all({pair(1, "a", 1) + pair(1, "a", 2)})) << "twice";
  EXPECT_FALSE(all({pair(2, "a", 1) + pair(1, "b", 1)})) << "table falls";
  EXPECT_FALSE(all({Bytes()}));
  EXPECT_FALSE(all({pair(1, "a", 1) + "\1"})) << "rest";
}

}  // namespace
}  // namespace suyuan::ledger
