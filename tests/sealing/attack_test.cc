// What hostile senders, readers and nodes try (requirements 1.3, docs/formats.md §3).
#include <set>

#include <time.h>

#include "common/check.h"
#include "common/hash.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_forgeries.h"

namespace suyuan::sealing {
namespace {

using test::kFirstField;
using test::kListItem;
using test::kOtherAudience;
using test::kOtherRecord;

class Attack : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { InitCrypto(); }
};

const OpenedField& FieldAt(const OpenedTransaction& opened, const SealedPlace& at) {
  return *std::ranges::find(opened.fields, at, &OpenedField::at);
}

TEST_F(Attack, ForgeriesPassTheCheckAndGiveNoValue) {
  for (test::Forgery& forgery : test::Forgeries()) {
    SCOPED_TRACE(forgery.name);
    const test::SealedTransaction sealed = test::Sign(std::move(forgery.draft));
    ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));  // nobody but a reader can know
    const OpenedTransaction opened = test::OpenAs(sealed, {1});
    EXPECT_EQ(opened.audiences[0].verdict, forgery.audience);
    if (forgery.audience != WrapVerdict::kOpened) {
      EXPECT_TRUE(opened.fields.empty());
      EXPECT_EQ(opened.audiences[0].key.view(), SecretSeed().view());
      continue;
    }
    const OpenedField& first = FieldAt(opened, kFirstField);
    EXPECT_EQ(first.verdict, forgery.first_field);
    EXPECT_FALSE(first.value);
    EXPECT_EQ(first.padded.empty(), forgery.first_field != FieldVerdict::kPaddingLie)
        << "the evidence of an anomaly is P_i, of the others nothing of the plaintext";
    // A K_a that opens only some fields still opens those.
    EXPECT_EQ(FieldAt(opened, kOtherRecord).value, "125000");
    EXPECT_EQ(FieldAt(opened, kListItem).verdict, FieldVerdict::kOpened);
  }
}

TEST_F(Attack, FindingsHoldForThirdParties) {
  for (test::Forgery& forgery : test::Forgeries()) {
    if (forgery.first_field != FieldVerdict::kCipherFault) continue;
    SCOPED_TRACE(forgery.name);
    const test::SealedTransaction sealed = test::Sign(std::move(forgery.draft));
    const OpenedTransaction opened = test::OpenAs(sealed, {1});
    // {k_i, ct_i, path} is all that the finding needs.
    const SecretSeed key = FieldKey(opened.audiences[0].key, kFirstField);
    EXPECT_EQ(OpenWithFieldKey(sealed.tx, sealed.views, kFirstField, key)->verdict,
              FieldVerdict::kCipherFault);
  }
}

// The values of an enumeration, a date, a quantity: whoever holds all that the ledger shows cannot
// tell which one is sealed, because 32 random bytes stand before it.
TEST_F(Attack, ADictionaryOfValuesFindsNothing) {
  const test::SealedTransaction sealed =
      test::Sign(test::SealDraft(1, {{1}}, {{kFirstField, 0, "\"yes\""}}));
  const ledger::Leaf& leaf = *sealed.tx.records[0].Find(kFirstField.field);
  const Hash context = sealed.context();
  // Everything public that could have been taken for a salt.
  std::vector<Hash> salts = {Hash{},
                             context,
                             leaf.commitment,
                             leaf.content_hash,
                             sealed.tx.core.audiences[0].key_commitment,
                             sealed.tx.core.audiences[0].wraps_hash};
  for (ByteView item : sealed.views)
    for (size_t at = 0; at + 32 <= item.size(); ++at)
      salts.push_back(*Hash::From(item.substr(at, 32)));
  for (const char* guess : {"\"yes\"", "\"no\"", "true", "1"})
    for (const Hash& salt : salts)
      ASSERT_NE(FieldCommitment(context, kFirstField, PadValue(salt, guess)), leaf.commitment);
}

TEST_F(Attack, EqualValuesLookDifferentEverywhere) {
  std::set<Bytes> seen;
  size_t parts = 0;
  for (uint64_t number = 1; number <= 20; ++number) {
    const test::SealedTransaction sealed = test::Sign(test::SealDraft(
        number, {{1}},
        {{kFirstField, 0, "\"yes\""}, {kListItem, 0, "\"yes\""}, {kOtherRecord, 0, "\"yes\""}}));
    const SealedPart part = ReadSealedItems(sealed.tx, sealed.views).value();
    for (const CarriedField& field : part.fields) {
      seen.insert({field.commitment.str(), field.content_hash.str(),
                   field.field_key_commitment.str(), Bytes(field.ciphertext),
                   Bytes(field.ciphertext.substr(0, 32))});
      parts += 5;
    }
  }
  EXPECT_EQ(seen.size(), parts);
}

