// Records whose sealed leaves can be opened, and leaves that show them in later transactions.
#pragma once

#include <map>
#include <string>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/sealing/field.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {

// Seals fields for the next transaction that `chain` makes for `actor`, and shows them afterwards.
class SealedFields {
 public:
  using Leaf = ledger::RecordDraft::LeafDraft;

  SealedFields(const Chain& chain, const Actor& actor, uint32_t record = 0) : record_(record) {
    Writer nonce;
    nonce.U64(0x53595243).U64(chain.nonce + 1);
    context_ = sealing::SealingContext(chain.ledger_id, actor.party, *Nonce16::From(nonce.bytes()));
  }

  // Adds the sealed leaf of a value (canonical JSON; nullopt: the absent marker) to `rec`.
  void Seal(Rec& rec, uint16_t field, uint16_t item, const std::optional<Bytes>& value) {
    const sealing::SealedPlace at{record_, field, item};
    const Bytes padded = sealing::PadValue(Sha256(sealing::PlaceBytes(at)), value);
    const sealing::SealedField sealed = sealing::SealField(context_, at, KeyOf(at), padded);
    Leaf leaf;
    leaf.field = field;
    leaf.item = item;
    leaf.mode = ledger::LeafMode::kHidden;
    leaf.padded_length = static_cast<uint32_t>(padded.size());
    leaf.commitment = sealed.commitment;
    leaf.content_hash = sealed.content_hash;
    rec.Put(leaf);
    leaves_[{field, item}] = leaf;
  }
  // What shows such a leaf.
  Leaf Opening(uint16_t field, uint16_t item = 0) const {
    return Shown(field, item, ledger::LeafMode::kOpening);
  }
  Leaf Fault(uint16_t field, uint16_t item = 0) const {
    return Shown(field, item, ledger::LeafMode::kFault);
  }

 private:
  static SecretSeed KeyOf(const sealing::SealedPlace& at) {
    return sealing::FieldKey(*SecretSeed::From(Sha256("K_a").view()), at);
  }
  Leaf Shown(uint16_t field, uint16_t item, ledger::LeafMode mode) const {
    Leaf leaf = leaves_.at({field, item});
    leaf.mode = mode;
    leaf.origin = {context_, record_};
    return leaf;
  }

  const uint32_t record_;
  Hash context_;
  std::map<std::pair<uint16_t, uint16_t>, Leaf> leaves_;
};

}  // namespace suyuan::contracts::testing
