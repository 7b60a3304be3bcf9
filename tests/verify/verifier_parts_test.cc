// The verifier's own trees and wire reading against the production ones: two implementations, made
// apart from the same page of documentation, must agree.
#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "common/hash.h"
#include "ledger/block.h"
#include "ledger/merkle_log.h"
#include "ledger/state_tree.h"
#include "ledger/verify/log_tree.h"
#include "ledger/verify/sealed_check.h"
#include "ledger/verify/trie.h"
#include "ledger/verify/tx_places.h"
#include "ledger/verify/wire.h"
#include "tests/support/sealing_shown.h"

namespace suyuan::ledger::verify {
namespace {

class NoPages final : public PageStore {
 public:
  Result<std::optional<Bytes>> Load(ByteView) const override { return std::optional<Bytes>(); }
};

// Keys with long common prefixes, so that both trees have to go deep.
Hash SomeKey(std::mt19937_64& random) {
  Hash key = Sha256(std::to_string(random() % 400));
  if (random() % 3 == 0) {
    key.data.fill(0);
    key.data[31 - random() % 3] = static_cast<uint8_t>(random() % 8);
  }
  return key;
}

TEST(VerifierParts, TrieAndPagedTreeHaveTheSameRootAfterEveryUpdate) {
  std::mt19937_64 random(5);
  NoPages pages;
  auto tree = StateTree::Open(pages, 1 << 16).value();
  Trie trie;
  std::map<Hash, Hash> all;
  EXPECT_EQ(trie.Root(), tree->root());
  for (int round = 0; round < 2'000; ++round) {
    std::map<Hash, std::optional<Hash>> changes;
    for (size_t n = random() % 10; n > 0; --n) {
      std::optional<Hash> value;
      if (random() % 3 != 0) value = Sha256(std::to_string(random()));
      changes[SomeKey(random)] = value;
    }
    std::vector<TreeUpdate> updates;
    for (const auto& [key, value] : changes) {
      updates.push_back({key, value});
      trie.Set(key, value);
    }
    ASSERT_EQ(tree->Update(updates).value(), trie.Root()) << "round " << round;
    for (const auto& [key, value] : changes) value ? void(all[key] = *value) : void(all.erase(key));
    std::vector<TrieLeaf> leaves;
    for (const auto& [key, value] : all) leaves.push_back({key, value});
    std::ranges::shuffle(leaves, random);
    ASSERT_EQ(TrieRootOf(leaves), trie.Root()) << "round " << round;
  }
}

TEST(VerifierParts, LogTreeAndFrontierAgree) {
  LogTree mine;
  Frontier theirs;
  EXPECT_EQ(mine.Root(), Sha256(""));
  for (uint64_t i = 0; i < 1'000; ++i) {
    Hash leaf = MerkleLeafHash(std::to_string(i));
    std::map<std::pair<unsigned, uint64_t>, Hash> a, b;
    mine.Append(leaf, [&](unsigned level, uint64_t n, const Hash& h) { a[{level, n}] = h; });
    theirs.Append(leaf, [&](uint8_t level, uint64_t n, const Hash& h) { b[{level, n}] = h; });
    ASSERT_EQ(mine.Root(), theirs.Root()) << "size " << i + 1;
    ASSERT_EQ(a, b);
  }
}

TEST(VerifierParts, TransactionsKeepTheirFirstPlace) {
  TxPlaces places;
  for (uint64_t round = 0; round < 2; ++round)
    for (uint64_t i = 0; i < 1'000; ++i) {
      TxId id;  // few distinct hashes, so that places collide
      id.data[0] = static_cast<uint8_t>(i % 8);
      id.data[12] = static_cast<uint8_t>(i / 8);
      ASSERT_EQ(places.Add(id, {round, i, 0, 0}), round == 0);
      ASSERT_NE(places.Find(id), nullptr);
      EXPECT_EQ(*places.Find(id), (TxPlace{0, i, 0, 0}));
    }
  EXPECT_EQ(places.size(), 1'000u);
  EXPECT_EQ(places.Find(TxId{{9}}), nullptr);
}

TEST(VerifierParts, BothReadersTakeAndRefuseTheSameEnvelopes) {
  std::mt19937_64 random(9);
  test::Rng rng(10);
  LedgerLimits limits;
  int accepted = 0;
  WireTransaction tx;  // one for all: nothing of an envelope may reach into the next
  for (int round = 0; round < 10'000; ++round) {
    Bytes envelope = test::SignedSample(static_cast<uint64_t>(round % 50));
    if (round % 4 != 0)
      for (size_t n = 1 + random() % 2; n > 0; --n)
        envelope[random() % envelope.size()] = static_cast<char>(random());
    auto theirs = DecodeTransaction(std::make_shared<const Bytes>(envelope), limits, nullptr);
    Status mine = ReadEnvelope(envelope, &tx);
    // The production decoder checks more (hashes, limits): what it takes, this must take too.
    if (theirs.ok()) {
      ASSERT_TRUE(mine.ok()) << mine.error().ToString();
      EXPECT_EQ(tx.id, theirs->id);
      EXPECT_EQ(tx.record_ends.size(), theirs->records.size());
      EXPECT_EQ(tx.signatures.size(), theirs->signatures.size());
      ++accepted;
    }
  }
  EXPECT_GT(accepted, 2'000);
}

bool IsCanonical(ByteView message) {
  FieldReader fields(message, {}, 5);
  for (WireField field; fields.Next(&field);) {
  }
  return fields.Finish().ok();
}

Status Mine(const test::SealedTransaction& sealed, const sealing::SealedItems& items) {
  WireTransaction tx;
  SUYUAN_RETURN_IF_ERROR(ReadEnvelope(*sealed.envelope, &tx));
  const SealedFacts facts = ReadSealedFacts(tx);
  return CheckItemsOf({&facts}, items);
}

// Honest transactions, forgeries, malformed ones, and 5,000 mutations of items and leaves.
TEST(VerifierParts, BothChecksJudgeSealedItemsAlike) {
  InitCrypto();
  test::Rng rng(11);
  int accepted = 0, refused = 0;
  const auto compare = [&](const test::SealedTransaction& sealed, const sealing::SealedItems& items,
                           const std::string& name) {
    const bool theirs = sealing::CheckSealedItems(sealed.tx, sealing::ViewsOf(items)).ok();
    const Status mine = Mine(sealed, items);
    EXPECT_EQ(mine.ok(), theirs) << name << (mine.ok() ? "" : mine.error().ToString());
    ++(theirs ? accepted : refused);
  };
  for (test::Forgery& forgery : test::Forgeries()) {
    const test::SealedTransaction sealed = test::Sign(std::move(forgery.draft));
    compare(sealed, sealed.items, forgery.name);
  }
  for (test::Malformed& malformed : test::MalformedTransactions()) {
    const test::SealedTransaction sealed = test::Sign(std::move(malformed.draft));
    compare(sealed, sealed.items, malformed.name);
  }
  for (int round = 0; round < 100; ++round) {
    const test::SealedTransaction sealed =
        round % 5 == 0 ? test::Sign(test::Showing()) : test::RandomSealedTransaction(rng).signed_tx;
    compare(sealed, sealed.items, "honest");
    for (int i = 0; i < 50; ++i) {
      sealing::SealedItems items = sealed.items;
      Bytes& item = items[rng() % items.size()];
      item[rng() % item.size()] ^= static_cast<char>(rng() % 3);
      if (rng() % 8 == 0) std::swap(items.front(), items.back());
      if (rng() % 16 == 0) items.pop_back();
      compare(sealed, items, "mutation " + std::to_string(round) + "/" + std::to_string(i));
    }
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 1'000);
}

TEST(VerifierParts, CanonicalMeansOneEncodingOnly) {
  // Field 1 as varint 1, in several wrong ways.
  for (const char* bad :
       {"0881", "088100", "0800", "08010801", "10010801", "0d01000000", "0a05aa", "00", "f801"})
    EXPECT_FALSE(IsCanonical(HexDecode(bad).value())) << bad;
  EXPECT_TRUE(IsCanonical(HexDecode("08011001").value()));
}

}  // namespace
}  // namespace suyuan::ledger::verify