// A rival copies the leaf, the item and even the wrap list of somebody else's sealed field into a
// transaction of its own, at the same place. Nobody opens it, the true readers included.
TEST_F(Attack, ACopyInTheCopiersNameOpensForNobody) {
  const test::SealedDraft honest = test::Honest();
  test::SealedDraft copy = honest;
  copy.draft.core.submitter = *ParsePartyId("91320000MA00DEM017");
  copy.draft.core.signers[0].party = copy.draft.core.submitter;
  const test::SealedTransaction sealed = test::Sign(copy);
  ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
  for (uint8_t reader = 1; reader <= 3; ++reader) {
    const OpenedTransaction opened = test::OpenAs(sealed, {reader});
    EXPECT_TRUE(opened.fields.empty());
    for (const OpenedAudience& audience : opened.audiences)
      EXPECT_EQ(audience.verdict, WrapVerdict::kNotReader);
  }
  // Nor with another nonce.
  test::SealedDraft again = honest;
  again.draft.core.nonce.data[0] ^= 1;
  EXPECT_TRUE(test::OpenAs(test::Sign(again), {1, 2, 3}).fields.empty());
}

// Leaf and ciphertext of one place put at another one of the same transaction.
TEST_F(Attack, ACopyAtAnotherPlaceIsAKeyFault) {
  for (const SealedPlace& to : {SealedPlace{0, 0x0203, 1}, SealedPlace{1, 0x0202, 0}}) {
    test::SealedDraft draft = test::Honest();
    const test::SealedTransaction before = test::Sign(draft);
    const SealedPart part = ReadSealedItems(before.tx, before.views).value();
    const CarriedField& from = *std::ranges::find(part.fields, kFirstField, &CarriedField::at);
    test::ReplaceField(
        draft, to,
        {from.field_key_commitment, from.commitment, Bytes(from.ciphertext), from.content_hash});
    const test::SealedTransaction sealed = test::Sign(draft);
    ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views));
    const OpenedTransaction opened = test::OpenAs(sealed, {1});
    EXPECT_EQ(FieldAt(opened, to).verdict, FieldVerdict::kKeyFault);
    EXPECT_EQ(FieldAt(opened, kFirstField).verdict, FieldVerdict::kOpened);
  }
}

// As many audiences as a core holds, each with a full list of dummies, and every one with the tag
// of nobody: what a node checks are hashes, and a reader multiplies once for all of them and opens
// no box. One multiplication a wrap would take a hundred times as long.
TEST_F(Attack, AFloodOfDummiesCostsAReaderOneMultiplication) {
  std::vector<std::vector<uint8_t>> audiences;
  std::vector<test::SampleField> fields;
  for (uint8_t i = 0; i < 50; ++i) {
    audiences.push_back({static_cast<uint8_t>(i + 100)});
    fields.push_back({{0, kListItem.field, i}, i, "\"" + std::to_string(i) + "\""});
  }
  test::SealedDraft draft = test::SealDraft(1, audiences, fields);
  for (uint8_t a = 0; a < audiences.size(); ++a) {
    std::vector<Bytes> dummies;
    for (size_t i = 0; i < kWrapsMax; ++i) {
      Bytes dummy(kWrapBytes, '\0');
      RandomBytes(reinterpret_cast<uint8_t*>(dummy.data()), dummy.size());
      dummies.push_back(std::move(dummy));
    }
    test::ReplaceWraps(draft, a, test::JoinWraps(std::move(dummies)));
  }
  const test::SealedTransaction sealed = test::Sign(std::move(draft));
  const SealingKey key = test::SealingKeyOf(1);
  // Of the thread, in seconds; the least of some tries.
  const auto cost = [](const auto& work) {
    double least = 1e9;
    for (int i = 0; i < 5; ++i) {
      timespec from{}, to{};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
      work();
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
      least = std::min(least, static_cast<double>(to.tv_sec - from.tv_sec) +
                                  static_cast<double>(to.tv_nsec - from.tv_nsec) * 1e-9);
    }
    return least;
  };
  const double thousand = cost([&] {
    for (int i = 0; i < 1000; ++i) ASSERT_OK(key.Agree(test::SealingKeyOf(2).public_key()));
  });
  EXPECT_LT(cost([&] { ASSERT_OK(CheckSealedItems(sealed.tx, sealed.views)); }), thousand / 4);
  EXPECT_LT(cost([&] { EXPECT_TRUE(test::OpenAs(sealed, {1}).fields.empty()); }), thousand / 4);
}

