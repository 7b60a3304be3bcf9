// Block entries (docs/formats.md §4), the check before acknowledging and the executed log (§5).
#include "ledger/block.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/executed_log.h"
#include "ledger/proto/block.pb.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/sealing_forgeries.h"

namespace suyuan::ledger {
namespace {

using test::Chain;
using test::Rng;

void RunInline(size_t count, const std::function<void(size_t)>& job) {
  for (size_t i = 0; i < count; ++i) job(i);
}

Status Check(const BlockEntry& entry, VerifiedCache* cache = nullptr) {
  return CheckEntry(entry, test::SampleLedger(), LedgerLimits{}, cache, RunInline);
}

std::shared_ptr<const Bytes> Shared(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}

EntryDraft DraftOf(const std::vector<Bytes>& envelopes) {
  EntryDraft draft;
  draft.height = Height(1);
  draft.term = Term(1);
  draft.time_ms = 5;
  draft.prev_entry_hash.data = test::SampleLedger().data;
  draft.envelopes.assign(envelopes.begin(), envelopes.end());
  return draft;
}

// An entry of sealed transactions with these items.
Bytes SealedEntry(const std::vector<test::SealedTransaction>& txs,
                  const sealing::SealedItems& items) {
  EntryDraft draft = DraftOf({});
  for (const test::SealedTransaction& tx : txs) draft.envelopes.push_back(*tx.envelope);
  draft.sealed_items = sealing::ViewsOf(items);
  return BuildEntry(draft, test::KeyOf(100));
}

TEST(BlockEntry, RoundTripWithSealedItems) {
  Chain chain(1);
  for (size_t i = 0; i < 200; ++i) {
    auto block = chain.Next(i % 5, Term(1), i % 4);
    const BlockEntry& entry = block.entry;
    EXPECT_EQ(entry.header.height, Height(i + 1));
    EXPECT_EQ(EncodeHeader(entry.header).size(), kBlockHeaderBytes);
    EXPECT_EQ(EncodeHeader(entry.header), block.bytes->substr(0, kBlockHeaderBytes));
    EXPECT_EQ(entry.hash, EntryHashOf(EncodeHeader(entry.header)));
    EXPECT_EQ(entry.envelopes.size(), i % 5);
    std::vector<Bytes> items(entry.sealed_items.begin(), entry.sealed_items.end());
    EXPECT_EQ(JoinSealed(StripSealed(entry), items), *block.bytes);
    EXPECT_EQ(Check(entry).ok(), items.empty()) << "these items belong to no transaction";
  }
}

TEST(BlockEntry, ConfigurationBlocksCarryOneConfiguration) {
  EntryDraft draft = DraftOf({});
  draft.kind = BlockKind::kConfiguration;
  draft.configuration = EncodeConfiguration(test::SampleConfiguration());
  auto entry = DecodeEntry(Shared(BuildEntry(draft, test::KeyOf(100))));
  ASSERT_OK(entry);
  ASSERT_OK(Check(*entry));
  EXPECT_EQ(entry->configuration, draft.configuration);
  auto decoded = DecodeConfiguration(entry->configuration);
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->members.size(), 3u);
  EXPECT_FALSE(decoded->members[2].voter);
  draft.configuration = "nonsense";
  entry = DecodeEntry(Shared(BuildEntry(draft, test::KeyOf(100))));
  ASSERT_OK(entry);
  EXPECT_CODE(Check(*entry), ErrorCode::kFormat);
}

TEST(BlockEntry, KindsHaveTheirParts) {
  const std::vector<Bytes> tx = {test::SignedSample(1)};  // drafts hold views of it
  const Bytes item = "sealed";
  auto code = [](const EntryDraft& draft) {
    auto entry = DecodeEntry(Shared(BuildEntry(draft, test::KeyOf(100))));
    return entry.ok() ? ErrorCode::kOk : entry.error().code;
  };
  EntryDraft draft = DraftOf(tx);
  EXPECT_EQ(code(draft), ErrorCode::kOk);
  draft.configuration = "c";
  EXPECT_EQ(code(draft), ErrorCode::kFormat);
  EXPECT_EQ(code(DraftOf({})), ErrorCode::kFormat);
  draft = DraftOf(tx);
  draft.kind = BlockKind::kElection;
  EXPECT_EQ(code(draft), ErrorCode::kFormat);
  draft = DraftOf({});
  draft.kind = BlockKind::kElection;
  EXPECT_EQ(code(draft), ErrorCode::kOk);
  draft.sealed_items = {item};
  EXPECT_EQ(code(draft), ErrorCode::kFormat);
  draft = DraftOf({});
  draft.kind = BlockKind::kConfiguration;
  EXPECT_EQ(code(draft), ErrorCode::kFormat);
}

TEST(BlockEntry, AnUnknownProtocolIsNamedAsSuch) {
  Bytes bytes = BuildEntry(DraftOf({test::SignedSample(1)}), test::KeyOf(100));
  bytes[5] = 2;
  EXPECT_CODE(DecodeEntry(Shared(bytes)), ErrorCode::kProtocol);
}

TEST(BlockEntry, TimesPastTheYear9999AreNone) {
  const std::vector<Bytes> tx = {test::SignedSample(1)};  // the draft holds views of it
  EntryDraft draft = DraftOf(tx);
  draft.time_ms = limits::kBlockTimeMsMax;
  EXPECT_TRUE(DecodeEntry(Shared(BuildEntry(draft, test::KeyOf(100)))).ok());
  for (uint64_t time : {limits::kBlockTimeMsMax + 1, uint64_t{1} << 53, UINT64_MAX}) {
    draft.time_ms = time;
    EXPECT_CODE(DecodeEntry(Shared(BuildEntry(draft, test::KeyOf(100)))), ErrorCode::kFormat);
  }
}

// Any change of any byte is refused by layout, hashes or signature: 20,000 seeded mutations.
TEST(BlockEntry, NoMutationPassesTheCheck) {
  Chain chain(2);
  std::vector<Bytes> entries;
  for (size_t i = 0; i < 4; ++i) entries.push_back(*chain.Next(i, Term(1)).bytes);
  Rng rng(4);
  for (size_t i = 0; i < 4; ++i) {
    const test::SealedTransaction tx = test::RandomSealedTransaction(rng).signed_tx;
    entries.push_back(SealedEntry({tx}, tx.items));
    ASSERT_OK(Check(*DecodeEntry(Shared(entries.back()))));
  }
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = entries[rng() % entries.size()];
    const Bytes before = bytes;
    size_t at = rng() % bytes.size();
    switch (rng() % 4) {
      case 0:
        bytes[at] ^= static_cast<char>(1 << rng() % 8);
        break;
      case 1:
        bytes.insert(at, 1, static_cast<char>(rng()));
        break;
      case 2:
        bytes.erase(at, 1);
        break;
      default:
        std::swap(bytes[at], bytes[rng() % bytes.size()]);
    }
    if (bytes == before) continue;
    auto entry = DecodeEntry(Shared(bytes));
    if (!entry.ok()) continue;
    ASSERT_FALSE(Check(*entry).ok()) << "case " << i;
  }
}

