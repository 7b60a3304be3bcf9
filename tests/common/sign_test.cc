// Ed25519 (RFC 8032 §7.1) and the strictness that keeps nodes in agreement (reliability §7).
#include "common/sign.h"

#include <random>

#include <gtest/gtest.h>
#include <sodium.h>

namespace suyuan {
namespace {

class Sign : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { InitCrypto(); }
};

SecretSeed Seed(std::string_view hex) { return SecretSeed::From(HexDecode(hex).value()).value(); }

TEST_F(Sign, Rfc8032Test2) {
  SigningKey key(Seed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(ToHex(key.public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  Signature signature = key.Sign("\x72");
  EXPECT_EQ(ToHex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(VerifySignature(key.public_key(), "\x72", signature));
}

TEST_F(Sign, EveryFlippedBitIsRefused) {
  SigningKey key(Seed(std::string(64, '7')));
  Bytes message = "suyuan";
  Signature good = key.Sign(message);
  for (size_t bit = 0; bit < 512; ++bit) {
    Signature bad = good;
    bad.data[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(VerifySignature(key.public_key(), message, bad)) << bit;
  }
  for (size_t bit = 0; bit < 256; ++bit) {
    PublicKey bad = key.public_key();
    bad.data[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(VerifySignature(bad, message, good)) << bit;
  }
}

// S and S + L verify alike in careless libraries: one signature, two texts.
TEST_F(Sign, MalleableSIsRefused) {
  SigningKey key(Seed(std::string(64, '3')));
  Signature signature = key.Sign("m");
  const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                             0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                             0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  unsigned carry = 0;
  for (size_t i = 0; i < 32; ++i) {
    unsigned sum = signature.data[32 + i] + order[i] + carry;
    signature.data[32 + i] = static_cast<uint8_t>(sum);
    carry = sum >> 8;
  }
  EXPECT_FALSE(VerifySignature(key.public_key(), "m", signature));
}

// Chalkias, Garillot, Nikolaenko 2020, "Taming the many EdDSAs": vectors 0–3, 10 and 11 have
// small-order or non-canonical A or R; many libraries accept some of them.
TEST_F(Sign, SmallOrderAndNonCanonicalPointsAreRefused) {
  struct Vector {
    const char* message;
    const char* key;
    const char* signature;
  };
  const Vector vectors[] = {
      {"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
       "0000000000000000000000000000000000000000000000000000000000000000"},
      {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
       "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"},
      {"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
       "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e"},
      {"e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
       "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
       "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"},
  };
  for (const Vector& v : vectors)
    EXPECT_FALSE(VerifySignature(PublicKey::From(HexDecode(v.key).value()).value(),
                                 HexDecode(v.message).value(),
                                 Signature::From(HexDecode(v.signature).value()).value()))
        << v.key;
}

TEST_F(Sign, RegistrationRefusesWeakKeys) {
  PublicKey zero, one;
  one.data[0] = 1;
  EXPECT_FALSE(IsAcceptablePublicKey(zero));
  EXPECT_FALSE(IsAcceptablePublicKey(one));
  EXPECT_TRUE(IsAcceptablePublicKey(SigningKey(SecretSeed::Random()).public_key()));
  SealingPublicKey low, honest;
  EXPECT_FALSE(IsAcceptableSealingKey(low));
  low.data[0] = 1;
  EXPECT_FALSE(IsAcceptableSealingKey(low));
  uint8_t secret[32];
  crypto_box_keypair(honest.data.data(), secret);
  EXPECT_TRUE(IsAcceptableSealingKey(honest));
}

TEST_F(Sign, KeyIdsNameSuiteAndKey) {
  PublicKey a, b;
  b.data[31] = 1;
  EXPECT_NE(KeyIdOf(Suite::kEd25519, a), KeyIdOf(Suite::kEd25519, b));
}

TEST_F(Sign, RandomMessagesVerifyUnderTheirOwnKeyOnly) {
  std::mt19937_64 random(17);
  std::vector<SigningKey> keys;
  for (int i = 0; i < 4; ++i) keys.emplace_back(SecretSeed::Random());
  for (int round = 0; round < 2'000; ++round) {
    Bytes message(random() % 200, static_cast<char>(random()));
    size_t mine = random() % 4;
    Signature signature = keys[mine].Sign(message);
    EXPECT_TRUE(VerifySignature(keys[mine].public_key(), message, signature));
    EXPECT_FALSE(VerifySignature(keys[(mine + 1) % 4].public_key(), message, signature));
  }
}

}  // namespace
}  // namespace suyuan
