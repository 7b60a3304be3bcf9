// How a sender seals one field (docs/formats.md §3), and how a reader who was given its key opens
// it again. Pure: salts and keys are the caller's. Thread-safe.
#pragma once

#include <optional>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan::contracts {

// ctx = H("ctx", ledger_id ‖ submitter ‖ nonce)
Hash SealingContext(const LedgerId& ledger, const PartyId& submitter, const Nonce16& nonce);
// KC_a = H("audience-key", ctx ‖ u8 a ‖ K_a)
Hash AudienceKeyCommitment(const Hash& context, uint8_t audience, const Hash& audience_key);

// Where in its transaction a sealed field stands: the formula's `at`.
struct SealedPlace {
  uint32_t record = 0;
  uint16_t field = 0;
  uint16_t item = 0;
};

// P_i = salt ‖ u32 length ‖ value ‖ zeros to the next of {64, 128, 256, …}. nullopt: absent.
Bytes PadValue(const Hash& salt, const std::optional<Bytes>& value);
// The value inside P_i; nullopt: absent marker. E_COMMIT when P_i is no padded value.
Result<std::optional<Bytes>> UnpadValue(ByteView padded);

// All that follows from P_i and K_a.
struct SealedField {
  Hash field_key;             // k_i
  Hash field_key_commitment;  // kc_i, travels beside the ciphertext
  Hash commitment;            // C_i
  Bytes ciphertext;           // ct_i
  Hash content_hash;
};
SealedField SealField(const Hash& context, const SealedPlace& at, const Hash& audience_key,
                      ByteView padded);

// C_i of a P_i that somebody shows.
Hash FieldCommitment(const Hash& context, const SealedPlace& at, ByteView padded);
// Opens ct_i with k_i and checks kc_i, content hash and C_i on the way: P_i, or E_COMMIT.
Result<Bytes> OpenField(const Hash& context, const SealedPlace& at, const Hash& field_key,
                        ByteView ciphertext, const Hash& commitment, const Hash& content_hash);

}  // namespace suyuan::contracts
