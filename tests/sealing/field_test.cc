// Sealing of one field (docs/formats.md §3) and the cipher under it.
#include "ledger/sealing/field.h"

#include <random>

#include <gtest/gtest.h>

#include "common/cipher.h"
#include "common/encoding.h"
#include "common/sign.h"

namespace suyuan::sealing {
namespace {

template <typename F>
F Filled(uint8_t byte) {
  F out;
  out.data.fill(byte);
  return out;
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST(Cipher, VectorOfTheDraft) {
  InitCrypto();
  const Bytes plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const Bytes aad = *HexDecode("50515253c0c1c2c3c4c5c6c7");
  const Bytes key = *HexDecode("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const Bytes nonce = *HexDecode("404142434445464748494a4b4c4d4e4f5051525354555657");
  const Bytes sealed = AeadSeal(key, nonce, aad, plain);
  EXPECT_EQ(
      HexEncode(sealed),
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
      "65d3fff921f9664c97637da9768812f615c68b13b52e"
      "c0875924c1c7987947deafd8780acf49");
  EXPECT_EQ(*AeadOpen(key, nonce, aad, sealed), plain);
  for (size_t i = 0; i < sealed.size(); ++i) {
    Bytes bad = sealed;
    bad[i] ^= 1;
    ASSERT_FALSE(AeadOpen(key, nonce, aad, bad).ok()) << i;
  }
  EXPECT_FALSE(AeadOpen(key, nonce, "other", sealed).ok());
  EXPECT_FALSE(AeadOpen(key, nonce, aad, "short").ok());
}

TEST(Sealing, PaddingHidesTheLength) {
  const Hash salt = Filled<Hash>(1);
  EXPECT_EQ(PadValue(salt, std::nullopt).size(), 64u);
  EXPECT_EQ(PadValue(salt, Bytes(28, 'x')).size(), 64u);
  EXPECT_EQ(PadValue(salt, Bytes(29, 'x')).size(), 128u);
  EXPECT_EQ(PadValue(salt, Bytes(92, 'x')).size(), 128u);
  EXPECT_EQ(PadValue(salt, Bytes(93, 'x')).size(), 256u);
  EXPECT_EQ(HexEncode(PadValue(salt, Bytes("\"a\""))),
            std::string(64, '0').replace(0, 64,
                                         [] {
                                           std::string s;
                                           for (int i = 0; i < 32; ++i) s += "01";
                                           return s;
                                         }()) +
                "00000003"
                "226122" +
                std::string(50, '0'));
}

TEST(Sealing, BrokenPaddingIsRefused) {
  const Bytes padded = PadValue(Filled<Hash>(1), Bytes("\"a\""));
  EXPECT_EQ(UnpadValue(padded)->value(), "\"a\"");
  EXPECT_EQ(UnpadValue(PadValue(Filled<Hash>(1), std::nullopt)).value(), std::nullopt);
  Bytes tail = padded;
  tail.back() = 1;
  EXPECT_FALSE(UnpadValue(tail).ok());
  Bytes length = padded;
  length[33] = 1;
  EXPECT_FALSE(UnpadValue(length).ok());
  EXPECT_FALSE(UnpadValue(padded + Bytes(64, '\0')).ok()) << "more padding than needed";
  EXPECT_FALSE(UnpadValue(padded.substr(0, 63)).ok());
  EXPECT_FALSE(UnpadValue("").ok());
}

CarriedField Carry(const SealedPlace& at, const SealedField& sealed) {
  return {at,
          0,
          static_cast<uint32_t>(sealed.ciphertext.size() - 16),
          sealed.commitment,
          sealed.content_hash,
          sealed.field_key_commitment,
          sealed.ciphertext};
}

TEST(SealingProperty, OpensForTheRightPlaceAndKeyOnly) {
  InitCrypto();
  std::mt19937 rng(333);
  const Hash context =
      SealingContext(Filled<LedgerId>(1), Filled<PartyId>('9'), Filled<Nonce16>(3));
  const RandomSource random = [&rng](uint8_t* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(rng());
  };
  for (int round = 0; round < 10'000; ++round) {
    const SecretSeed audience_key = DrawSecret(random);
    const Hash salt = *Hash::From(DrawSecret(random).view());
    const SealedPlace at{static_cast<uint32_t>(rng() % 10'000), static_cast<uint16_t>(rng()),
                         static_cast<uint16_t>(rng())};
    const Bytes value(rng() % 200, static_cast<char>('a' + rng() % 26));
    const Bytes padded = PadValue(salt, value);
    const SecretSeed key = FieldKey(audience_key, at);
    const SealedField sealed = SealField(context, at, key, padded);
    ASSERT_EQ(sealed.commitment, FieldCommitment(context, at, padded));
    const OpenedField opened = OpenField(context, Carry(at, sealed), key);
    ASSERT_EQ(opened.verdict, FieldVerdict::kOpened);
    ASSERT_EQ(opened.value, value);
    ASSERT_EQ(opened.padded, padded);
    SealedPlace elsewhere = at;
    switch (rng() % 3) {
      case 0:
        ++elsewhere.record;
        break;
      case 1:
        ++elsewhere.field;
        break;
      default:
        ++elsewhere.item;
    }
    for (const OpenedField& refused :
         {OpenField(context, Carry(elsewhere, sealed), key),
          OpenField(context, Carry(elsewhere, sealed), FieldKey(audience_key, elsewhere)),
          OpenField(context, Carry(at, sealed), audience_key),
          OpenField(Filled<Hash>(9), Carry(at, sealed), key)}) {
      ASSERT_EQ(refused.verdict, FieldVerdict::kKeyFault);
      ASSERT_FALSE(refused.value);
      ASSERT_TRUE(refused.padded.empty());
    }
  }
}

// Computed apart, from the formulas alone: hashlib and XChaCha20-Poly1305 written out in Python.
TEST(Sealing, Golden) {
  InitCrypto();
  const Hash context =
      SealingContext(Filled<LedgerId>(1), Filled<PartyId>('9'), Filled<Nonce16>(3));
  EXPECT_EQ(ToHex(context), "4e7b93b41ea87e9df345a9ac2d7986fe3404a3f2b4ae15b37a03de06996622e3");
  const SecretSeed audience_key = *SecretSeed::From(Bytes(32, 4));
  EXPECT_EQ(ToHex(AudienceKeyCommitment(context, 0, audience_key)),
            "c1cd018e8ee31ea68b34d973c0163f0c6865521c1ceb7e4a8ec4a867c3f96a94");
  const Bytes padded = PadValue(Filled<Hash>(5), Bytes("\"示例\""));
  const SealedPlace at{2, 0x0210, 1};
  const SecretSeed key = FieldKey(audience_key, at);
  const SealedField sealed = SealField(context, at, key, padded);
  EXPECT_EQ(HexEncode(key.view()),
            "bf2af61be218d5fdad066f5d688b26b311b1cbb068e0067fac31711d7b63e0de");
  EXPECT_EQ(ToHex(sealed.field_key_commitment),
            "6beb3549986f662e241ed2f7652a5057926661445dfebe43d960dabb9026e066");
  EXPECT_EQ(ToHex(sealed.commitment),
            "000970b716a69fb3dc7f96846b9038b994c92d439f3785f1dd204773d93fc357");
  EXPECT_EQ(HexEncode(sealed.ciphertext),
            "2719b8f9346e6ccc380e1a7d001a7a50a793add435d41b6d6746dddd86ad51a628986ca8847eba4b8e35fb"
            "f89ec7444c7d0b59212088159b7121c77ad6995069cdced9a689f48902cab8d6be129e9801");
  EXPECT_EQ(ToHex(sealed.content_hash),
            "1685e3420e99b5584a59f17cafd6aec4b3491849ec440df7d94579fbc8cf6197");
}

}  // namespace
}  // namespace suyuan::sealing
