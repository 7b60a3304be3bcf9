// Proof files that show a part of a transaction (docs/formats.md §5): what its owner discloses
// holds, whatever was changed in it does not.
#include "ledger/transaction_proof.h"

#include <gtest/gtest.h>

#include "common/hash.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_samples.h"

namespace suyuan::ledger {
namespace {

using test::Rng;

// A log leaf as formats §5 lays it out for an applied transaction.
Bytes LogLeafOf(const Transaction& tx, ByteView outcome) {
  LogLeaf leaf{LeafKind::kTransaction, Height(3), 0, {}, Sha256(outcome)};
  leaf.content = TaggedHash("txleaf", {Fixed(tx.id), Fixed(tx.signatures_hash)});
  return EncodeLogLeaf(leaf);
}

class TransactionProofTest : public ::testing::Test {
 protected:
  // Shows every field that reader 7 opens, and the first clear one.
  TransactionProofTest() {
    sealed_ = test::Sign(test::SealDraft(1, {{7, 8}, {9}},
                                         {{{0, 0x0110, 0}, 0, Bytes("\"seven\"")},
                                          {{0, 0x0111, 0}, 0, std::nullopt},
                                          {{1, 0x0112, 0}, 1, Bytes("\"nine\"")}}));
    extra_.core = Bytes(sealed_.tx.core_bytes);
    extra_.signatures = sealed_.tx.signatures;
    extra_.outcome = "SYO1 and what follows";
    extra_.leaf = LogLeafOf(sealed_.tx, *extra_.outcome);
    const auto opened = test::OpenAs(sealed_, {7});
    for (const auto& field : opened.fields) {
      const Record& record = sealed_.tx.records[field.at.record];
      for (uint32_t i = 0; i < record.leaves.size(); ++i)
        if (record.leaves[i].field == field.at.field)
          extra_.fields.push_back({ShowLeaf(sealed_.tx, field.at.record, i + 1), field.padded});
    }
  }
  Result<CheckedProof> Check(const ProofExtra& extra) {
    // Through its text, as a reader gets it.
    SUYUAN_ASSIGN_OR_RETURN(const ProofExtra read, DecodeProofExtra(EncodeProofExtra(extra)));
    return CheckProofExtra(read, test::SampleLedger(), LedgerLimits{});
  }
  test::SealedTransaction sealed_;
  ProofExtra extra_;
};

TEST_F(TransactionProofTest, ShownFieldsAreWhatTheOwnerSealed) {
  ASSERT_EQ(extra_.fields.size(), 2u);
  const auto checked = Check(extra_);
  ASSERT_OK(checked);
  EXPECT_EQ(checked->id, sealed_.tx.id);
  EXPECT_EQ(checked->signatures, 1u);
  ASSERT_EQ(checked->fields.size(), 2u);
  EXPECT_TRUE(checked->fields[0].sealed);
  EXPECT_EQ(checked->fields[0].value, "\"seven\"");
  EXPECT_EQ(checked->fields[1].value, std::nullopt);
  // Nothing of what was not disclosed is in the file.
  EXPECT_EQ(EncodeProofExtra(extra_).find("nine"), std::string::npos);
}

TEST_F(TransactionProofTest, AClearFieldNeedsNoOpeningAndTakesNone) {
  const Record& record = sealed_.tx.records[0];
  for (uint32_t i = 0; i < record.leaves.size(); ++i) {
    if (record.leaves[i].mode != LeafMode::kPublic) continue;
    extra_.fields = {{ShowLeaf(sealed_.tx, 0, i + 1), std::nullopt}};
    const auto checked = Check(extra_);
    ASSERT_OK(checked);
    EXPECT_EQ(checked->fields[0].value, record.leaves[i].value);
    extra_.fields[0].padded = Bytes(64, '\0');
    EXPECT_CODE(Check(extra_), ErrorCode::kProof);
  }
}

TEST_F(TransactionProofTest, WholeTransactionsAndBareIdsHoldToo) {
  ProofExtra whole;
  whole.leaf = extra_.leaf;
  whole.envelope = *sealed_.envelope;
  EXPECT_TRUE(Check(whole).ok());
  ProofExtra bare;
  bare.leaf = extra_.leaf;
  bare.id = sealed_.tx.id;
  bare.signatures_hash = sealed_.tx.signatures_hash;
  EXPECT_TRUE(Check(bare).ok());
  bare.id.data[5] ^= 1;
  EXPECT_CODE(Check(bare), ErrorCode::kProof);
}

TEST_F(TransactionProofTest, RefusesWhatTheOwnerDidNotSeal) {
  ProofExtra lie = extra_;
  lie.fields[0].padded.reset();
  EXPECT_CODE(Check(lie), ErrorCode::kProof);  // a hidden leaf without its opening
  lie = extra_;
  std::swap(lie.fields[0].padded, lie.fields[1].padded);
  EXPECT_CODE(Check(lie), ErrorCode::kProof);  // another field's value
  lie = extra_;
  lie.fields[0].shown = ShowLeaf(sealed_.tx, 0, 0);
  EXPECT_CODE(Check(lie), ErrorCode::kProof);  // leaf 0 as a field
  lie = extra_;
  lie.outcome = "SYO1 another";
  EXPECT_CODE(Check(lie), ErrorCode::kProof);
  lie = extra_;
  lie.signatures[0].signature.data[3] ^= 1;
  EXPECT_CODE(Check(lie), ErrorCode::kProof);
  const auto other = test::Sign(test::SealDraft(2, {{7}}, {{{0, 0x0110, 0}, 0, Bytes("\"x\"")}}));
  lie = extra_;
  lie.core = Bytes(other.tx.core_bytes);
  lie.signatures = other.tx.signatures;
  EXPECT_CODE(Check(lie), ErrorCode::kProof);  // fields of another transaction
}

// One flipped bit anywhere in the text: refused, or the text itself is no longer read.
TEST_F(TransactionProofTest, NoFlippedBitPasses) {
  Rng rng(1);
  const Bytes text = EncodeProofExtra(extra_);
  for (int round = 0; round < 10'000; ++round) {
    Bytes flipped = text;
    flipped[rng() % text.size()] ^= static_cast<char>(1 << rng() % 8);
    const auto read = DecodeProofExtra(flipped);
    // Height and index of the log's leaf are for the inclusion proof to hold.
    if (!read.ok() || read->leaf != extra_.leaf) continue;
    const auto checked = CheckProofExtra(*read, test::SampleLedger(), LedgerLimits{});
    EXPECT_FALSE(checked.ok()) << "round " << round;
  }
}

}  // namespace
}  // namespace suyuan::ledger
