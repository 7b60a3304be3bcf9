// The sealed items of a transaction (docs/formats.md §4): what they look like, and that nothing but
// exactly them passes the check.
#include "ledger/sealing/items.h"

#include "common/codec.h"
#include "common/hash.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_forgeries.h"

namespace suyuan::sealing {
namespace {

using test::Rng;

class Items : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { InitCrypto(); }
};

TEST_F(Items, StandInTheirOrderAndLayout) {
  const test::SealedTransaction sealed = test::Sign(test::Honest());
  ASSERT_EQ(CountSealedItems(sealed.tx), 5u);
  ASSERT_EQ(sealed.items.size(), 5u);
  ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
  for (uint8_t a = 0; a < 2; ++a) {
    Reader r(sealed.items[a]);
    EXPECT_EQ(r.U8(), 1);
    EXPECT_EQ(r.U8(), a);
    EXPECT_EQ(Sha256(r.rest()), sealed.tx.core.audiences[a].wraps_hash);
    EXPECT_EQ(r.remaining(), 8 * 56u);
  }
  Reader r(sealed.items[2]);
  EXPECT_EQ(r.U8(), 2);
  EXPECT_EQ(r.U32(), 0u);
  EXPECT_EQ(r.U8(), 0);
  for (const SealedPlace& at : {test::kFirstField, test::kListItem}) {
    const Hash key_commitment = r.Take<Hash>();
    const ByteView ciphertext = r.Sized();
    const ledger::Leaf* leaf = sealed.tx.records[0].Find(at.field, at.item);
    EXPECT_EQ(ciphertext.size(), leaf->padded_length + 16u);
    EXPECT_EQ(ContentHash(key_commitment, ciphertext), leaf->content_hash);
  }
  ASSERT_OK(r.Finish("the item"));
}

TEST_F(Items, ATransactionWithoutSealedFieldsHasNone) {
  const test::SealedTransaction plain = test::Sign({test::SimpleDraft(1), {}});
  EXPECT_EQ(CountSealedItems(plain.tx), 0u);
  ASSERT_OK(CheckSealedItems(plain.tx, {}));
  const std::vector<ByteView> one = {"item"};
  EXPECT_CODE(CheckSealedItems(plain.tx, one), ErrorCode::kFormat);
}

TEST_F(Items, WhatIsMalformedIsRefusedWithItsPlace) {
  for (test::Malformed& malformed : test::MalformedTransactions()) {
    SCOPED_TRACE(malformed.name);
    const test::SealedTransaction sealed = test::Sign(std::move(malformed.draft));
    const Status status = CheckSealedItems(sealed.tx, sealed.views);
    EXPECT_CODE(status, malformed.code);
    EXPECT_EQ(status.error().record.has_value(), malformed.at.has_value());
    if (!malformed.at) continue;
    EXPECT_EQ(status.error().record, malformed.at->record);
    EXPECT_EQ(status.error().field, malformed.at->field);
    EXPECT_EQ(status.error().item, malformed.at->item);
  }
}

// Every byte of every item is bound by the envelope: 10,000 seeded mutations.
TEST_F(Items, NoMutationPasses) {
  Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    const test::SealedTransaction sealed = test::RandomSealedTransaction(rng).signed_tx;
    ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
    for (int i = 0; i < 50; ++i) {
      SealedItems items = sealed.items;
      Bytes& item = items[rng() % items.size()];
      const size_t at = rng() % item.size();
      switch (rng() % 5) {
        case 0:
          item[at] ^= static_cast<char>(1 << rng() % 8);
          break;
        case 1:
          item.insert(at, 1, static_cast<char>(rng()));
          break;
        case 2:
          item.erase(at, 1);
          break;
        case 3:
          std::swap(item, items[rng() % items.size()]);
          break;
        default:
          items.insert(items.begin() + static_cast<long>(rng() % items.size()), item);
      }
      if (items == sealed.items) continue;
      ASSERT_FALSE(CheckSealedItems(sealed.tx, ViewsOf(items)).ok()) << round << "/" << i;
    }
  }
}

TEST_F(Items, OfOneTransactionAreNotThoseOfAnother) {
  const test::SealedTransaction a = test::Sign(test::Honest());
  test::SealedDraft same =
      test::SealDraft(8, {{1, 2}, {2, 3}},
                      {{test::kFirstField, 0, "\"示例电缆有限公司\""},
                       {test::kListItem, 0, std::nullopt},
                       {test::kOtherRecord, 0, "125000"},
                       {test::kOtherAudience, 1, "{\"unit\":\"m\",\"value\":\"9999.5\"}"}});
  const test::SealedTransaction b = test::Sign(std::move(same));
  for (size_t i = 0; i < a.items.size(); ++i) {
    SealedItems items = a.items;
    items[i] = b.items[i];
    EXPECT_CODE(CheckSealedItems(a.tx, ViewsOf(items)), ErrorCode::kCommit);
  }
}

TEST_F(Items, AnErasedOneKeepsItsHashAndItsPlace) {
  const test::SealedTransaction sealed = test::Sign(test::Honest());
  SealedItems items = sealed.items;
  items[2] = EncodeErasedItem({Sha256(items[2]), Height(7)});
  EXPECT_EQ(ItemHash(items[2]), ItemHash(sealed.items[2]));
  EXPECT_EQ(ReadErasedItem(items[2])->erased_by, Height(7));
  EXPECT_EQ(items[2].size(), 41u);
  const SealedPart part = ReadSealedItems(sealed.tx, ViewsOf(items)).value();
  EXPECT_EQ(part.erased.size(), 2u);
  EXPECT_EQ(part.fields.size(), 2u);
  EXPECT_CODE(CheckSealedItems(sealed.tx, ViewsOf(items)), ErrorCode::kFormat);
  EXPECT_FALSE(ReadErasedItem(items[2] + "x"));
  EXPECT_FALSE(ReadErasedItem(sealed.items[2]));
  EXPECT_FALSE(ReadErasedItem(""));
}

TEST_F(Items, PublishedOpeningsReadBack) {
  const Bytes padded = PadValue(Hash{}, Bytes("\"x\""));
  const Bytes item = EncodeOpeningItem({3, padded});
  EXPECT_EQ(item, Bytes("\3\0\0\0\3\0\0\0\x40", 9) + padded);
  EXPECT_EQ(ReadOpeningItem(item)->record, 3u);
  EXPECT_EQ(ReadOpeningItem(item)->padded, padded);
  EXPECT_CODE(ReadOpeningItem(item + "x"), ErrorCode::kFormat);
  EXPECT_CODE(ReadOpeningItem("\2" + item.substr(1)), ErrorCode::kFormat);
}

// The largest that a sender can ask for: 55 audiences fill the core, 64 wraps each.
TEST_F(Items, ManyAudiencesAreBoundedByTheCore) {
  std::vector<std::vector<uint8_t>> audiences;
  std::vector<test::SampleField> fields;
  for (uint8_t i = 0; i < 50; ++i) {
    audiences.push_back({static_cast<uint8_t>(i + 1), 60});
    fields.push_back({{0, 0x0202, i}, i, "\"" + std::to_string(i) + "\""});
  }
  const test::SealedTransaction sealed = test::Sign(test::SealDraft(1, audiences, fields));
  EXPECT_EQ(CountSealedItems(sealed.tx), 100u);
  ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
  EXPECT_EQ(test::OpenAs(sealed, {60}).fields.size(), 50u);
  EXPECT_EQ(test::OpenAs(sealed, {7}).fields.size(), 1u);
}

}  // namespace
}  // namespace suyuan::sealing
