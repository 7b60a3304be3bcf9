// Leaves shown apart from their transaction: whatever is shown as signed verifies, and nothing
// else.
#include "ledger/shown_leaf.h"

#include <gtest/gtest.h>

#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/property_cases.h"

namespace suyuan::ledger {
namespace {

using test::Rng;

Transaction Sample(Rng& rng, Bytes& envelope) {
  TransactionDraft draft = test::RandomDraft(rng);
  const size_t records = 1 + rng() % 9;
  while (draft.records.size() < records)
    draft.records.push_back(test::SimpleDraft(rng(), 1 + rng() % 12).records[0]);
  draft.core.signers.resize(1);
  draft.core.signers[0].key_id = test::KeyOf(1).key_id();
  envelope = SignTransaction(draft, test::KeyOf(1));
  return DecodeTransactionView(envelope, LedgerLimits{}, nullptr).value();
}

Bytes BytesAt(const Record& record, uint32_t position) {
  return Bytes(position == 0 ? record.head : record.leaves[position - 1].bytes);
}

TEST(ShownLeafTest, EveryLeafOfATransactionVerifies) {
  Rng rng(1);
  size_t shown_leaves = 0;
  while (shown_leaves < 10'000) {
    Bytes envelope;
    const Transaction tx = Sample(rng, envelope);
    for (uint32_t record = 0; record < tx.records.size(); ++record) {
      for (uint32_t p = 0; p <= tx.records[record].leaves.size(); ++p, ++shown_leaves) {
        const ShownLeaf shown = ShowLeaf(tx, record, p);
        EXPECT_EQ(shown.leaf, BytesAt(tx.records[record], p));
        ASSERT_OK(VerifyShownLeaf(tx.core, shown));
      }
    }
  }
}

// Any one change of what is shown, and any other place, is refused.
TEST(ShownLeafTest, NothingElseVerifies) {
  Rng rng(2);
  for (int round = 0; round < test::PropertyCases(10'000); ++round) {
    Bytes envelope;
    const Transaction tx = Sample(rng, envelope);
    const auto record = static_cast<uint32_t>(rng() % tx.records.size());
    const auto position = static_cast<uint32_t>(rng() % (tx.records[record].leaves.size() + 1));
    ShownLeaf shown = ShowLeaf(tx, record, position);
    const auto flip = [&rng](auto& bytes) { bytes[rng() % bytes.size()] ^= 1 << rng() % 8; };
    switch (rng() % 6) {
      case 0:
        flip(shown.leaf);
        break;
      case 1:
        if (shown.leaf_path.empty()) continue;
        flip(shown.leaf_path[rng() % shown.leaf_path.size()].data);
        break;
      case 2:
        if (shown.record_path.empty()) continue;
        flip(shown.record_path[rng() % shown.record_path.size()].data);
        break;
      case 3:
        shown.position = static_cast<uint32_t>(rng() % (shown.leaf_count + 2));
        if (shown.position == position) continue;
        break;
      case 4:
        shown.record = static_cast<uint32_t>(rng() % (tx.records.size() + 2));
        if (shown.record == record) continue;
        break;
      default:
        (rng() % 2 ? shown.leaf_path : shown.record_path).push_back(test::RandomBytesOf<Hash>(rng));
    }
    ASSERT_FALSE(VerifyShownLeaf(tx.core, shown).ok()) << "round " << round;
  }
}

TEST(ShownLeafTest, ALeafOfAnotherTransactionIsRefused) {
  Rng rng(3);
  Bytes first, second;
  const Transaction one = Sample(rng, first), other = Sample(rng, second);
  EXPECT_CODE(VerifyShownLeaf(other.core, ShowLeaf(one, 0, 0)), ErrorCode::kProof);
  ShownLeaf nowhere = ShowLeaf(one, 0, 0);
  nowhere.leaf_count = 0;
  EXPECT_CODE(VerifyShownLeaf(one.core, nowhere), ErrorCode::kProof);
}

TEST(ShownLeafTest, CoreAndLeafAreReadAloneAsTheyAreInTheTransaction) {
  Rng rng(4);
  for (int round = 0; round < 200; ++round) {
    Bytes envelope;
    const Transaction tx = Sample(rng, envelope);
    for (const Record& record : tx.records) {
      for (const Leaf& leaf : record.leaves) {
        const auto alone = DecodeLeaf(leaf.bytes);
        ASSERT_OK(alone);
        EXPECT_EQ(alone->field, leaf.field);
        EXPECT_EQ(alone->mode, leaf.mode);
        EXPECT_EQ(alone->value, leaf.value);
        EXPECT_EQ(alone->commitment, leaf.commitment);
      }
    }
  }
}

}  // namespace
}  // namespace suyuan::ledger
