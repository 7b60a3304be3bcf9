// The frozen vectors of tests/vectors/ledger: derived again from their seeds, and read back by
// decoders and by bare hashes as docs/formats.md writes them.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "ledger/executed_log.h"
#include "ledger/mark_file.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/ledger_vectors.h"

namespace suyuan::ledger {
namespace {

json::Value Load(const std::string& name) {
  std::ifstream in("tests/vectors/ledger/" + name, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  auto value = json::Parse(text.str());
  EXPECT_TRUE(value.ok()) << name;
  return value.ok() ? *value : json::Value();
}

Bytes Get(const json::Value& vector, std::string_view name) {
  auto bytes = HexDecode(vector.Text(name));
  EXPECT_TRUE(bytes.ok() && !bytes->empty()) << name;
  return bytes.ok() ? *bytes : Bytes();
}
Bytes Item(const json::Value& vector, std::string_view name, size_t i) {
  return *HexDecode(*(*vector.Find(name)->if_array())[i].if_string());
}

TEST(Vectors, AreDerivedAgainByteForByte) {
  for (const auto& [name, value] : test::DeriveLedgerVectors())
    EXPECT_EQ(Load(name), value) << name;
}

TEST(Vectors, TransactionReadsBack) {
  json::Value v = Load("transaction.json");
  Bytes envelope = Get(v, "envelope"), core = Get(v, "core");
  auto tx = DecodeTransactionView(envelope, LedgerLimits{}, nullptr);
  ASSERT_OK(tx);
  ASSERT_OK(VerifyTransactionSignatures(*tx));
  EXPECT_EQ(tx->id.view(), Get(v, "tx_id"));
  // H("tx", core) from nothing but SHA-256.
  EXPECT_EQ(Sha256(Writer().Sized8("tx").Sized(core).Take()).view(), Get(v, "tx_id"));
  EXPECT_EQ("suyuan/tx/v1" + Bytes(1, '\0') + Get(v, "tx_id"), Get(v, "signing_bytes"));
  ASSERT_EQ(tx->records.size(), 2u);
  EXPECT_EQ(tx->records[0].leaves[0].mode, LeafMode::kPublic);
  EXPECT_EQ(tx->records[0].leaves[1].mode, LeafMode::kHidden);
  EXPECT_EQ(tx->records[0].leaves[2].mode, LeafMode::kNotApplicable);
  EXPECT_EQ(tx->records[1].subject_kind, EntityKind::kBatch);
  EXPECT_EQ(tx->records[0].root.view(), Item(v, "record_roots", 0));
  EXPECT_EQ(MerkleNodeHash(MerkleLeafHash(tx->records[0].root.view()),
                           MerkleLeafHash(tx->records[1].root.view()))
                .view(),
            Get(v, "records_root"));
  Writer signatures;
  for (const SignatureEntry& s : tx->signatures)
    signatures.U16(1).Sized8(s.public_key.view()).Sized8(s.signature.view());
  EXPECT_EQ(Sha256(signatures.bytes()).view(), Get(v, "signatures_hash"));
}

TEST(Vectors, EntriesReadBack) {
  json::Value v = Load("block.json");
  for (const char* kind : {"transactions", "election", "configuration"}) {
    const json::Value& entry_vector = *v.Find(kind);
    auto bytes = std::make_shared<const Bytes>(Get(entry_vector, "entry"));
    auto entry = DecodeEntry(bytes);
    ASSERT_OK(entry);
    ASSERT_OK(VerifyProposerSignature(*entry));
    Bytes header = Get(entry_vector, "header");
    EXPECT_EQ(header.size(), kBlockHeaderBytes);
    EXPECT_EQ(bytes->substr(0, kBlockHeaderBytes), header);
    EXPECT_EQ(Sha256(Writer().Sized8("entry").Raw(header).Take()).view(),
              Get(entry_vector, "entry_hash"));
    EXPECT_EQ(StripSealed(*entry), Get(entry_vector, "stored_entry"));
  }
  EXPECT_EQ(Get(*v.Find("election"), "sealed_root"), Sha256("").view());
  ASSERT_OK(DecodeConfiguration(Get(v, "configuration_bytes")));
}

TEST(Vectors, LeavesReadBack) {
  json::Value v = Load("executed_log.json");
  auto kind = [&](std::string_view list, size_t i) {
    return DecodeLogLeaf(Item(v, list, i))->kind;
  };
  EXPECT_EQ(kind("genesis_leaves", 0), LeafKind::kConfiguration);
  EXPECT_EQ(kind("genesis_leaves", 1), LeafKind::kHeader);
  EXPECT_EQ(kind("transaction_block_leaves", 0), LeafKind::kTransaction);
  EXPECT_EQ(kind("transaction_block_leaves", 1), LeafKind::kHeader);
  EXPECT_EQ(kind("configuration_block_leaves", 0), LeafKind::kConfiguration);
  EXPECT_EQ(DecodeLogLeaf(Item(v, "transaction_block_leaves", 0))->outcome.view(),
            Get(v, "outcome_hash"));
  EXPECT_EQ(Sha256(Get(v, "outcome")).view(), Get(v, "outcome_hash"));
  EXPECT_EQ(MerkleLeafHash(Item(v, "configuration_block_leaves", 1)).view(),
            Get(v, "header_leaf_hash"));
}

TEST(Vectors, MarkAndStateKeyReadBack) {
  json::Value v = Load("store.json");
  Bytes bytes = Get(v, "mark_slot");
  auto slot = DecodeMarkSlot(bytes);
  ASSERT_OK(slot);
  EXPECT_EQ(slot->n, 65u);
  EXPECT_EQ(slot->entry.height, Height(9));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
    ASSERT_FALSE(DecodeMarkSlot(flipped).ok()) << bit;
  }
  EXPECT_EQ(Sha256(Writer().Sized8("state").U8(3).Sized("a batch").Take()).view(),
            Get(v, "state_key"));
}

}  // namespace
}  // namespace suyuan::ledger