// A node that serves something else than what was sealed is caught before any key is used.
TEST_F(Attack, OtherItemsThanTheTransactionsAreRefused) {
  const test::SealedTransaction sealed = test::Sign(test::Honest());
  SealedReader reader = [] {
    std::vector<SealingKey> keys;
    keys.push_back(test::SealingKeyOf(1));
    return SealedReader(std::move(keys));
  }();
  SealedItems items = sealed.items;
  items[2][50] ^= 1;
  EXPECT_CODE(reader.Open(sealed.tx, ViewsOf(items)), ErrorCode::kCommit);
  EXPECT_CODE(reader.Open(sealed.tx, {}), ErrorCode::kFormat);
}

TEST_F(Attack, LowOrderKeysAreRefusedEverywhere) {
  const std::vector<std::string> kLow = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  const SealingKey honest = test::SealingKeyOf(1);
  for (const std::string& hex : kLow) {
    for (uint8_t high : {0x00, 0x80}) {
      SealingPublicKey low = *SealingPublicKey::From(*HexDecode(hex));
      low.data[31] |= high;
      EXPECT_FALSE(IsAcceptableSealingKey(low)) << hex;
      EXPECT_CODE(honest.Agree(low), ErrorCode::kFormat);
      test::SealedDraft draft = test::Honest();
      draft.draft.core.seal_public_key = low;
      const test::SealedTransaction sealed = test::Sign(draft);
      EXPECT_CODE(CheckSealedItems(sealed.tx, sealed.views), ErrorCode::kFormat);
    }
  }
  // The comparison that nodes make and the multiplication that readers make agree on neighbours.
  for (const std::string& hex : kLow) {
    for (size_t bit = 0; bit < 256; ++bit) {
      SealingPublicKey key = *SealingPublicKey::From(*HexDecode(hex));
      key.data[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      EXPECT_EQ(IsAcceptableSealingKey(key), honest.Agree(key).ok()) << hex << " " << bit;
    }
  }
}

TEST_F(Attack, RotatedKeysStayAbleToOpen) {
  const test::SealedTransaction sealed = test::Sign(test::Honest());
  const OpenedTransaction opened = test::OpenAs(sealed, {50, 51, 3, 1});
  EXPECT_EQ(opened.audiences[0].verdict, WrapVerdict::kOpened);
  EXPECT_EQ(opened.audiences[1].verdict, WrapVerdict::kOpened);
  EXPECT_EQ(opened.fields.size(), 4u);
  EXPECT_TRUE(test::OpenAs(sealed, {50, 51}).fields.empty());
}

// A wrap that does not open for the new key is no reason to give up on the old one.
TEST_F(Attack, OneKeyThatOpensIsEnough) {
  test::SealedDraft draft = test::Honest();
  std::vector<Bytes> wraps = test::SplitWraps(ByteView(draft.items[0]).substr(2));
  const SecretSeed shared = *test::SealingKeyOf(1).Agree(test::SealingKeyOf(200).public_key());
  const Bytes tag = WrapTag(shared, test::Sign(draft).context(), 0);
  for (Bytes& wrap : wraps)
    if (wrap.starts_with(tag)) wrap = tag + Bytes(48, 'x');
  test::ReplaceWraps(draft, 0, test::JoinWraps(std::move(wraps)));
  const test::SealedTransaction sealed = test::Sign(draft);
  EXPECT_EQ(test::OpenAs(sealed, {1}).audiences[0].verdict, WrapVerdict::kUnopenable);
  EXPECT_EQ(test::OpenAs(sealed, {1, 2}).audiences[0].verdict, WrapVerdict::kOpened);
  EXPECT_EQ(test::OpenAs(sealed, {2, 1}).audiences[0].verdict, WrapVerdict::kOpened);
}

// Grants: another transaction carries K_a or one k_i to a new reader, who gets that and no more.
class Grant : public Attack {
 protected:
  Grant() : target_(test::Sign(test::Honest())), owner_(test::OpenAs(target_, {1})) {}
  // Carries `key` for reader 9 in audience 0.
  test::SealedTransaction Carry(const WrapPurpose& purpose, const SecretSeed& key) {
    test::SealedDraft draft{test::SimpleDraft(77), {}};
    ledger::Core& core = draft.draft.core;
    SenderKey sender(test::SealingKeyOf(201));
    TransactionSealer sealer(SealingContext(core.ledger_id, core.submitter, core.nonce), sender,
                             test::SeededRandom(77));
    SUYUAN_CHECK(sealer.AddGrant(purpose, key, {test::SealingKeyOf(9).public_key()}).ok(), "grant");
    draft.items = std::move(sealer).Finish(core);
    return test::Sign(std::move(draft));
  }
  static Result<OpenedAudience> OpenAs9(const test::SealedTransaction& carrier,
                                        const WrapPurpose& purpose) {
    std::vector<SealingKey> keys;
    keys.push_back(test::SealingKeyOf(9));
    return SealedReader(std::move(keys)).OpenGrant(carrier.tx, carrier.views, 0, purpose);
  }
  const test::SealedTransaction target_;
  const OpenedTransaction owner_;
};

TEST_F(Grant, OfAnAudienceOpensAllOfItAndNothingElse) {
  const WrapPurpose purpose = WrapPurpose::AudienceOf(target_.tx.id, 0);
  const test::SealedTransaction carrier = Carry(purpose, owner_.audiences[0].key);
  ASSERT_OK(CheckSealedItems(carrier.tx, carrier.views));
  const auto granted = OpenAs9(carrier, purpose);
  ASSERT_EQ(granted->verdict, WrapVerdict::kOpened);
  const auto fields = OpenWithAudienceKey(target_.tx, target_.views, 0, granted->key);
  ASSERT_OK(fields);
  EXPECT_EQ(fields->size(), 3u);
  EXPECT_EQ((*fields)[0].value, "\"示例电缆有限公司\"");
  EXPECT_CODE(OpenWithAudienceKey(target_.tx, target_.views, 1, granted->key), ErrorCode::kCommit);
  EXPECT_CODE(OpenWithAudienceKey(target_.tx, target_.views, 2, granted->key),
              ErrorCode::kNotFound);
  EXPECT_EQ(OpenAs9(carrier, WrapPurpose::AudienceOf(target_.tx.id, 1))->verdict,
            WrapVerdict::kUnopenable)
      << "made for another audience";
}

TEST_F(Grant, OfAFieldOpensThatFieldOnly) {
  const WrapPurpose purpose = WrapPurpose::FieldOf(target_.tx.id, kOtherRecord);
  const test::SealedTransaction carrier =
      Carry(purpose, FieldKey(owner_.audiences[0].key, kOtherRecord));
  const auto granted = OpenAs9(carrier, purpose);
  ASSERT_EQ(granted->verdict, WrapVerdict::kOpened);
  const auto at = [&](const SealedPlace& place) {
    return OpenWithFieldKey(target_.tx, target_.views, place, granted->key);
  };
  EXPECT_EQ(at(kOtherRecord)->value, "125000");
  EXPECT_EQ(at(kFirstField)->verdict, FieldVerdict::kKeyFault);
  EXPECT_EQ(at(kOtherAudience)->verdict, FieldVerdict::kKeyFault);
  EXPECT_CODE(at({0, 0x0201, 0}), ErrorCode::kNotFound);
}

TEST_F(Grant, OfAWrongKeyGivesNothing) {
  const WrapPurpose purpose = WrapPurpose::AudienceOf(target_.tx.id, 0);
  const test::SealedTransaction carrier = Carry(purpose, *SecretSeed::From(Bytes(32, 'w')));
  const auto granted = OpenAs9(carrier, purpose);
  ASSERT_EQ(granted->verdict, WrapVerdict::kOpened) << "it is the key that was carried";
  EXPECT_CODE(OpenWithAudienceKey(target_.tx, target_.views, 0, granted->key), ErrorCode::kCommit);
}

TEST_F(Attack, ErasedItemsSayThatTheyAre) {
  const test::SealedTransaction sealed = test::Sign(test::Honest());
  SealedItems items = sealed.items;
  items[1] = EncodeErasedItem({ItemHash(items[1]), Height(9)});
  items[2] = EncodeErasedItem({ItemHash(items[2]), Height(9)});
  std::vector<SealingKey> keys;
  keys.push_back(test::SealingKeyOf(2));
  const auto opened = SealedReader(std::move(keys)).Open(sealed.tx, ViewsOf(items));
  ASSERT_OK(opened);
  EXPECT_EQ(opened->audiences[0].verdict, WrapVerdict::kOpened);
  EXPECT_EQ(opened->audiences[1].verdict, WrapVerdict::kErased);
  EXPECT_EQ(FieldAt(*opened, kFirstField).verdict, FieldVerdict::kErased);
  EXPECT_EQ(FieldAt(*opened, kOtherRecord).value, "125000");
}

}  // namespace
}  // namespace suyuan::sealing
