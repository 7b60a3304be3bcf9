// Openings and proofs of cipher faults (docs/formats.md §2, §4): what another transaction sealed is
// shown by an erasable item that fits its leaf, and nothing else passes.
#include "common/cipher.h"
#include "common/hash.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_shown.h"

namespace suyuan::sealing {
namespace {

using test::Rng;
using LeafDraft = ledger::RecordDraft::LeafDraft;

class Shown : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { InitCrypto(); }

  // A transaction with this one leaf, and an item beside it.
  static Status Check(const LeafDraft& leaf, const Bytes& item) {
    test::SealedDraft draft;
    draft.draft = test::SimpleDraft(5);
    draft.draft.records[0].leaves.push_back(leaf);
    draft.items = {item};
    const test::SealedTransaction sealed = test::Sign(std::move(draft));
    return CheckSealedItems(sealed.tx, sealed.views);
  }
  static test::SealedTransaction Honest() { return test::Sign(test::Honest()); }
  static TransactionSealer Sealer() {
    static SenderKey sender(test::SealingKeyOf(202));
    return {Hash{}, sender, test::SeededRandom(1)};
  }
  static LeafDraft OpeningLeaf(const test::SealedTransaction& from, const SealedPlace& at,
                               const Bytes& padded) {
    return Sealer().ShowOpening(0, from.context(), at, padded);
  }
};

TEST_F(Shown, StandBehindTheFieldsOfTheirRecord) {
  const test::SealedTransaction sealed = test::Sign(test::Showing());
  const size_t faults = test::CipherFaults().size();
  ASSERT_GE(faults, 3u);
  ASSERT_EQ(sealed.items.size(), 1 + 2 + 1 + faults);
  EXPECT_EQ(CountSealedItems(sealed.tx), sealed.items.size());
  ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
  EXPECT_EQ(sealed.items[0][0], 1);
  EXPECT_EQ(sealed.items[1][0], 2);
  EXPECT_EQ(sealed.items[2][0], 3);
  EXPECT_EQ(sealed.items[3][0], 4);
  EXPECT_EQ(sealed.items[4][0], 2) << "record 2 has a field of its own";
  EXPECT_EQ(sealed.items[5][0], 4);

  const SealedPart part = ReadSealedItems(sealed.tx, sealed.views).value();
  ASSERT_EQ(part.shown.size(), 1 + faults);
  const auto& opening = part.shown[0];
  EXPECT_EQ(opening.record, 0u);
  EXPECT_EQ(opening.leaf, sealed.tx.records[0].Find(test::kListItem.field, test::kListItem.item));
  EXPECT_EQ(opening.bytes, test::FieldOf(Honest(), test::kListItem).padded);
  EXPECT_EQ(OriginOf(*opening.leaf).context, Honest().context());
  EXPECT_EQ(OriginOf(*opening.leaf).record, test::kListItem.record);
  const auto fault = ReadFaultItem(*part.shown[1].bytes);
  ASSERT_OK(fault);
  EXPECT_EQ(fault->record, 1u);
  EXPECT_EQ(part.fields.size(), 2u);
}

TEST_F(Shown, WhatWasErasedKeepsItsLeaf) {
  const test::SealedTransaction sealed = test::Sign(test::Showing());
  SealedItems items = sealed.items;
  for (size_t i : {2, 3}) items[i] = EncodeErasedItem({Sha256(items[i]), Height(9)});
  const SealedPart part = ReadSealedItems(sealed.tx, ViewsOf(items)).value();
  EXPECT_FALSE(part.shown[0].bytes);
  EXPECT_FALSE(part.shown[1].bytes);
  EXPECT_TRUE(part.shown[2].bytes);
  EXPECT_EQ(part.shown[0].leaf->commitment,
            Honest().tx.records[0].Find(test::kListItem.field, test::kListItem.item)->commitment);
  EXPECT_CODE(CheckSealedItems(sealed.tx, ViewsOf(items)), ErrorCode::kFormat);
}

TEST_F(Shown, AnOpeningIsOfItsPlaceAndTransaction) {
  const test::SealedTransaction honest = Honest();
  const Bytes padded = test::FieldOf(honest, test::kFirstField).padded;
  const LeafDraft good = OpeningLeaf(honest, test::kFirstField, padded);
  const Bytes item = EncodeOpeningItem({0, padded});
  EXPECT_EQ(good.commitment, test::CarriedAt(honest, test::kFirstField).commitment);
  ASSERT_OK(Check(good, item));
  const auto refused = [&](const std::function<void(LeafDraft&)>& change, ErrorCode code) {
    LeafDraft leaf = good;
    change(leaf);
    EXPECT_CODE(Check(leaf, item), code);
  };
  refused([](LeafDraft& leaf) { leaf.origin.context.data[0] ^= 1; }, ErrorCode::kCommit);
  refused([](LeafDraft& leaf) { leaf.origin.record = 1; }, ErrorCode::kCommit);
  refused([](LeafDraft& leaf) { leaf.field = 0x0203; }, ErrorCode::kCommit);
  refused([](LeafDraft& leaf) { leaf.item = 1; }, ErrorCode::kCommit);
  refused([](LeafDraft& leaf) { leaf.commitment.data[31] ^= 1; }, ErrorCode::kCommit);
  refused([](LeafDraft& leaf) { leaf.padded_length = 128; }, ErrorCode::kFormat);
  EXPECT_CODE(Check(good, EncodeOpeningItem({1, padded})), ErrorCode::kFormat);
  EXPECT_CODE(Check(good, EncodeOpeningItem({0, PadValue(Hash{}, Bytes("1"))})),
              ErrorCode::kCommit);
  EXPECT_CODE(Check(good, EncodeFaultItem({0, Bytes(32, 'k'), Bytes(80, 'c')})),
              ErrorCode::kFormat);
  LeafDraft large = good;
  large.padded_length = 2 * limits::kPaddedBytesMax;
  EXPECT_CODE(Check(large, item), ErrorCode::kSize);
}

// Only a reader's lie is proven: an honest field, another key and another ciphertext are not.
TEST_F(Shown, OnlyACipherFaultIsProvenAsOne) {
  for (test::Forgery& forgery : test::CipherFaults()) {
    SCOPED_TRACE(forgery.name);
    const test::SealedTransaction forged = test::Sign(std::move(forgery.draft));
    const CarriedField field = test::CarriedAt(forged, test::kFirstField);
    const SecretSeed key = test::FieldKeyOf(forged, test::kFirstField);
    const LeafDraft leaf = Sealer().ShowFault(0, forged.context(), field, key);
    const Bytes item = EncodeFaultItem({0, key.view(), field.ciphertext});
    ASSERT_OK(Check(leaf, item));
    LeafDraft other = leaf;
    other.origin.context.data[5] ^= 1;
    EXPECT_CODE(Check(other, item), ErrorCode::kCommit);
    other = leaf;
    other.content_hash.data[5] ^= 1;
    EXPECT_CODE(Check(other, item), ErrorCode::kCommit);
    Bytes ciphertext(field.ciphertext);
    ciphertext[3] ^= 1;
    EXPECT_CODE(Check(leaf, EncodeFaultItem({0, key.view(), ciphertext})), ErrorCode::kCommit);
    EXPECT_CODE(Check(leaf, EncodeFaultItem({0, Bytes(32, 'k'), field.ciphertext})),
                ErrorCode::kCommit);
    EXPECT_CODE(Check(leaf, EncodeFaultItem({0, key.view(), ciphertext + "x"})),
                ErrorCode::kFormat);
  }
  const test::SealedTransaction honest = Honest();
  const CarriedField field = test::CarriedAt(honest, test::kFirstField);
  const SecretSeed key = test::FieldKeyOf(honest, test::kFirstField);
  EXPECT_CODE(Check(Sealer().ShowFault(0, honest.context(), field, key),
                    EncodeFaultItem({0, key.view(), field.ciphertext})),
              ErrorCode::kCommit);
}

TEST_F(Shown, NoMutationPasses) {
  Rng rng(3);
  const test::SealedTransaction sealed = test::Sign(test::Showing());
  for (int round = 0; round < 2000; ++round) {
    SealedItems items = sealed.items;
    Bytes& item = items[2 + rng() % (items.size() - 2)];
    const size_t at = rng() % item.size();
    if (rng() % 4 == 0) {
      item.insert(at, 1, static_cast<char>(rng()));
    } else if (rng() % 4 == 0) {
      item.erase(at, 1);
    } else {
      item[at] ^= static_cast<char>(1 << rng() % 8);
    }
    ASSERT_FALSE(CheckSealedItems(sealed.tx, ViewsOf(items)).ok()) << round;
  }
}

TEST_F(Shown, LeavesHaveOneLayout) {
  const test::SealedTransaction sealed = test::Sign(test::Showing());
  const ledger::Leaf& opening =
      *sealed.tx.records[0].Find(test::kListItem.field, test::kListItem.item);
  const ledger::Leaf& fault =
      *sealed.tx.records[1].Find(test::kFirstField.field, test::kFirstField.item);
  EXPECT_EQ(opening.mode, ledger::LeafMode::kOpening);
  EXPECT_EQ(opening.bytes.size(), 2 + 2 + 1 + 32 + 4 + 4 + 32u);
  EXPECT_EQ(fault.mode, ledger::LeafMode::kFault);
  EXPECT_EQ(fault.bytes.size(), 2 + 2 + 1 + 32 + 4 + 4 + 32 + 32u);
  for (const ledger::Leaf* leaf : {&opening, &fault}) {
    Bytes bytes(leaf->bytes);
    ASSERT_OK(ledger::DecodeLeaf(bytes));
    EXPECT_CODE(ledger::DecodeLeaf(bytes + "x"), ErrorCode::kFormat);
    EXPECT_CODE(ledger::DecodeLeaf(ByteView(bytes).substr(0, bytes.size() - 1)),
                ErrorCode::kFormat);
    bytes[44] = 65;  // the lowest byte of the padded length
    EXPECT_CODE(ledger::DecodeLeaf(bytes), ErrorCode::kFormat);
    bytes[4] = 5;
    EXPECT_CODE(ledger::DecodeLeaf(bytes), ErrorCode::kFormat);
  }
}

}  // namespace
}  // namespace suyuan::sealing
