#include "ledger/sealing/field.h"

#include <algorithm>
#include <bit>

#include "common/check.h"
#include "common/cipher.h"
#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::sealing {
namespace {

constexpr uint32_t kAbsent = 0xFFFFFFFF;
constexpr size_t kPaddedMin = 64;
constexpr size_t kSaltBytes = Hash::kSize;
constexpr size_t kHeapBytes = 64;  // more than a std::string keeps inside itself

Bytes AssociatedData(const Hash& context, const SealedPlace& at, const Hash& commitment) {
  return Writer().Raw(context).Raw(PlaceBytes(at)).Raw(commitment).Take();
}

ByteView NonceOf(const Hash& commitment) { return commitment.view().substr(0, kAeadNonceBytes); }

Error CommitError(std::string detail) { return Error{ErrorCode::kCommit, std::move(detail)}; }

}  // namespace

Bytes PlaceBytes(const SealedPlace& at) {
  return Writer().U32(at.record).U16(at.field).U16(at.item).Take();
}

Hash SealingContext(const LedgerId& ledger, const PartyId& submitter, const Nonce16& nonce) {
  return TaggedHash("ctx", {Fixed(ledger), Fixed(submitter), Fixed(nonce)});
}

Hash AudienceKeyCommitment(const Hash& context, uint8_t audience, const SecretSeed& audience_key) {
  const Bytes number(1, static_cast<char>(audience));
  return TaggedHash("audience-key",
                    {Fixed(context), FixedRaw(number), FixedRaw(audience_key.view())});
}

Bytes PadValue(const Hash& salt, const std::optional<Bytes>& value) {
  SUYUAN_CHECK(!value || value->size() < kAbsent, "value too long to seal");
  const size_t used = kSaltBytes + 4 + (value ? value->size() : 0);
  Bytes padded;
  padded.reserve(std::max(kPaddedMin, std::bit_ceil(used)));  // grows once, so no copy stays behind
  padded += salt.view();
  padded += Writer().U32(value ? static_cast<uint32_t>(value->size()) : kAbsent).bytes();
  if (value) padded += *value;
  padded.resize(std::max(kPaddedMin, std::bit_ceil(used)), '\0');
  return padded;
}

Result<std::optional<Bytes>> UnpadValue(ByteView padded) {
  Reader reader(padded);
  reader.Raw(kSaltBytes);
  const uint32_t length = reader.U32();
  if (padded.size() < kPaddedMin || !std::has_single_bit(padded.size()))
    return CommitError("a padded value has a length of 64, 128, 256 …");
  std::optional<Bytes> value;
  if (length != kAbsent) {
    // On the heap also when it is short: moving it leaves no copy behind, and Wipe gets all.
    const ByteView plain = reader.Raw(length);
    value.emplace().reserve(std::max(plain.size(), kHeapBytes));
    value->assign(plain);
  }
  const bool zeros = reader.rest().find_first_not_of('\0') == ByteView::npos;
  const size_t used = padded.size() - reader.remaining();
  const bool least = std::max(kPaddedMin, std::bit_ceil(used)) == padded.size();
  if (reader.failed() || !zeros || !least)
    return CommitError("padding of a sealed value is broken");
  return value;
}

SecretSeed FieldKey(const SecretSeed& audience_key, const SealedPlace& at) {
  return DeriveSecret(audience_key, "field", {FixedRaw(PlaceBytes(at))});
}

Hash FieldKeyCommitment(const Hash& context, const SealedPlace& at, const SecretSeed& field_key) {
  return TaggedHash("field-key",
                    {Fixed(context), FixedRaw(PlaceBytes(at)), FixedRaw(field_key.view())});
}

Hash FieldCommitment(const Hash& context, const SealedPlace& at, ByteView padded) {
  return TaggedHash("commit", {Fixed(context), FixedRaw(PlaceBytes(at)), Sized(padded)});
}

Hash ContentHash(const Hash& field_key_commitment, ByteView ciphertext) {
  return TaggedHash("content", {Fixed(field_key_commitment), Fixed(Sha256(ciphertext))});
}

SealedField SealField(const Hash& context, const SealedPlace& at, const SecretSeed& field_key,
                      ByteView padded) {
  SealedField out;
  out.field_key_commitment = FieldKeyCommitment(context, at, field_key);
  out.commitment = FieldCommitment(context, at, padded);
  const SecretSeed cipher_key = DeriveSecret(field_key, "enc", {});
  out.ciphertext = AeadSeal(cipher_key.view(), NonceOf(out.commitment),
                            AssociatedData(context, at, out.commitment), padded);
  out.content_hash = ContentHash(out.field_key_commitment, out.ciphertext);
  return out;
}

std::string_view ToString(FieldVerdict verdict) {
  switch (verdict) {
    case FieldVerdict::kOpened:
      return "opened";
    case FieldVerdict::kForeign:
      return "foreign";
    case FieldVerdict::kKeyFault:
      return "key fault";
    case FieldVerdict::kCipherFault:
      return "cipher fault";
    case FieldVerdict::kPaddingLie:
      return "padding lie";
    case FieldVerdict::kErased:
      return "erased";
  }
  return "";
}

OpenedField OpenField(const Hash& context, const CarriedField& field, const SecretSeed& field_key) {
  OpenedField out{field.at, field.audience, FieldVerdict::kForeign, std::nullopt, {}};
  if (field.ciphertext.size() != size_t{field.padded_length} + kAeadTagBytes ||
      ContentHash(field.field_key_commitment, field.ciphertext) != field.content_hash)
    return out;
  out.verdict = FieldVerdict::kKeyFault;
  if (FieldKeyCommitment(context, field.at, field_key) != field.field_key_commitment) return out;
  out.verdict = FieldVerdict::kCipherFault;
  const SecretSeed cipher_key = DeriveSecret(field_key, "enc", {});
  auto plain = AeadOpen(cipher_key.view(), NonceOf(field.commitment),
                        AssociatedData(context, field.at, field.commitment), field.ciphertext);
  if (!plain.ok()) return out;
  if (FieldCommitment(context, field.at, *plain) != field.commitment) {
    Wipe(*plain);
    return out;
  }
  out.padded = std::move(*plain);
  auto value = UnpadValue(out.padded);
  out.verdict = value.ok() ? FieldVerdict::kOpened : FieldVerdict::kPaddingLie;
  if (value.ok()) out.value = std::move(*value);
  return out;
}

}  // namespace suyuan::sealing
