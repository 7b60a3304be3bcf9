// What readers get from random transactions: exactly their audiences' values; and from altered
// ones: nothing, never a wrong value. More than 10,000 fields each.
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_samples.h"

namespace suyuan::sealing {
namespace {

using test::Rng;
using test::SampleField;

constexpr size_t kFieldsMin = 10'000;

const SampleField& Find(const std::vector<SampleField>& fields, const SealedPlace& at) {
  return *std::ranges::find(fields, at, &SampleField::at);
}

bool Reads(const test::RandomSealed& sealed, size_t audience, uint8_t key) {
  const auto& readers = sealed.audiences[audience];
  return std::ranges::find(readers, key) != readers.end();
}

// Audiences get ids in the order in which SealDraft makes them.
void CheckReader(const test::RandomSealed& sealed, uint8_t key, size_t* opened_fields) {
  const OpenedTransaction opened = test::OpenAs(sealed.signed_tx, {key});
  ASSERT_EQ(opened.audiences.size(), sealed.audiences.size());
  size_t due = 0;
  for (size_t a = 0; a < sealed.audiences.size(); ++a)
    ASSERT_EQ(opened.audiences[a].verdict,
              Reads(sealed, a, key) ? WrapVerdict::kOpened : WrapVerdict::kNotReader);
  for (const SampleField& field : sealed.fields) due += Reads(sealed, field.audience, key);
  ASSERT_EQ(opened.fields.size(), due);
  for (const OpenedField& field : opened.fields) {
    ASSERT_EQ(field.verdict, FieldVerdict::kOpened);
    ASSERT_EQ(field.value, Find(sealed.fields, field.at).value);
    ASSERT_EQ(FieldCommitment(sealed.signed_tx.context(), field.at, field.padded),
              sealed.signed_tx.tx.records[field.at.record]
                  .Find(field.at.field, field.at.item)
                  ->commitment);
  }
  *opened_fields += due;
}

TEST(SealingProperty, ReadersOpenTheirAudiencesAndNoOthers) {
  InitCrypto();
  Rng rng(1);
  size_t opened = 0, rounds = 0;
  for (; opened < kFieldsMin; ++rounds) {
    const test::RandomSealed sealed = test::RandomSealedTransaction(rng);
    for (uint8_t key : {sealed.audiences.front().front(), sealed.audiences.back().back(),
                        static_cast<uint8_t>(1 + rng() % 60)})
      CheckReader(sealed, key, &opened);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

// One bit anywhere in what a reader works with: key commitment, ciphertext, commitment, content
// hash, place, context or key. Below the check of the items, so nothing has been refused before.
TEST(SealingProperty, AnyFlippedBitOpensNothing) {
  InitCrypto();
  Rng rng(2);
  for (size_t cases = 0; cases < kFieldsMin;) {
    const test::RandomSealed sealed = test::RandomSealedTransaction(rng);
    const SealedPart part = ReadSealedItems(sealed.signed_tx.tx, sealed.signed_tx.views).value();
    const OpenedTransaction opened =
        test::OpenAs(sealed.signed_tx, {sealed.audiences.front().front()});
    for (const CarriedField& field : part.fields) {
      if (opened.audiences[field.audience].verdict != WrapVerdict::kOpened) continue;
      CarriedField bad = field;
      Hash context = sealed.signed_tx.context();
      Bytes ciphertext(field.ciphertext);
      SecretSeed key = FieldKey(opened.audiences[field.audience].key, field.at);
      const auto flip = [&rng](uint8_t* bytes, size_t n) {
        bytes[rng() % n] ^= static_cast<uint8_t>(1 << rng() % 8);
      };
      switch (rng() % 8) {
        case 0:
          flip(bad.commitment.data.data(), 32);
          break;
        case 1:
          flip(bad.content_hash.data.data(), 32);
          break;
        case 2:
          flip(bad.field_key_commitment.data.data(), 32);
          break;
        case 3:
          flip(reinterpret_cast<uint8_t*>(ciphertext.data()), ciphertext.size());
          break;
        case 4:
          flip(context.data.data(), 32);
          break;
        case 5:
          bad.at.record ^= 1u << rng() % 32;
          break;
        case 6:
          (rng() % 2 == 0 ? bad.at.field : bad.at.item) ^= static_cast<uint16_t>(1 << rng() % 16);
          break;
        default: {
          Bytes other(key.view());
          flip(reinterpret_cast<uint8_t*>(other.data()), 32);
          key = *SecretSeed::From(other);
        }
      }
      bad.ciphertext = ciphertext;
      const OpenedField result = OpenField(context, bad, key);
      ASSERT_NE(result.verdict, FieldVerdict::kOpened);
      ASSERT_FALSE(result.value);
      ASSERT_TRUE(result.padded.empty());
      ++cases;
    }
  }
}

// One bit of a wrap, and one bit of what its tag and box hang on.
TEST(SealingProperty, AnyFlippedBitOfAWrapOpensNothing) {
  InitCrypto();
  Rng rng(3);
  SenderKey sender(test::SealingKeyOf(200));
  const SecretSeed shared = *test::SealingKeyOf(1).Agree(test::SealingKeyOf(200).public_key());
  for (int i = 0; i < 10'000; ++i) {
    Hash context = test::RandomBytesOf<Hash>(rng);
    auto audience = static_cast<uint8_t>(rng());
    const SecretSeed key = *SecretSeed::From(test::RandomBytesOf<Hash>(rng).view());
    Hash commitment = AudienceKeyCommitment(context, audience, key);
    Bytes wrap = WrapTag(shared, context, audience) +
                 WrapBox(shared, context, audience, WrapPurpose::Own(), key);
    ASSERT_EQ(OpenWrap(shared, context, audience, WrapPurpose::Own(), commitment, wrap).key.view(),
              key.view());
    const size_t bit = rng() % 8;
    switch (rng() % 4) {
      case 0:
        wrap[rng() % wrap.size()] ^= static_cast<char>(1 << bit);
        break;
      case 1:
        context.data[rng() % 32] ^= static_cast<uint8_t>(1 << bit);
        break;
      case 2:
        audience ^= static_cast<uint8_t>(1 << bit);
        break;
      default:
        commitment.data[rng() % 32] ^= static_cast<uint8_t>(1 << bit);
    }
    const OpenedWrap opened =
        OpenWrap(shared, context, audience, WrapPurpose::Own(), commitment, wrap);
    ASSERT_NE(opened.verdict, WrapVerdict::kOpened);
    ASSERT_EQ(opened.key.view(), SecretSeed().view());
  }
}

}  // namespace
}  // namespace suyuan::sealing
