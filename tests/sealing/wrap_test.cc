// Wraps (docs/formats.md §3): readers find theirs, nobody else can tell whose they are.
#include "ledger/sealing/wrap.h"

#include <set>

#include "common/hash.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_forgeries.h"

namespace suyuan::sealing {
namespace {

using test::SealingKeyOf;

class Wraps : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { InitCrypto(); }
  Result<WrapList> Make(const std::vector<SealingPublicKey>& readers, uint64_t seed = 1,
                        uint8_t audience = 0, const WrapPurpose& purpose = WrapPurpose::Own()) {
    return MakeWrapList(sender_, context_, audience, purpose, key_, readers,
                        test::SeededRandom(seed));
  }
  static std::vector<SealingPublicKey> Readers(size_t n) {
    std::vector<SealingPublicKey> out;
    for (size_t i = 1; i <= n; ++i)
      out.push_back(SealingKeyOf(static_cast<uint8_t>(i)).public_key());
    return out;
  }
  OpenedWrap OpenAs(uint8_t reader, const WrapList& list, uint8_t audience = 0,
                    const WrapPurpose& purpose = WrapPurpose::Own()) {
    const SecretSeed shared = *SealingKeyOf(reader).Agree(sender_.public_key());
    return OpenWrap(shared, context_, audience, purpose,
                    AudienceKeyCommitment(context_, audience, key_), list.bytes);
  }

  SenderKey sender_{SealingKeyOf(200)};
  const Hash context_ = Sha256("context");
  const SecretSeed key_ = *SecretSeed::From(Bytes(32, 'K'));
};

TEST_F(Wraps, BothSidesShareOneSecret) {
  for (uint8_t i = 1; i < 100; ++i) {
    const SealingKey a = SealingKeyOf(i), b = SealingKeyOf(static_cast<uint8_t>(i + 100));
    EXPECT_EQ(a.Agree(b.public_key())->view(), b.Agree(a.public_key())->view());
  }
}

// X25519 of RFC 7748 §6.1, then HSalsa20 with nonce 0: the vector of NaCl's own box test.
TEST_F(Wraps, SharedSecretIsThatOfCryptoBox) {
  const SealingKey bob(*SecretSeed::From(
      *HexDecode("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));
  EXPECT_EQ(ToHex(bob.public_key()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto alice = SealingPublicKey::From(
      *HexDecode("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
  EXPECT_EQ(HexEncode(bob.Agree(*alice)->view()),
            "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
}

TEST_F(Wraps, EveryReaderOpensAndNobodyElse) {
  for (size_t n : {1u, 2u, 8u, 9u, 33u, 64u}) {
    const WrapList list = *Make(Readers(n));
    EXPECT_EQ(list.count, n <= 8 ? 8u : n <= 16 ? 16u : n <= 32 ? 32u : 64u);
    EXPECT_EQ(list.bytes.size(), list.count * kWrapBytes);
    EXPECT_EQ(list.hash, Sha256(list.bytes));
    ASSERT_OK(CheckWrapList(list.bytes));
    for (uint8_t i = 1; i <= 70; ++i) {
      const OpenedWrap opened = OpenAs(i, list);
      ASSERT_EQ(opened.verdict, i <= n ? WrapVerdict::kOpened : WrapVerdict::kNotReader);
      EXPECT_EQ(opened.key.view() == key_.view(), i <= n);
    }
  }
}

TEST_F(Wraps, AReaderNamedTwiceHasOneWrap) {
  std::vector<SealingPublicKey> readers = Readers(8);
  readers.push_back(readers[0]);
  EXPECT_EQ(Make(readers)->count, 8u);
}

TEST_F(Wraps, NumbersAndKeysAreChecked) {
  EXPECT_CODE(Make({}), ErrorCode::kSize);
  EXPECT_CODE(Make(Readers(65)), ErrorCode::kSize);
  SealingPublicKey low;
  EXPECT_CODE(Make({low}), ErrorCode::kFormat);
  low.data[31] = 0x80;  // the bit that X25519 ignores
  EXPECT_CODE(Make({low}), ErrorCode::kFormat);
}

// What is the same in two lists for the same readers of one sender: nothing.
TEST_F(Wraps, ListsOfTheSameReadersShareNothing) {
  std::set<Bytes> tags, boxes;
  size_t wraps = 0;
  for (uint8_t audience = 0; audience < 20; ++audience) {
    for (const Bytes& wrap : test::SplitWraps(Make(Readers(5), audience, audience)->bytes)) {
      tags.insert(wrap.substr(0, kWrapTagBytes));
      boxes.insert(wrap.substr(kWrapTagBytes));
      ++wraps;
    }
  }
  EXPECT_EQ(tags.size(), wraps);
  EXPECT_EQ(boxes.size(), wraps);
}

TEST_F(Wraps, OneSecretServesManyLists) {
  const SealingPublicKey reader = SealingKeyOf(1).public_key();
  const SecretSeed* first = *sender_.SharedWith(reader);
  ASSERT_OK(Make({reader}));
  ASSERT_OK(Make({reader}, 2, 5));
  EXPECT_EQ(*sender_.SharedWith(reader), first);
}

TEST_F(Wraps, OpenOnlyForTheirPurpose) {
  TxId tx;
  tx.data.fill(7);
  const std::vector<WrapPurpose> purposes = {
      WrapPurpose::Own(), WrapPurpose::AudienceOf(tx, 0), WrapPurpose::AudienceOf(tx, 1),
      WrapPurpose::FieldOf(tx, {1, 2, 3}), WrapPurpose::FieldOf(tx, {1, 2, 4})};
  for (size_t made = 0; made < purposes.size(); ++made) {
    const WrapList list = *Make(Readers(1), 1, 0, purposes[made]);
    for (size_t asked = 0; asked < purposes.size(); ++asked)
      EXPECT_EQ(OpenAs(1, list, 0, purposes[asked]).verdict,
                made == asked ? WrapVerdict::kOpened : WrapVerdict::kUnopenable);
  }
}

TEST_F(Wraps, OpenOnlyForTheirAudience) {
  const WrapList list = *Make(Readers(1));
  EXPECT_EQ(OpenAs(1, list, 1).verdict, WrapVerdict::kNotReader);
}

// A flood of dummies cannot be told from readers, and costs a reader no more than a full list.
TEST_F(Wraps, AFloodOfDummiesIsAFullListAtMost) {
  Bytes flood;
  for (int i = 0; i < 65; ++i) flood += Bytes(7, '\0') + static_cast<char>(i) + Bytes(48, 'd');
  EXPECT_CODE(CheckWrapList(flood), ErrorCode::kFormat);
  const Bytes full = flood.substr(0, 64 * kWrapBytes);
  ASSERT_OK(CheckWrapList(full));
  EXPECT_EQ(OpenAs(1, WrapList{full, 64, Sha256(full)}).verdict, WrapVerdict::kNotReader);
}

}  // namespace
}  // namespace suyuan::sealing
