#include "contracts/sealing.h"

#include <algorithm>
#include <bit>

#include "common/check.h"
#include "common/cipher.h"
#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::contracts {
namespace {

constexpr uint32_t kAbsent = 0xFFFFFFFF;
constexpr size_t kPaddedMin = 64;
constexpr size_t kSaltBytes = Hash::kSize;

Bytes PlaceBytes(const SealedPlace& at) {
  return Writer().U32(at.record).U16(at.field).U16(at.item).Take();
}

Bytes AssociatedData(const Hash& context, const SealedPlace& at, const Hash& commitment) {
  return Writer().Raw(context).Raw(PlaceBytes(at)).Raw(commitment).Take();
}

Hash FieldKeyCommitment(const Hash& context, const SealedPlace& at, const Hash& field_key) {
  return TaggedHash("field-key", {Fixed(context), FixedRaw(PlaceBytes(at)), Fixed(field_key)});
}

Hash ContentHash(const Hash& key_commitment, ByteView ciphertext) {
  return TaggedHash("content", {Fixed(key_commitment), Fixed(Sha256(ciphertext))});
}

ByteView NonceOf(const Hash& commitment) { return commitment.view().substr(0, kAeadNonceBytes); }

Error CommitError(std::string detail) { return Error{ErrorCode::kCommit, std::move(detail)}; }

}  // namespace

Hash SealingContext(const LedgerId& ledger, const PartyId& submitter, const Nonce16& nonce) {
  return TaggedHash("ctx", {Fixed(ledger), Fixed(submitter), Fixed(nonce)});
}

Hash AudienceKeyCommitment(const Hash& context, uint8_t audience, const Hash& audience_key) {
  const Bytes number(1, static_cast<char>(audience));
  return TaggedHash("audience-key", {Fixed(context), FixedRaw(number), Fixed(audience_key)});
}

Bytes PadValue(const Hash& salt, const std::optional<Bytes>& value) {
  SUYUAN_CHECK(!value || value->size() < kAbsent, "value too long to seal");
  Writer writer;
  writer.Raw(salt).U32(value ? static_cast<uint32_t>(value->size()) : kAbsent);
  if (value) writer.Raw(*value);
  Bytes padded = writer.Take();
  padded.resize(std::max(kPaddedMin, std::bit_ceil(padded.size())), '\0');
  return padded;
}

Result<std::optional<Bytes>> UnpadValue(ByteView padded) {
  Reader reader(padded);
  reader.Raw(kSaltBytes);
  const uint32_t length = reader.U32();
  if (padded.size() < kPaddedMin || !std::has_single_bit(padded.size()))
    return CommitError("a padded value has a length of 64, 128, 256 …");
  std::optional<Bytes> value;
  if (length != kAbsent) value = Bytes(reader.Raw(length));
  const bool zeros = reader.rest().find_first_not_of('\0') == ByteView::npos;
  const size_t used = padded.size() - reader.remaining();
  const bool least = std::max(kPaddedMin, std::bit_ceil(used)) == padded.size();
  if (reader.failed() || !zeros || !least)
    return CommitError("padding of a sealed value is broken");
  return value;
}

Hash FieldCommitment(const Hash& context, const SealedPlace& at, ByteView padded) {
  return TaggedHash("commit", {Fixed(context), FixedRaw(PlaceBytes(at)), Sized(padded)});
}

SealedField SealField(const Hash& context, const SealedPlace& at, const Hash& audience_key,
                      ByteView padded) {
  SealedField out;
  out.field_key = DeriveKey(audience_key.view(), "field", {FixedRaw(PlaceBytes(at))});
  out.field_key_commitment = FieldKeyCommitment(context, at, out.field_key);
  out.commitment = FieldCommitment(context, at, padded);
  const Hash cipher_key = DeriveKey(out.field_key.view(), "enc", {});
  out.ciphertext = AeadSeal(cipher_key.view(), NonceOf(out.commitment),
                            AssociatedData(context, at, out.commitment), padded);
  out.content_hash = ContentHash(out.field_key_commitment, out.ciphertext);
  return out;
}

Result<Bytes> OpenField(const Hash& context, const SealedPlace& at, const Hash& field_key,
                        ByteView ciphertext, const Hash& commitment, const Hash& content_hash) {
  if (ContentHash(FieldKeyCommitment(context, at, field_key), ciphertext) != content_hash)
    return CommitError("key and ciphertext are not those of the leaf");
  const Hash cipher_key = DeriveKey(field_key.view(), "enc", {});
  SUYUAN_ASSIGN_OR_RETURN(Bytes padded,
                          AeadOpen(cipher_key.view(), NonceOf(commitment),
                                   AssociatedData(context, at, commitment), ciphertext));
  if (FieldCommitment(context, at, padded) != commitment)
    return CommitError("the value does not reproduce its commitment");
  return padded;
}

}  // namespace suyuan::contracts