TEST(CheckEntry, NamesTheTransactionThatFails) {
  Bytes bad = test::SignedSample(2);
  bad[bad.size() - 1] ^= 1;
  auto entry =
      DecodeEntry(Shared(BuildEntry(DraftOf({test::SignedSample(1), bad}), test::KeyOf(100))));
  ASSERT_OK(entry);
  Status status = Check(*entry);
  EXPECT_CODE(status, ErrorCode::kFormat);
  EXPECT_NE(status.error().detail.find("transaction 1 of the block"), std::string::npos);
}

TEST(CheckEntry, RefusesATransactionTwiceAndThoseOfOtherLedgers) {
  Bytes tx = test::SignedSample(1);
  auto entry = DecodeEntry(Shared(BuildEntry(DraftOf({tx, tx}), test::KeyOf(100))));
  ASSERT_OK(entry);
  VerifiedCache cache(100);
  EXPECT_CODE(Check(*entry), ErrorCode::kFormat);
  EXPECT_CODE(Check(*entry, &cache), ErrorCode::kFormat);
  LedgerId other;
  entry = DecodeEntry(Shared(BuildEntry(DraftOf({tx}), test::KeyOf(100))));
  EXPECT_CODE(CheckEntry(*entry, other, LedgerLimits{}, nullptr, RunInline), ErrorCode::kLedger);
}

TEST(CheckEntry, RefusesAForeignProposer) {
  Bytes bytes = BuildEntry(DraftOf({test::SignedSample(1)}), test::KeyOf(100));
  PublicKey other = test::KeyOf(101).public_key();
  bytes.replace(kBlockHeaderBytes + 3, PublicKey::kSize, other.str());
  auto entry = DecodeEntry(Shared(bytes));
  ASSERT_OK(entry);
  EXPECT_CODE(Check(*entry), ErrorCode::kSig);
}

