// One sealed field (docs/formats.md §3): its commitment, its key, its ciphertext, and the checks
// that stand between a key and a value. Pure: salts and keys are the caller's. Thread-safe.
#pragma once

#include <optional>

#include "common/agreement.h"
#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan::sealing {

// ctx = H("ctx", ledger_id ‖ submitter ‖ nonce)
Hash SealingContext(const LedgerId& ledger, const PartyId& submitter, const Nonce16& nonce);
// KC_a = H("audience-key", ctx ‖ u8 a ‖ K_a)
Hash AudienceKeyCommitment(const Hash& context, uint8_t audience, const SecretSeed& audience_key);

// Where in its transaction a sealed field stands: the formula's `at`.
struct SealedPlace {
  uint32_t record = 0;
  uint16_t field = 0;
  uint16_t item = 0;
  friend auto operator<=>(const SealedPlace&, const SealedPlace&) = default;
};
inline constexpr size_t kPlaceBytes = 8;
inline constexpr size_t kFieldKeyBytes = 32;  // of a k_i
// u32 record ‖ u16 field ‖ u16 item
Bytes PlaceBytes(const SealedPlace& at);

// P_i = salt ‖ u32 length ‖ value ‖ zeros to the next of {64, 128, 256, …}. nullopt: absent.
Bytes PadValue(const Hash& salt, const std::optional<Bytes>& value);
// The value inside P_i; nullopt: absent marker. E_COMMIT when P_i is no padded value.
Result<std::optional<Bytes>> UnpadValue(ByteView padded);

// k_i = KDF(K_a, "field", at)
SecretSeed FieldKey(const SecretSeed& audience_key, const SealedPlace& at);
// kc_i = H("field-key", ctx ‖ at ‖ k_i)
Hash FieldKeyCommitment(const Hash& context, const SealedPlace& at, const SecretSeed& field_key);
// C_i = H("commit", ctx ‖ at ‖ P_i), also of a P_i that somebody shows.
Hash FieldCommitment(const Hash& context, const SealedPlace& at, ByteView padded);
// H("content", kc_i ‖ SHA-256(ct_i))
Hash ContentHash(const Hash& field_key_commitment, ByteView ciphertext);

// All that follows from P_i and k_i.
struct SealedField {
  Hash field_key_commitment;  // kc_i, travels beside the ciphertext
  Hash commitment;            // C_i
  Bytes ciphertext;           // ct_i
  Hash content_hash;
};
SealedField SealField(const Hash& context, const SealedPlace& at, const SecretSeed& field_key,
                      ByteView padded);

// What a hidden leaf and the sealed item beside it say of one field.
struct CarriedField {
  SealedPlace at;
  uint8_t audience = 0;
  uint32_t padded_length = 0;
  Hash commitment;
  Hash content_hash;
  Hash field_key_commitment;
  ByteView ciphertext;
};

// How the opening of a field ended. Only kOpened gives a value.
enum class FieldVerdict : uint8_t {
  kOpened,
  kForeign,      // key commitment and ciphertext are not those of the leaf: other bytes were handed
                 // out than were sealed
  kKeyFault,     // the key does not reproduce kc_i; with a K_a of this KC_a that is a finding
  kCipherFault,  // kc_i and content hash match, but decryption fails or C_i differs: a finding
  kPaddingLie,   // C_i matches, but P_i is no padded value: an anomaly, P_i and path show it
  kErased,       // the item was erased
};
std::string_view ToString(FieldVerdict verdict);

struct OpenedField {
  SealedPlace at;
  uint8_t audience = 0;
  FieldVerdict verdict = FieldVerdict::kForeign;
  std::optional<Bytes> value;  // nullopt with kOpened: the absent marker
  Bytes padded;                // P_i, when C_i matches: what shows the field to others for ever
};

// Opens a field with its key: content hash, kc_i, cipher, C_i and padding in this order. Nothing of
// the plaintext leaves when one of them fails (of kPaddingLie P_i alone, as evidence).
OpenedField OpenField(const Hash& context, const CarriedField& field, const SecretSeed& field_key);

}  // namespace suyuan::sealing
