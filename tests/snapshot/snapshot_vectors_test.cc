// The frozen vector of tests/vectors/snapshot: derived again, and read back by the decoder and by
// bare hashes as docs/formats.md §10 writes them.
#include "tests/support/snapshot_vectors.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "ledger/snapshot/file.h"
#include "tests/support/expect_ok.h"

namespace suyuan::ledger {
namespace {

json::Value Load() {
  std::ifstream in("tests/vectors/snapshot/snapshot.json", std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  auto value = json::Parse(text.str());
  EXPECT_TRUE(value.ok());
  return value.ok() ? *value : json::Value();
}

Bytes Get(const json::Value& vector, std::string_view name) {
  auto bytes = HexDecode(vector.Text(name));
  EXPECT_TRUE(bytes.ok() && !bytes->empty()) << name;
  return bytes.ok() ? *bytes : Bytes();
}

// Both keys of the vector's state in one tree, from nothing but SHA-256 (§6).
Hash RootOfTwo(const Hash& a, const Hash& value_a, const Hash& b, const Hash& value_b) {
  auto leaf = [](const Hash& key, const Hash& value) {
    return Sha256(Bytes(1, '\0') + key.str() + value.str());
  };
  auto bit = [](const Hash& key, unsigned i) { return key.data[i / 8] >> (7 - i % 8) & 1; };
  auto node = [](const Bytes& left, const Bytes& right) {
    return Sha256(Writer().U8(1).Raw(left).Raw(right).bytes());
  };
  unsigned depth = 0;
  while (bit(a, depth) == bit(b, depth)) ++depth;
  Bytes left = leaf(a, value_a).str(), right = leaf(b, value_b).str();
  if (bit(a, depth)) std::swap(left, right);
  Hash root = node(left, right);
  while (depth-- > 0) {
    left = root.str();
    right = Bytes(Hash::kSize, '\0');
    if (bit(a, depth)) std::swap(left, right);
    root = node(left, right);
  }
  return root;
}

Hash KeyHash(uint8_t table, ByteView key) {
  return Sha256(Writer().Sized8("state").U8(table).Sized(key).bytes());
}

TEST(SnapshotVector, IsDerivedAgainByteForByte) {
  EXPECT_EQ(Load(), test::DeriveSnapshotVectors().at("snapshot.json"));
}

TEST(SnapshotVector, ReadsBack) {
  const json::Value v = Load();
  std::istringstream in(Get(v, "file"));
  auto contents = ReadSnapshotFile(in, *LedgerId::From(Get(v, "ledger_id")));
  ASSERT_OK(contents);
  EXPECT_EQ(contents->id.view(), Get(v, "id"));
  EXPECT_EQ(contents->log_root.view(), Get(v, "log_root"));
  EXPECT_EQ(contents->counts.state, 2u);
  EXPECT_EQ(contents->counts.indexes, 1u);
  EXPECT_EQ(contents->counts.transactions, 1u);
}

TEST(SnapshotVector, FollowsFromBareHashes) {
  const json::Value v = Load();
  const Bytes manifest = Get(v, "manifest"), leaf = Get(v, "header_leaf");
  EXPECT_EQ(Sha256(Writer().Sized8("snapshot").Sized(manifest).bytes()).view(), Get(v, "id"));

  const Bytes minute = Writer().U64(static_cast<uint64_t>(*v.Find("minute")->if_int())).Take();
  const Hash chain =
      Sha256(Writer().Sized8("seen").bytes() + Bytes(32, '\0') + Get(v, "transaction"));
  EXPECT_EQ(RootOfTwo(KeyHash(1, "a party"), Sha256("its value"), KeyHash(8, minute),
                      Sha256(chain.view()))
                .view(),
            Get(v, "state_root"));

  Writer conf;
  conf.Sized8("conf").Raw(Sha256(Get(v, "configuration"))).Raw(Hash{}).U64(0);
  const ByteView header = ByteView(manifest).substr(4 + 32, 159);
  Writer content;
  content.Raw(Sha256(Writer().Sized8("entry").Raw(header).bytes()));
  content.Raw(MerkleLeafHash("leaf 1")).U64(2).U32(1).Raw(Get(v, "state_root"));
  content.Raw(Sha256(conf.bytes())).Raw(header.substr(23, 8)).Raw(header.substr(15, 8));
  content.Raw(header.substr(31, 32));
  EXPECT_EQ(
      leaf,
      Writer().Raw("SYL1").U8(2).U64(1).U32(1).Raw(Sha256(content.bytes())).Raw(Hash{}).bytes());
  const Hash log_root =
      MerkleNodeHash(MerkleNodeHash(MerkleLeafHash("leaf 0"), MerkleLeafHash("leaf 1")),
                     MerkleNodeHash(MerkleLeafHash("leaf 2"), MerkleLeafHash(leaf)));
  EXPECT_EQ(log_root.view(), Get(v, "log_root"));
}

}  // namespace
}  // namespace suyuan::ledger