// Two sealed transactions around one that seals nothing: their items in this order and no other.
TEST(CheckEntry, SealedItemsAreThoseOfTheTransactions) {
  const test::SealedTransaction a = test::Sign(test::Honest()),
                                plain = {std::make_shared<const Bytes>(test::SignedSample(2)),
                                         {},
                                         {},
                                         {}},
                                b = test::Sign(
                                    test::SealDraft(9, {{4}}, {{test::kFirstField, 0, "\"x\""}}));
  sealing::SealedItems right = a.items;
  right.insert(right.end(), b.items.begin(), b.items.end());
  VerifiedCache cache(100), decoded(100, 1 << 20);
  const auto check = [&](const sealing::SealedItems& items, VerifiedCache* with) {
    auto entry = DecodeEntry(Shared(SealedEntry({a, plain, b}, items)));
    return entry.ok() ? Check(*entry, with) : Status(entry.error());
  };
  for (VerifiedCache* with : {&cache, &decoded, &cache, &decoded}) ASSERT_OK(check(right, with));
  // Each lie is refused by nodes that know the transactions and by nodes that do not.
  const auto refused = [&](const sealing::SealedItems& items) {
    return !check(items, &cache).ok() && !check(items, nullptr).ok() &&
           !check(items, &decoded).ok();
  };
  EXPECT_TRUE(refused({}));
  for (size_t i = 0; i < right.size(); ++i) {
    sealing::SealedItems items = right;
    items[i].back() ^= 1;
    EXPECT_TRUE(refused(items)) << i;
    items = right;
    items[i] = sealing::EncodeErasedItem({sealing::ItemHash(right[i]), Height(3)});
    EXPECT_TRUE(refused(items)) << i;
    items = right;
    items.erase(items.begin() + static_cast<long>(i));
    EXPECT_TRUE(refused(items)) << i;
    items = right;
    items.insert(items.begin() + static_cast<long>(i), right[i]);
    EXPECT_TRUE(refused(items)) << i;
    if (i > 0) {
      items = right;
      std::swap(items[i], items[i - 1]);
      EXPECT_TRUE(refused(items)) << i;
    }
  }
  const Status wrong = check(
      [&] {
        auto items = right;
        items.back().back() ^= 1;
        return items;
      }(),
      nullptr);
  EXPECT_CODE(wrong, ErrorCode::kCommit);
  EXPECT_NE(wrong.error().detail.find("transaction 2 of the block"), std::string::npos);
}

// The erased item keeps the header's root: a block that was once right stays linked to its header.
TEST(BlockEntry, AnErasedItemKeepsTheRoot) {
  const test::SealedTransaction tx = test::Sign(test::Honest());
  const auto entry = DecodeEntry(Shared(SealedEntry({tx}, tx.items)));
  sealing::SealedItems items = tx.items;
  items[3] = sealing::EncodeErasedItem({sealing::ItemHash(items[3]), Height(8)});
  const auto erased = DecodeEntry(Shared(JoinSealed(StripSealed(*entry), items)));
  ASSERT_OK(erased);
  EXPECT_EQ(erased->hash, entry->hash);
  items[3][5] ^= 1;
  EXPECT_CODE(DecodeEntry(Shared(JoinSealed(StripSealed(*entry), items))), ErrorCode::kFormat);
}

// 4 MiB are the limit of envelope and items together.
TEST(CheckEntry, SealedItemsCountAsTheirTransactionsBytes) {
  const test::SealedTransaction tx = test::Sign(test::Honest());
  const auto entry = DecodeEntry(Shared(SealedEntry({tx}, tx.items)));
  LedgerLimits limits;
  const size_t bytes = tx.envelope->size() + sealing::SealedBytes(tx.views);
  limits.transaction_bytes_max = static_cast<uint32_t>(bytes);
  ASSERT_OK(CheckEntry(*entry, test::SampleLedger(), limits, nullptr, RunInline));
  --limits.transaction_bytes_max;
  EXPECT_CODE(CheckEntry(*entry, test::SampleLedger(), limits, nullptr, RunInline),
              ErrorCode::kSize);
}

