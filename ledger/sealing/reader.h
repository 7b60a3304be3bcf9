// The reader's side: from sealing keys, a transaction and its sealed items to the values that the
// keys open (docs/formats.md §3). A value leaves only after KC_a, kc_i, content hash and C_i agree;
// every other end has a verdict of its own, because some of them are findings.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "ledger/sealing/items.h"
#include "ledger/sealing/wrap.h"

namespace suyuan::sealing {

struct OpenedAudience {
  uint8_t id = 0;
  WrapVerdict verdict = WrapVerdict::kNotReader;
  SecretSeed key;  // K_a when opened; what its owner needs to grant it to others
};

struct OpenedTransaction {
  std::vector<OpenedAudience> audiences;  // all of the core
  std::vector<OpenedField> fields;        // of the audiences that opened, by record and audience
};

// Reads with one or several keys: the present one and those that it replaced, newest first. Keeps
// the secrets shared with recent senders. Not thread-safe; wiped on destruction.
class SealedReader {
 public:
  explicit SealedReader(std::vector<SealingKey> keys) : keys_(std::move(keys)) {}

  // E_FORMAT, E_SIZE or E_COMMIT when `items` are not the transaction's: then whoever handed them
  // out is wrong, not the sender. Erased items are let through and say so.
  Result<OpenedTransaction> Open(const ledger::Transaction& tx, std::span<const ByteView> items);
  // The key that `carrier` grants in one of its audiences; `purpose` says of what. Errors as Open;
  // E_NOT_FOUND without such an audience.
  Result<OpenedAudience> OpenGrant(const ledger::Transaction& carrier,
                                   std::span<const ByteView> items, uint8_t audience,
                                   const WrapPurpose& purpose);

 private:
  using Shared = std::vector<SecretSeed>;  // by key; in the order of keys_
  const Shared& SharedWith(const SealingPublicKey& sender);
  OpenedAudience OpenWraps(const ledger::Transaction& tx, const SealedPart::Wraps& wraps,
                           const WrapPurpose& purpose);

  const std::vector<SealingKey> keys_;
  std::map<SealingPublicKey, Shared> shared_;  // dropped as a whole when it is full
};

// The fields of one audience with its key, e.g. a granted one. E_COMMIT when it is not the key that
// KC_a commits to; other errors as SealedReader::Open.
Result<std::vector<OpenedField>> OpenWithAudienceKey(const ledger::Transaction& tx,
                                                     std::span<const ByteView> items,
                                                     uint8_t audience, const SecretSeed& key);
// One field with its own key. E_NOT_FOUND when nothing is sealed at `at`; a key that does not
// reproduce kc_i gives kKeyFault, which proves nothing against the owner here.
Result<OpenedField> OpenWithFieldKey(const ledger::Transaction& tx, std::span<const ByteView> items,
                                     const SealedPlace& at, const SecretSeed& key);

}  // namespace suyuan::sealing
