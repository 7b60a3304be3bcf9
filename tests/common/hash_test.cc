// FIPS 180-4 and RFC 6962 vectors; the domain separation of formats §0.
#include "common/hash.h"

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/hash_many.h"

namespace suyuan {
namespace {

TEST(Hash, Sha256KnownAnswers) {
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256Stream stream;
  stream.Update("a").Update("").Update("bc");
  EXPECT_EQ(stream.Final(), Sha256("abc"));
}

// Short inputs take a way of their own; padding changes at 56, 64 and 120 bytes.
TEST(Hash, EveryLengthAgreesWithTheStream) {
  Bytes bytes;
  for (int n = 0; n <= 300; ++n) {
    EXPECT_EQ(Sha256(bytes), Sha256Stream().Update(bytes).Final()) << n;
    EXPECT_EQ(MerkleLeafHash(bytes), Sha256Stream().Update(ByteView("\0", 1)).Update(bytes).Final())
        << n;
    bytes.push_back(static_cast<char>(n * 37 + 11));
  }
}

// Pairs of every two numbers of blocks, and odd ones that are left over.
TEST(Hash, ManyAtOnceAreTheSameAsOneByOne) {
  std::vector<Bytes> messages;
  for (size_t n = 0; n <= 300; ++n) messages.emplace_back(n, static_cast<char>(n * 31 + 7));
  const auto check = [&](ByteView prefix, const std::vector<ByteView>& views) {
    std::vector<Hash> hashes(views.size());
    HashMany(prefix, views, hashes.data());
    for (size_t i = 0; i < views.size(); ++i)
      ASSERT_EQ(hashes[i], Sha256(Bytes(prefix) + Bytes(views[i]))) << i;
  };
  const std::vector<ByteView> rising(messages.begin(), messages.end());
  for (size_t n : {0, 1, 2, 3, 64, 301})
    check("", {rising.begin(), rising.begin() + static_cast<std::ptrdiff_t>(n)});
  check("prefix", rising);
  const std::vector<ByteView> falling(messages.rbegin(), messages.rend());
  check(ByteView("\0", 1), falling);
  for (size_t n = 0; n < 300; ++n) check("p", {messages[n], messages[300 - n], messages[n]});
  std::vector<Hash> leaves(rising.size());
  MerkleLeafHashes(rising, leaves.data());
  for (size_t i = 0; i < rising.size(); ++i) EXPECT_EQ(leaves[i], MerkleLeafHash(rising[i]));
}

TEST(Hash, TaggedHashIsTheFormulaOfTheFormats) {
  Hash fixed = Sha256("fixed");
  Writer w;
  w.U8(3).Raw("tag").Raw(fixed).U32(2).Raw("vs");
  EXPECT_EQ(TaggedHash("tag", {Fixed(fixed), Sized("vs")}), Sha256(w.bytes()));
  // The length words keep parts apart.
  EXPECT_NE(TaggedHash("t", {Sized("ab"), Sized("c")}), TaggedHash("t", {Sized("a"), Sized("bc")}));
}

TEST(Hash, DerivedKeysDependOnKeyTagAndParts) {
  Bytes key(32, 'k'), other(32, 'o');
  Hash base = DeriveKey(key, "enc", {Sized("x")});
  EXPECT_EQ(base, DeriveKey(key, "enc", {Sized("x")}));
  EXPECT_NE(base, DeriveKey(other, "enc", {Sized("x")}));
  EXPECT_NE(base, DeriveKey(key, "wrap", {Sized("x")}));
  EXPECT_NE(base, DeriveKey(key, "enc", {Sized("y")}));
}

// The tree heads of the RFC 6962 reference implementation for its eight test leaves.
TEST(MerkleTreeHash, Rfc6962ReferenceRoots) {
  const char* leaves_hex[] = {"",
                              "00",
                              "10",
                              "2021",
                              "3031",
                              "40414243",
                              "5051525354555657",
                              "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Hash> hashes;
  EXPECT_EQ(MerkleTreeHash({}), Sha256(""));
  for (size_t i = 0; i < 8; ++i) {
    hashes.push_back(MerkleLeafHash(HexDecode(leaves_hex[i]).value()));
    EXPECT_EQ(ToHex(MerkleTreeHash(hashes)), roots[i]) << "size " << i + 1;
  }
}

// RFC 6962 §2.1 by its recursive definition, against the level-by-level implementation.
Hash ByDefinition(std::span<const Hash> d) {
  if (d.size() == 1) return d[0];
  size_t k = 1;
  while (k * 2 < d.size()) k *= 2;
  return MerkleNodeHash(ByDefinition(d.subspan(0, k)), ByDefinition(d.subspan(k)));
}

TEST(MerkleTreeHash, AgreesWithTheRecursiveDefinitionForEverySize) {
  std::vector<Hash> hashes;
  for (int i = 0; i < 600; ++i) {
    hashes.push_back(MerkleLeafHash(std::to_string(i)));
    ASSERT_EQ(MerkleTreeHash(hashes), ByDefinition(hashes)) << "size " << hashes.size();
  }
}

}  // namespace
}  // namespace suyuan
