// The sender's side: a transaction's hidden leaves, their audiences and the sealed items beside
// them, made together (docs/formats.md §3, §4).
#pragma once

#include <compare>
#include <map>
#include <vector>

#include "ledger/sealing/items.h"
#include "ledger/sealing/wrap.h"

namespace suyuan::sealing {

// Seals the fields of one transaction. The keys of its audiences live in here and are wiped with
// it. Not thread-safe; several may share one SenderKey.
class TransactionSealer {
 public:
  // `sender` must outlive this. Everything random comes from `random`.
  TransactionSealer(const Hash& context, SenderKey& sender, RandomSource random);

  // What an audience is for. Audience ids stand in clear leaves, so fields that share one show that
  // they have the same readers: audiences of different `group` are never merged. `wraps_min`: 8,
  // 16, 32 or 64; fewer readers are filled up to it with dummies.
  struct AudienceKind {
    uint64_t group = 0;
    uint32_t wraps_min = kWrapsMin;
    friend auto operator<=>(const AudienceKind&, const AudienceKind&) = default;
  };
  // The audience of that kind with exactly these readers: made at first use with a key of its own,
  // ids rise from 0. E_SIZE for none, for more than 64 readers or for a 65th audience, E_FORMAT for
  // a low-order key.
  Result<uint8_t> AudienceOf(std::vector<SealingPublicKey> readers, const AudienceKind& kind);
  // Adds an audience whose wraps grant a key of another transaction.
  Result<uint8_t> AddGrant(const WrapPurpose& purpose, const SecretSeed& key,
                           std::vector<SealingPublicKey> readers);
  // The hidden leaf of one value (nullopt: absent). `audience` comes from AudienceOf. E_SIZE when
  // the value is longer than a public one may be.
  Result<ledger::RecordDraft::LeafDraft> Seal(const SealedPlace& at, uint8_t audience,
                                              const std::optional<Bytes>& value);
  // What another transaction sealed, published beside `record` of this one: the opening leaf of a
  // P_i, and the fault leaf of k_i and ciphertext. Whether they are what they say is the business
  // of the check (items.h); nothing of them is secret any more.
  ledger::RecordDraft::LeafDraft ShowOpening(uint32_t record, const Hash& context,
                                             const SealedPlace& at, ByteView padded);
  ledger::RecordDraft::LeafDraft ShowFault(uint32_t record, const Hash& context,
                                           const CarriedField& field, const SecretSeed& field_key);
  // Writes audiences and sealing key into `core` and gives the items in their order; call it once,
  // after the last Seal. No audience: nothing is written.
  SealedItems Finish(ledger::Core& core) &&;

 private:
  struct Audience {
    SecretSeed key;
    WrapList wraps;
  };
  Result<uint8_t> Add(const WrapPurpose& purpose, SecretSeed key,
                      std::vector<SealingPublicKey> readers, uint32_t wraps_min);

  const Hash context_;
  SenderKey& sender_;
  const RandomSource random_;
  std::vector<Audience> audiences_;
  std::map<std::pair<AudienceKind, std::vector<SealingPublicKey>>, uint8_t> known_;
  // By record and audience: sealed fields by (field, item), which is the order of their leaves.
  using Fields = std::map<std::pair<uint16_t, uint16_t>, SealedField>;
  std::map<std::pair<uint32_t, uint8_t>, Fields> fields_;
  // By record: items of opening and fault leaves, in the order of these.
  std::map<uint32_t, std::map<std::pair<uint16_t, uint16_t>, Bytes>> shown_;
};

}  // namespace suyuan::sealing
