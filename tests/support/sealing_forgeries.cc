#include "tests/support/sealing_forgeries.h"

#include <algorithm>

#include "common/check.h"
#include "common/cipher.h"
#include "common/hash.h"

namespace suyuan::test {

using namespace sealing;  // NOLINT: test support of that room

namespace {

// K_a, as reader `seed` knows it.
SecretSeed AudienceKeyOf(const SealedDraft& draft, uint8_t audience, uint8_t seed) {
  OpenedTransaction opened = OpenAs(Sign(draft), {seed});
  SUYUAN_CHECK(opened.audiences[audience].verdict == WrapVerdict::kOpened, "not a reader");
  return std::move(opened.audiences[audience].key);
}

Hash ContextOf(const SealedDraft& draft) {
  const ledger::Core& core = draft.draft.core;
  return SealingContext(core.ledger_id, core.submitter, core.nonce);
}

Bytes Padded(const Bytes& value) { return PadValue(Sha256("a salt"), value); }

// kFirstField of the honest transaction, sealed anew from this P_i.
SealedField SealedAs(const SealedDraft& draft, const Bytes& padded) {
  return SealField(ContextOf(draft), kFirstField, FieldKey(AudienceKeyOf(draft, 0, 1), kFirstField),
                   padded);
}

SealedDraft WithFirst(SealedDraft draft, SealedField sealed) {
  ReplaceField(draft, kFirstField, std::move(sealed));
  return draft;
}

SealedDraft PaddingLie(size_t at, char byte, size_t more = 0) {
  SealedDraft draft = Honest();
  Bytes padded = Padded("\"示例\"");
  padded[at] = byte;
  return WithFirst(draft, SealedAs(draft, padded + Bytes(more, '\0')));
}

// C_i of one value, everything else of another.
SealedDraft OtherCommitment() {
  SealedDraft draft = Honest();
  const Hash context = ContextOf(draft);
  const SecretSeed key = FieldKey(AudienceKeyOf(draft, 0, 1), kFirstField);
  SealedField shown = SealField(context, kFirstField, key, Padded("\"shown\""));
  SealedField sealed = SealField(context, kFirstField, key, Padded("\"sealed\""));
  sealed.commitment = shown.commitment;
  return WithFirst(draft, std::move(sealed));
}

// The same, encrypted under the commitment's nonce and place, so that decryption succeeds.
SealedDraft OtherCommitmentThatDecrypts() {
  SealedDraft draft = Honest();
  const SecretSeed key = FieldKey(AudienceKeyOf(draft, 0, 1), kFirstField);
  const Hash context = ContextOf(draft);
  const Hash commitment = FieldCommitment(context, kFirstField, Padded("\"shown\""));
  SealedField sealed;
  sealed.commitment = commitment;
  sealed.field_key_commitment = FieldKeyCommitment(context, kFirstField, key);
  const Bytes aad = context.str() + PlaceBytes(kFirstField) + commitment.str();
  sealed.ciphertext = AeadSeal(DeriveSecret(key, "enc", {}).view(), commitment.view().substr(0, 24),
                               aad, Padded("\"sealed\""));
  sealed.content_hash = ContentHash(sealed.field_key_commitment, sealed.ciphertext);
  return WithFirst(draft, std::move(sealed));
}

SealedDraft RandomCiphertext() {
  SealedDraft draft = Honest();
  SealedField sealed = SealedAs(draft, Padded("\"x\""));
  RandomSource random = SeededRandom(5);
  random(reinterpret_cast<uint8_t*>(sealed.ciphertext.data()), sealed.ciphertext.size());
  sealed.content_hash = ContentHash(sealed.field_key_commitment, sealed.ciphertext);
  return WithFirst(draft, std::move(sealed));
}

// K_a opens the other fields; this one has a key of its own that K_a does not give.
SealedDraft KeyOfItsOwn() {
  SealedDraft draft = Honest();
  return WithFirst(draft, SealField(ContextOf(draft), kFirstField,
                                    *SecretSeed::From(Bytes(32, 'k')), Padded("\"x\"")));
}

// Everything of kOtherRecord, key included, copied to the place of kFirstField.
SealedDraft CopiedFromAnotherPlace() {
  SealedDraft draft = Honest();
  const SealedPlace& from = kOtherRecord;
  const SecretSeed key = FieldKey(AudienceKeyOf(draft, 0, 1), from);
  return WithFirst(draft, SealField(ContextOf(draft), from, key, Padded("\"x\"")));
}

SealedDraft WithBox(const Bytes& tag, const Bytes& box) {
  SealedDraft draft = Honest();
  std::vector<Bytes> wraps = SplitWraps(ByteView(draft.items[0]).substr(2));
  const auto mine =
      std::ranges::find_if(wraps, [&](const Bytes& wrap) { return wrap.starts_with(tag); });
  SUYUAN_CHECK(mine != wraps.end(), "the reader's wrap is there");
  *mine = tag + box;
  ReplaceWraps(draft, 0, JoinWraps(std::move(wraps)));
  return draft;
}

SecretSeed SharedWith(uint8_t reader) {
  return SealingKeyOf(200).Agree(SealingKeyOf(reader).public_key()).value();
}

SealedDraft BoxOf(uint8_t box_of, const Hash& context, const WrapPurpose& purpose,
                  const SecretSeed& key) {
  const SecretSeed mine = SharedWith(1), other = SharedWith(box_of);
  return WithBox(WrapTag(mine, ContextOf(Honest()), 0), WrapBox(other, context, 0, purpose, key));
}

SealedDraft WrapsOfAnotherTransaction() {
  SealedDraft draft = Honest();
  const SealedDraft other = SealDraft(8, {{1, 2}}, {{kFirstField, 0, "\"x\""}});
  ReplaceWraps(draft, 0, other.items[0].substr(2));
  return draft;
}

SealedDraft Changed(const std::function<void(SealedDraft&)>& change) {
  SealedDraft draft = Honest();
  change(draft);
  return draft;
}

}  // namespace

void ReplaceField(SealedDraft& draft, const SealedPlace& at, SealedField sealed) {
  const SealedTransaction before = Sign(draft);
  const SealedPart part = ReadSealedItems(before.tx, before.views).value();
  auto& leaf = draft.Leaf(at);
  std::vector<SealedField> fields;
  for (const CarriedField& field : part.fields)
    if (field.at.record == at.record && field.audience == leaf.audience)
      fields.push_back(field.at == at ? sealed
                                      : SealedField{field.field_key_commitment, field.commitment,
                                                    Bytes(field.ciphertext), field.content_hash});
  leaf.padded_length = static_cast<uint32_t>(sealed.ciphertext.size() - kAeadTagBytes);
  leaf.commitment = sealed.commitment;
  leaf.content_hash = sealed.content_hash;
  const Bytes head = EncodeFieldsItem(at.record, leaf.audience, {});
  for (Bytes& item : draft.items)
    if (item.starts_with(head)) item = EncodeFieldsItem(at.record, leaf.audience, fields);
}

void ReplaceWraps(SealedDraft& draft, uint8_t audience, const Bytes& wraps) {
  ledger::AudienceHead& head = draft.draft.core.audiences[audience];
  head.wrap_count = static_cast<uint32_t>(wraps.size() / kWrapBytes);
  head.wraps_hash = Sha256(wraps);
  draft.items[audience] = EncodeWrapsItem(audience, wraps);
}

std::vector<Bytes> SplitWraps(ByteView wraps) {
  std::vector<Bytes> out;
  for (; !wraps.empty(); wraps.remove_prefix(kWrapBytes))
    out.emplace_back(wraps.substr(0, kWrapBytes));
  return out;
}

Bytes JoinWraps(std::vector<Bytes> wraps) {
  std::ranges::sort(wraps);
  Bytes out;
  for (const Bytes& wrap : wraps) out += wrap;
  return out;
}

SealedDraft Honest() {
  return SealDraft(7, {{1, 2}, {2, 3}},
                   {{kFirstField, 0, "\"示例电缆有限公司\""},
                    {kListItem, 0, std::nullopt},
                    {kOtherRecord, 0, "125000"},
                    {kOtherAudience, 1, "{\"unit\":\"m\",\"value\":\"1200.5\"}"}});
}

std::vector<Forgery> Forgeries() {
  using W = WrapVerdict;
  using F = FieldVerdict;
  const Hash context = ContextOf(Honest());
  const Hash other_context = ContextOf(SealDraft(8, {{1}}, {{kFirstField, 0, "\"x\""}}));
  const SecretSeed key = AudienceKeyOf(Honest(), 0, 1), wrong = *SecretSeed::From(Bytes(32, 'w'));
  const WrapPurpose own = WrapPurpose::Own(), grant = WrapPurpose::AudienceOf(TxId{}, 0);
  std::vector<Forgery> out;
  out.push_back({"commitment to one value, ciphertext of another", OtherCommitment(), W::kOpened,
                 F::kCipherFault});
  out.push_back({"ciphertext of another value under the commitment's nonce",
                 OtherCommitmentThatDecrypts(), W::kOpened, F::kCipherFault});
  out.push_back({"ciphertext of random bytes", RandomCiphertext(), W::kOpened, F::kCipherFault});
  out.push_back(
      {"field key that the audience's key does not give", KeyOfItsOwn(), W::kOpened, F::kKeyFault});
  out.push_back({"commitment and ciphertext of another record", CopiedFromAnotherPlace(),
                 W::kOpened, F::kKeyFault});
  out.push_back({"length word beyond the padding", PaddingLie(34, 1), W::kOpened, F::kPaddingLie});
  out.push_back({"padding that is not zero", PaddingLie(63, 1), W::kOpened, F::kPaddingLie});
  out.push_back(
      {"twice the padding that is needed", PaddingLie(0, 1, 64), W::kOpened, F::kPaddingLie});
  out.push_back({"box of random bytes", WithBox(WrapTag(SharedWith(1), context, 0), Bytes(48, 'r')),
                 W::kUnopenable, F::kOpened});
  out.push_back({"box of another reader", BoxOf(2, context, own, key), W::kUnopenable, F::kOpened});
  out.push_back({"box with a key that the core does not commit to", BoxOf(1, context, own, wrong),
                 W::kUnopenable, F::kOpened});
  out.push_back(
      {"box made for a grant", BoxOf(1, context, grant, key), W::kUnopenable, F::kOpened});
  out.push_back({"box of another transaction", BoxOf(1, other_context, own, key), W::kUnopenable,
                 F::kOpened});
  out.push_back(
      {"wrap list of another transaction", WrapsOfAnotherTransaction(), W::kNotReader, F::kOpened});
  return out;
}

std::vector<Malformed> MalformedTransactions() {
  const auto format = ErrorCode::kFormat, commit = ErrorCode::kCommit;
  std::vector<Malformed> out;
  const auto add = [&](std::string name, ErrorCode code, std::optional<SealedPlace> at,
                       const std::function<void(SealedDraft&)>& change) {
    out.push_back({std::move(name), Changed(change), code, at});
  };
  add("no items", format, {}, [](SealedDraft& d) { d.items.clear(); });
  add("an item is missing", format, {}, [](SealedDraft& d) { d.items.pop_back(); });
  add("an item too many", format, {}, [](SealedDraft& d) { d.items.push_back(d.items.back()); });
  add("items in another order", format, SealedPlace{0, 0, 0},
      [](SealedDraft& d) { std::swap(d.items[2], d.items[3]); });
  add("wrap lists in another order", format, {},
      [](SealedDraft& d) { std::swap(d.items[0], d.items[1]); });
  add("an empty item", format, {}, [](SealedDraft& d) { d.items[0].clear(); });
  add("an erased item", format, {}, [](SealedDraft& d) {
    d.items[0] = EncodeErasedItem({Sha256(d.items[0]), Height(9)});
  });
  add("a byte behind the last field", format, SealedPlace{1, 0, 0},
      [](SealedDraft& d) { d.items[3] += '\0'; });
  add("a wrap list of another hash", commit, {}, [](SealedDraft& d) { d.items[0].back() ^= 1; });
  add("another key commitment", commit, kFirstField, [](SealedDraft& d) { d.items[2][6] ^= 1; });
  add("another ciphertext", commit, kFirstField, [](SealedDraft& d) { d.items[2][42] ^= 1; });
  add("a padded length that the ciphertext does not have", format, kFirstField,
      [](SealedDraft& d) { d.Leaf(kFirstField).padded_length = 128; });
  add("a padded length beyond the limit", ErrorCode::kSize, kOtherRecord,
      [](SealedDraft& d) { d.Leaf(kOtherRecord).padded_length = 1u << 31; });
  add("an audience that the core does not have", format, kOtherAudience,
      [](SealedDraft& d) { d.Leaf(kOtherAudience).audience = 9; });
  add("seven wraps", format, {},
      [](SealedDraft& d) { ReplaceWraps(d, 0, d.items[0].substr(2 + kWrapBytes)); });
  add("128 wraps", format, {}, [](SealedDraft& d) { ReplaceWraps(d, 0, Bytes(128 * 56, 'w')); });
  add("wraps that are not sorted", format, {}, [](SealedDraft& d) {
    const Bytes wraps = d.items[0].substr(2);
    ReplaceWraps(d, 0, wraps.substr(kWrapBytes) + wraps.substr(0, kWrapBytes));
  });
  add("two wraps of one tag", format, {}, [](SealedDraft& d) {
    std::vector<Bytes> wraps = SplitWraps(ByteView(d.items[0]).substr(2));
    wraps[1].replace(0, 8, wraps[0].substr(0, 8));
    ReplaceWraps(d, 0, JoinWraps(std::move(wraps)));
  });
  add("audiences without a sealing key", format, {},
      [](SealedDraft& d) { d.draft.core.seal_public_key.reset(); });
  add("a sealing key of low order", format, {}, [](SealedDraft& d) {
    d.draft.core.seal_public_key = SealingPublicKey{};
    d.draft.core.seal_public_key->data[0] = 1;
  });
  add("a sealing key without audiences", format, {}, [](SealedDraft& d) {
    d.draft.core.audiences.clear();
    d.items.clear();
    for (auto& record : d.draft.records)
      std::erase_if(record.leaves,
                    [](const auto& leaf) { return leaf.mode == ledger::LeafMode::kHidden; });
  });
  return out;
}

}  // namespace suyuan::test
