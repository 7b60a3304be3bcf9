#include "tests/support/sealing_vectors.h"

#include "common/hash.h"
#include "tests/support/hex_json.h"
#include "tests/support/sealing_shown.h"

namespace suyuan::test {
namespace {

using namespace sealing;  // NOLINT: test support of that room
using json::Array;
using json::Object;
using json::Value;

Value HexOrNull(const std::optional<Bytes>& value) { return value ? Hex(*value) : Value(); }
Value Name(std::string_view name) { return Value(std::string(name)); }

Object Place(const SealedPlace& at) {
  return {{"record", Value(uint64_t{at.record})},
          {"field", Value(uint64_t{at.field})},
          {"item", Value(uint64_t{at.item})}};
}

struct Sender {
  LedgerId ledger = SampleLedger();
  PartyId submitter = SampleParty();
  Nonce16 nonce = *Nonce16::From(Sha256("nonce").view().substr(0, 16));
  Hash context() const { return SealingContext(ledger, submitter, nonce); }
};

// Every step from a value to a leaf, for values at the borders of padding.
Value FieldVector() {
  const Sender sender;
  const SecretSeed audience_key = *SecretSeed::From(Sha256("K_a").view());
  const uint8_t audience = 3;
  Array fields;
  const std::vector<std::optional<Bytes>> values = {"\"示例\"",     std::nullopt,    Bytes(28, '7'),
                                                    Bytes(29, '7'), Bytes(600, '8'), ""};
  for (size_t i = 0; i < values.size(); ++i) {
    const SealedPlace at{static_cast<uint32_t>(i), static_cast<uint16_t>(0x0202 + i),
                         static_cast<uint16_t>(i * 3)};
    const Hash salt = Sha256("salt " + std::to_string(i));
    const Bytes padded = PadValue(salt, values[i]);
    const SecretSeed key = FieldKey(audience_key, at);
    const SealedField sealed = SealField(sender.context(), at, key, padded);
    Object field = Place(at);
    field.emplace("salt", Hex(salt));
    field.emplace("value", HexOrNull(values[i]));
    field.emplace("padded", Hex(padded));
    field.emplace("at", Hex(PlaceBytes(at)));
    field.emplace("field_key", Hex(key));
    field.emplace("field_key_commitment", Hex(sealed.field_key_commitment));
    field.emplace("commitment", Hex(sealed.commitment));
    field.emplace("cipher_key", Hex(DeriveSecret(key, "enc", {})));
    field.emplace("ciphertext", Hex(sealed.ciphertext));
    field.emplace("content_hash", Hex(sealed.content_hash));
    fields.emplace_back(std::move(field));
  }
  return Object{
      {"ledger_id", Hex(sender.ledger)},
      {"submitter", Name(ToString(sender.submitter))},
      {"nonce", Hex(sender.nonce)},
      {"context", Hex(sender.context())},
      {"audience", Value(uint64_t{audience})},
      {"audience_key", Hex(audience_key)},
      {"key_commitment", Hex(AudienceKeyCommitment(sender.context(), audience, audience_key))},
      {"fields", std::move(fields)}};
}

// One list for each kind of wrap, with every reader's way to its key.
Value WrapsVector() {
  const Sender sender;
  const SealingKey sender_key = SealingKeyOf(200);
  const SecretSeed key = *SecretSeed::From(Sha256("wrapped").view());
  TxId target;
  target.data = Sha256("another transaction").data;
  const SealedPlace at{2, 0x0A05, 7};
  const std::vector<std::pair<std::string, WrapPurpose>> purposes = {
      {"own", WrapPurpose::Own()},
      {"grant of an audience", WrapPurpose::AudienceOf(target, 5)},
      {"grant of a field", WrapPurpose::FieldOf(target, at)}};
  Array lists;
  for (const auto& [name, purpose] : purposes) {
    const size_t readers = lists.empty() ? 3 : lists.size() == 1 ? 1 : 9;
    const auto audience = static_cast<uint8_t>(lists.size() * 127);
    std::vector<SealingPublicKey> public_keys;
    Array each;
    for (uint8_t seed = 1; seed <= readers; ++seed) {
      const SealingKey reader = SealingKeyOf(seed);
      public_keys.push_back(reader.public_key());
      const SecretSeed shared = reader.Agree(sender_key.public_key()).value();
      each.emplace_back(
          Object{{"secret", Hex(Bytes(32, static_cast<char>(seed)))},
                 {"public", Hex(reader.public_key())},
                 {"shared", Hex(shared)},
                 {"tag", Hex(WrapTag(shared, sender.context(), audience))},
                 {"box", Hex(WrapBox(shared, sender.context(), audience, purpose, key))}});
    }
    SenderKey pair(SealingKeyOf(200));
    const WrapList list = MakeWrapList(pair, sender.context(), audience, purpose, key, public_keys,
                                       SeededRandom(lists.size()))
                              .value();
    lists.emplace_back(Object{{"name", Name(name)},
                              {"audience", Value(uint64_t{audience})},
                              {"kind_and_target", Hex(purpose.bytes())},
                              {"readers", std::move(each)},
                              {"wraps", Hex(list.bytes)},
                              {"wrap_count", Value(uint64_t{list.count})},
                              {"wraps_hash", Hex(list.hash)}});
  }
  return Object{{"sender_secret", Hex(Bytes(32, '\xC8'))},
                {"sender_public", Hex(sender_key.public_key())},
                {"context", Hex(sender.context())},
                {"key", Hex(key)},
                {"lists", std::move(lists)}};
}

Value Opened(const SealedTransaction& sealed, uint8_t reader) {
  const OpenedTransaction opened = OpenAs(sealed, {reader});
  Array audiences, fields;
  for (const OpenedAudience& audience : opened.audiences) {
    const bool has_key = audience.verdict == WrapVerdict::kOpened;
    audiences.emplace_back(Object{{"audience", Value(uint64_t{audience.id})},
                                  {"verdict", Name(ToString(audience.verdict))},
                                  {"key", has_key ? Hex(audience.key) : Value()}});
  }
  for (const OpenedField& field : opened.fields) {
    Object out = Place(field.at);
    out.emplace("audience", Value(uint64_t{field.audience}));
    out.emplace("verdict", Name(ToString(field.verdict)));
    out.emplace("value", HexOrNull(field.value));
    fields.emplace_back(std::move(out));
  }
  return Object{{"secret", Hex(Bytes(32, static_cast<char>(reader)))},
                {"audiences", std::move(audiences)},
                {"fields", std::move(fields)}};
}

Object Carried(const SealedTransaction& sealed) {
  return {{"envelope", Hex(*sealed.envelope)}, {"items", HexList(sealed.items)}};
}

Value TransactionVector() {
  const SealedTransaction sealed = Sign(Honest());
  Object out = Carried(sealed);
  out.emplace("context", Hex(sealed.context()));
  Array readers, hashes;
  for (uint8_t reader : {1, 2, 3, 4}) readers.push_back(Opened(sealed, reader));
  for (ByteView item : sealed.views) hashes.push_back(Hex(ItemHash(item)));
  out.emplace("readers", std::move(readers));
  out.emplace("item_hashes", std::move(hashes));
  return out;
}

Value FailuresVector() {
  Array forged, refused;
  for (Forgery& forgery : Forgeries()) {
    const SealedTransaction sealed = Sign(std::move(forgery.draft));
    Object out = Carried(sealed);
    out.emplace("name", Name(forgery.name));
    out.emplace("reader", Opened(sealed, 1));
    forged.emplace_back(std::move(out));
  }
  for (Malformed& malformed : MalformedTransactions()) {
    Object out = Carried(Sign(std::move(malformed.draft)));
    out.emplace("name", Name(malformed.name));
    out.emplace("error", Name(Describe(malformed.code).name));
    refused.emplace_back(std::move(out));
  }
  return Object{{"opens_wrongly", std::move(forged)}, {"refused", std::move(refused)}};
}

Value ItemsVector() {
  const Hash erased = Sha256("an item");
  const Bytes padded = PadValue(Sha256("salt"), Bytes("\"published\""));
  return Object{{"erased_hash", Hex(erased)},
                {"erased_by", Value(uint64_t{4711})},
                {"erased_item", Hex(EncodeErasedItem({erased, Height(4711)}))},
                {"opening_record", Value(uint64_t{2})},
                {"opening_padded", Hex(padded)},
                {"opening_item", Hex(EncodeOpeningItem({2, padded}))}};
}

// A transaction that shows what others sealed.
Value ShownVector() {
  const SealedTransaction sealed = Sign(Showing());
  const SealedPart part = ReadSealedItems(sealed.tx, sealed.views).value();
  Object out = Carried(sealed);
  Array shown;
  for (const SealedPart::Shown& each : part.shown) {
    const ledger::SealedOrigin origin = OriginOf(*each.leaf);
    Object field = Place({origin.record, each.leaf->field, each.leaf->item});
    field.emplace("mode", Value(static_cast<uint64_t>(each.leaf->mode)));
    field.emplace("carrying_record", Value(uint64_t{each.record}));
    field.emplace("context", Hex(origin.context));
    field.emplace("leaf", Hex(each.leaf->bytes));
    field.emplace("bytes", Hex(*each.bytes));
    shown.emplace_back(std::move(field));
  }
  out.emplace("shown", std::move(shown));
  return out;
}

}  // namespace

std::map<std::string, Value> DeriveSealingVectors() {
  return {{"field.json", FieldVector()},
          {"wraps.json", WrapsVector()},
          {"transaction.json", TransactionVector()},
          {"failures.json", FailuresVector()},
          {"items.json", ItemsVector()},
          {"shown.json", ShownVector()}};
}

}  // namespace suyuan::test
