// Wraps (docs/formats.md §3): a key encrypted to readers whom nobody else can recognise. A sender
// shares one secret with each reader; tags and boxes of every audience and transaction follow from
// it, so a reader finds its own wrap by tag and others see random bytes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "common/agreement.h"
#include "ledger/sealing/field.h"

namespace suyuan::sealing {

inline constexpr size_t kWrapTagBytes = 8;
inline constexpr size_t kWrapBytes = kWrapTagBytes + 48;  // tag ‖ box: 32-byte key and AEAD tag
inline constexpr uint32_t kWrapsMin = 8;                  // of one audience
inline constexpr size_t kWrapsMax = 64;
// 8, 16, 32 or 64.
bool IsWrapCount(uint32_t count);

// What a wrapped key is, and of what: `kind ‖ target` of the box's key.
class WrapPurpose {
 public:
  enum class Kind : uint8_t { kOwn = 1, kAudience = 2, kField = 3 };
  // K_a of the carrying transaction.
  static WrapPurpose Own();
  // Grants K_a of another transaction: target = tx_id ‖ u8 a.
  static WrapPurpose AudienceOf(const TxId& tx, uint8_t audience);
  // Grants one k_i: target = tx_id ‖ at.
  static WrapPurpose FieldOf(const TxId& tx, const SealedPlace& at);
  const Bytes& bytes() const { return bytes_; }  // u8 kind ‖ target

 private:
  explicit WrapPurpose(Bytes bytes) : bytes_(std::move(bytes)) {}
  Bytes bytes_;
};

// The pair (seal_pk, seal_sk) of a sender and the secrets that it shares with readers: one scalar
// multiplication a reader, however many audiences and transactions follow. Its owner makes a new
// one for each transaction, or now and then (at most daily), and destroys it; everything is wiped
// then. Thread-safe.
class SenderKey {
 public:
  explicit SenderKey(SealingKey key) : key_(std::move(key)) {}
  const SealingPublicKey& public_key() const { return key_.public_key(); }
  // s of this pair and `reader`; lives as long as this. E_FORMAT for a low-order key.
  Result<const SecretSeed*> SharedWith(const SealingPublicKey& reader);

 private:
  const SealingKey key_;
  std::mutex mutex_;
  std::map<SealingPublicKey, SecretSeed> shared_;  // guarded by mutex_; nodes stay where they are
};

// KDF(s, "wrap-tag", ctx ‖ a)[0..8)
Bytes WrapTag(const SecretSeed& shared, const Hash& context, uint8_t audience);
// AEAD(KDF(s, "wrap", ctx ‖ a ‖ kind ‖ target), nonce 0, no associated data, key)
Bytes WrapBox(const SecretSeed& shared, const Hash& context, uint8_t audience,
              const WrapPurpose& purpose, const SecretSeed& key);

// A wrap list as it is carried: (tag ‖ box)… sorted by tag.
struct WrapList {
  Bytes bytes;
  uint32_t count = 0;
  Hash hash;  // SHA-256(bytes), in the core
};
// Wraps `key` for each of `readers` (repeated ones once) and fills up with random dummies to the
// least of 8, 16, 32 and 64 that is no less than `wraps_min`. E_SIZE for none or more than 64
// readers, E_FORMAT for a low-order key.
Result<WrapList> MakeWrapList(SenderKey& sender, const Hash& context, uint8_t audience,
                              const WrapPurpose& purpose, const SecretSeed& key,
                              std::vector<SealingPublicKey> readers, const RandomSource& random,
                              uint32_t wraps_min = kWrapsMin);
// Count, size and strictly rising tags: no reader has two wraps. E_FORMAT.
Status CheckWrapList(ByteView wraps);

enum class WrapVerdict : uint8_t {
  kOpened,
  kNotReader,   // no wrap has the tag of this secret
  kUnopenable,  // one has, but does not open, or not to the key that the core commits to: a claim,
                // not a proof
  kErased,      // the list was erased
};
std::string_view ToString(WrapVerdict verdict);
struct OpenedWrap {
  WrapVerdict verdict = WrapVerdict::kNotReader;
  SecretSeed key;  // zeros unless kOpened
};
// `key_commitment`: KC_a of the carrying core.
OpenedWrap OpenWrap(const SecretSeed& shared, const Hash& context, uint8_t audience,
                    const WrapPurpose& purpose, const Hash& key_commitment, ByteView wraps);

}  // namespace suyuan::sealing
