#include "ledger/sealing/seal.h"

#include <algorithm>

#include "common/check.h"

namespace suyuan::sealing {

TransactionSealer::TransactionSealer(const Hash& context, SenderKey& sender, RandomSource random)
    : context_(context), sender_(sender), random_(std::move(random)) {}

Result<uint8_t> TransactionSealer::Add(const WrapPurpose& purpose, SecretSeed key,
                                       std::vector<SealingPublicKey> readers, uint32_t wraps_min) {
  if (audiences_.size() == limits::kAudiencesMax)
    return Error{ErrorCode::kSize, "a transaction has at most 64 audiences"};
  const auto id = static_cast<uint8_t>(audiences_.size());
  SUYUAN_ASSIGN_OR_RETURN(WrapList wraps, MakeWrapList(sender_, context_, id, purpose, key,
                                                       std::move(readers), random_, wraps_min));
  audiences_.push_back({std::move(key), std::move(wraps)});
  return id;
}

Result<uint8_t> TransactionSealer::AudienceOf(std::vector<SealingPublicKey> readers,
                                              const AudienceKind& kind) {
  std::ranges::sort(readers);
  readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
  std::pair key(kind, std::move(readers));
  if (auto known = known_.find(key); known != known_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const uint8_t id,
                          Add(WrapPurpose::Own(), DrawSecret(random_), key.second, kind.wraps_min));
  known_.emplace(std::move(key), id);
  return id;
}

Result<uint8_t> TransactionSealer::AddGrant(const WrapPurpose& purpose, const SecretSeed& key,
                                            std::vector<SealingPublicKey> readers) {
  return Add(purpose, key.Clone(), std::move(readers), kWrapsMin);
}

Result<ledger::RecordDraft::LeafDraft> TransactionSealer::Seal(const SealedPlace& at,
                                                               uint8_t audience,
                                                               const std::optional<Bytes>& value) {
  SUYUAN_CHECK(audience < audiences_.size(), "sealed for an audience that does not exist");
  if (value && value->size() > limits::kValueBytesMax)
    return Error{ErrorCode::kSize, "a sealed value has at most 65536 bytes"}.At(at.record, at.field,
                                                                                at.item);
  Hash salt;
  random_(salt.data.data(), Hash::kSize);
  Bytes padded = PadValue(salt, value);
  SealedField sealed = SealField(context_, at, FieldKey(audiences_[audience].key, at), padded);
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = at.field;
  leaf.item = at.item;
  leaf.mode = ledger::LeafMode::kHidden;
  leaf.audience = audience;
  leaf.padded_length = static_cast<uint32_t>(padded.size());
  leaf.commitment = sealed.commitment;
  leaf.content_hash = sealed.content_hash;
  Wipe(padded);
  const bool fresh = fields_[{at.record, audience}]
                         .emplace(std::pair(at.field, at.item), std::move(sealed))
                         .second;
  SUYUAN_CHECK(fresh, "a place is sealed once");
  return leaf;
}

ledger::RecordDraft::LeafDraft TransactionSealer::ShowOpening(uint32_t record, const Hash& context,
                                                              const SealedPlace& at,
                                                              ByteView padded) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = at.field;
  leaf.item = at.item;
  leaf.mode = ledger::LeafMode::kOpening;
  leaf.padded_length = static_cast<uint32_t>(padded.size());
  leaf.commitment = FieldCommitment(context, at, padded);
  leaf.origin = {context, at.record};
  shown_[record][{at.field, at.item}] = EncodeOpeningItem({record, padded});
  return leaf;
}

ledger::RecordDraft::LeafDraft TransactionSealer::ShowFault(uint32_t record, const Hash& context,
                                                            const CarriedField& field,
                                                            const SecretSeed& field_key) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = field.at.field;
  leaf.item = field.at.item;
  leaf.mode = ledger::LeafMode::kFault;
  leaf.padded_length = field.padded_length;
  leaf.commitment = field.commitment;
  leaf.content_hash = field.content_hash;
  leaf.origin = {context, field.at.record};
  shown_[record][{leaf.field, leaf.item}] =
      EncodeFaultItem({record, field_key.view(), field.ciphertext});
  return leaf;
}

SealedItems TransactionSealer::Finish(ledger::Core& core) && {
  SealedItems items;
  if (!audiences_.empty()) core.seal_public_key = sender_.public_key();
  for (size_t i = 0; i < audiences_.size(); ++i) {
    const auto id = static_cast<uint8_t>(i);
    const Audience& audience = audiences_[i];
    core.audiences.push_back({id, AudienceKeyCommitment(context_, id, audience.key),
                              audience.wraps.count, audience.wraps.hash});
    items.push_back(EncodeWrapsItem(id, audience.wraps.bytes));
  }
  auto shown = shown_.begin();
  const auto show_before = [&](uint32_t record) {
    for (; shown != shown_.end() && shown->first < record; ++shown)
      for (auto& [leaf, item] : shown->second) items.push_back(std::move(item));
  };
  for (auto& [place, fields] : fields_) {
    show_before(place.first);
    std::vector<SealedField> in_order;
    for (auto& [leaf, field] : fields) in_order.push_back(std::move(field));
    items.push_back(EncodeFieldsItem(place.first, place.second, in_order));
  }
  show_before(UINT32_MAX);
  return items;
}

}  // namespace suyuan::sealing