TEST(CheckEntry, WorksOnManyThreadsAndFillsTheCache) {
  std::vector<Bytes> envelopes;
  for (uint64_t i = 0; i < 100; ++i) envelopes.push_back(test::SignedSample(i));
  auto entry = DecodeEntry(Shared(BuildEntry(DraftOf(envelopes), test::KeyOf(100))));
  ASSERT_OK(entry);
  ParallelFor run = [](size_t count, const std::function<void(size_t)>& job) {
    std::atomic<size_t> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (size_t i; (i = next++) < count;) job(i);
      });
    for (std::thread& thread : threads) thread.join();
  };
  VerifiedCache cache(1000);
  ASSERT_OK(CheckEntry(*entry, test::SampleLedger(), LedgerLimits{}, &cache, run));
  for (const Bytes& envelope : envelopes)
    EXPECT_TRUE(cache.Contains(VerifiedCache::KeyOf(envelope)));
  ASSERT_OK(CheckEntry(*entry, test::SampleLedger(), LedgerLimits{}, &cache, run));
}

TEST(VerifiedCache, IsBoundedAndKeepsTheYoung) {
  VerifiedCache cache(320);
  Rng rng(1);
  std::vector<Hash> hashes;
  for (int i = 0; i < 10'000; ++i) hashes.push_back(test::RandomBytesOf<Hash>(rng));
  for (const Hash& hash : hashes) {
    cache.Insert(hash);
    ASSERT_TRUE(cache.Contains(hash));
  }
  size_t kept = 0;
  for (const Hash& hash : hashes) kept += cache.Contains(hash);
  EXPECT_LE(kept, 320u);
  EXPECT_GE(kept, 100u);
}

TEST(VerifiedCache, HandsOutWhatWasDecodedFromExactlyTheseBytes) {
  VerifiedCache cache(1000, 1 << 20);
  auto keep = [&](const Bytes& envelope) {
    auto holder = Shared(envelope);
    auto tx = DecodeTransactionView(*holder, LedgerLimits{}, nullptr).value();
    const TxId id = tx.id;
    cache.Keep(std::make_shared<const VerifiedTransaction>(
        VerifiedTransaction{holder, *holder, std::move(tx)}));
    return id;
  };
  const Bytes envelope = test::SignedSample(1);
  const TxId id = keep(envelope);
  EXPECT_TRUE(cache.Contains(VerifiedCache::KeyOf(envelope)));
  ASSERT_NE(cache.Find(id, envelope), nullptr);
  EXPECT_EQ(cache.Find(id, envelope)->tx.id, id);
  Bytes resigned = envelope;  // the same id, another signature
  resigned[resigned.find(Bytes(1, '\x12')) + 50] ^= 1;
  EXPECT_EQ(cache.Find(id, resigned), nullptr);
  EXPECT_EQ(cache.Take(id, resigned), nullptr);
  ASSERT_NE(cache.Take(id, envelope), nullptr);
  EXPECT_EQ(cache.Take(id, envelope), nullptr);
  EXPECT_TRUE(cache.Contains(VerifiedCache::KeyOf(envelope)));
}

TEST(VerifiedCache, BoundsWhatIsDecoded) {
  VerifiedCache cache(100'000, 256 << 10);
  std::vector<std::pair<TxId, Bytes>> all;
  for (uint64_t i = 0; i < 2'000; ++i) {
    auto holder = Shared(test::SignedSample(i));
    auto tx = DecodeTransactionView(*holder, LedgerLimits{}, nullptr).value();
    all.emplace_back(tx.id, *holder);
    cache.Keep(std::make_shared<const VerifiedTransaction>(
        VerifiedTransaction{holder, *holder, std::move(tx)}));
    ASSERT_NE(cache.Find(all.back().first, all.back().second), nullptr);
  }
  size_t kept = 0, bytes = 0;
  for (const auto& [id, envelope] : all) {
    if (!cache.Find(id, envelope)) continue;
    ++kept;
    bytes += envelope.size() + sizeof(VerifiedTransaction);
  }
  EXPECT_GE(kept, 50u);
  EXPECT_LE(bytes, 300u << 10);
}

// ---- Executed log -------------------------------------------------------------------------------

TEST(ExecutedLog, LeavesAreLaidOutAsTheFormatSays) {
  LogLeaf leaf{LeafKind::kTransaction, Height(3), 4, Sha256("c"), Sha256("o")};
  Bytes bytes = EncodeLogLeaf(leaf);
  ASSERT_EQ(bytes.size(), kLogLeafBytes);
  Bytes wanted =
      Writer().Raw("SYL1").U8(1).U64(3).U32(4).Raw(leaf.content).Raw(leaf.outcome).Take();
  EXPECT_EQ(bytes, wanted);
  auto again = DecodeLogLeaf(bytes);
  ASSERT_OK(again);
  EXPECT_EQ(EncodeLogLeaf(*again), bytes);
  for (size_t n = 0; n < bytes.size(); ++n)
    EXPECT_CODE(DecodeLogLeaf(bytes.substr(0, n)), ErrorCode::kFormat);
  bytes[4] = 4;
  EXPECT_CODE(DecodeLogLeaf(bytes), ErrorCode::kFormat);
  bytes[4] = 2;  // a header leaf has no outcome
  EXPECT_CODE(DecodeLogLeaf(bytes), ErrorCode::kFormat);
}

TEST(ExecutedLog, GenesisIsLeafZeroAndOne) {
  LedgerId ledger = test::SampleLedger();
  Hash root = Sha256("state");
  BlockLeaves genesis = MakeGenesisLeaves(ledger, 77, "conf", root);
  ASSERT_EQ(genesis.leaves.size(), 2u);
  Hash conf = TaggedHash("conf", {Fixed(Sha256("conf")), Fixed(Hash{}), FixedRaw(Bytes(8, '\0'))});
  EXPECT_EQ(DecodeLogLeaf(genesis.leaves[0])->content, conf);
  Bytes header = Writer()
                     .Raw(ledger)
                     .Raw(Hash{})
                     .U64(0)
                     .U32(1)
                     .Raw(root)
                     .Raw(conf)
                     .U64(77)
                     .U64(0)
                     .Raw(KeyId{})
                     .Take();
  EXPECT_EQ(DecodeLogLeaf(genesis.leaves[1])->content, Sha256(header));
  EXPECT_EQ(DecodeLogLeaf(genesis.leaves[1])->kind, LeafKind::kHeader);
  EXPECT_EQ(genesis.head.leaf_count, 2u);
  EXPECT_EQ(genesis.head.header_leaf_hash, MerkleLeafHash(genesis.leaves[1]));
  EXPECT_EQ(genesis.head.configuration_leaf, 0u);
}

TEST(ExecutedLog, AConfigurationBlockLinksToTheOneBefore) {
  LogHead before = MakeGenesisLeaves(test::SampleLedger(), 77, "conf", Sha256("a")).head;
  BlockHeader header;
  header.kind = BlockKind::kConfiguration;
  header.height = Height(1);
  header.term = Term(2);
  header.time_ms = 99;
  header.proposer.data.fill(3);
  BlockLeaves block = MakeBlockLeaves(before, header, Sha256("entry"), "new", {}, Sha256("b"));
  ASSERT_EQ(block.leaves.size(), 2u);
  Hash conf = TaggedHash("conf", {Fixed(Sha256("new")), Fixed(before.configuration_hash),
                                  FixedRaw(Writer().U64(2).Take())});
  EXPECT_EQ(DecodeLogLeaf(block.leaves[0])->content, conf);
  EXPECT_EQ(block.head.configuration_hash, conf);
  EXPECT_EQ(block.head.configuration_leaf, 2u);
  Bytes wanted = Writer()
                     .Raw(Sha256("entry"))
                     .Raw(before.header_leaf_hash)
                     .U64(2)
                     .U32(1)
                     .Raw(Sha256("b"))
                     .Raw(conf)
                     .U64(99)
                     .U64(2)
                     .Raw(header.proposer)
                     .Take();
  EXPECT_EQ(DecodeLogLeaf(block.leaves[1])->content, Sha256(wanted));
}

TEST(ExecutedLog, TransactionLeavesKeepTheirPositionInTheBlock) {
  LogHead before = MakeGenesisLeaves(test::SampleLedger(), 77, "conf", Sha256("a")).head;
  BlockHeader header;
  header.height = Height(1);
  ExecutedTransaction tx;
  tx.id.data.fill(1);
  tx.signatures_hash.data.fill(2);
  tx.position = 6;  // earlier ones were carried before
  tx.outcome = "outcome";
  BlockLeaves block = MakeBlockLeaves(before, header, Hash{}, {}, {tx}, Hash{});
  auto leaf = DecodeLogLeaf(block.leaves[0]);
  EXPECT_EQ(leaf->index, 6u);
  EXPECT_EQ(leaf->content, TaggedHash("txleaf", {Fixed(tx.id), Fixed(tx.signatures_hash)}));
  EXPECT_EQ(leaf->outcome, Sha256("outcome"));
  EXPECT_EQ(DecodeLogLeaf(block.leaves[1])->index, 1u);
}

}  // namespace
}  // namespace suyuan::ledger
