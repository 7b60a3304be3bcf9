#include "ledger/sealing/reader.h"

#include <algorithm>

#include "common/check.h"

namespace suyuan::sealing {
namespace {

constexpr size_t kSendersMax = 4096;  // whose shared secrets are kept

Hash ContextOf(const ledger::Transaction& tx) {
  return SealingContext(tx.core.ledger_id, tx.core.submitter, tx.core.nonce);
}

void OpenFields(const Hash& context, const SealedPart& part, uint8_t audience,
                const SecretSeed& key, std::vector<OpenedField>& out) {
  for (const CarriedField& field : part.fields)
    if (field.audience == audience)
      out.push_back(OpenField(context, field, FieldKey(key, field.at)));
  for (const CarriedField& field : part.erased)
    if (field.audience == audience)
      out.push_back({field.at, audience, FieldVerdict::kErased, std::nullopt, {}});
}

const SealedPart::Wraps* FindAudience(const SealedPart& part, uint8_t audience) {
  const auto found = std::ranges::find(part.audiences, audience, &SealedPart::Wraps::audience);
  return found == part.audiences.end() ? nullptr : &*found;
}

Error NoAudience(uint8_t audience) {
  return Error{ErrorCode::kNotFound, "the transaction has no audience " + std::to_string(audience)};
}

}  // namespace

const SealedReader::Shared& SealedReader::SharedWith(const SealingPublicKey& sender) {
  if (auto known = shared_.find(sender); known != shared_.end()) return known->second;
  if (shared_.size() >= kSendersMax) shared_.clear();
  Shared secrets;
  for (const SealingKey& key : keys_) {
    auto secret = key.Agree(sender);
    SUYUAN_CHECK(secret.ok(), "low-order keys were refused with the items");
    secrets.push_back(std::move(secret).value());
  }
  return shared_.emplace(sender, std::move(secrets)).first->second;
}

OpenedAudience SealedReader::OpenWraps(const ledger::Transaction& tx,
                                       const SealedPart::Wraps& wraps, const WrapPurpose& purpose) {
  OpenedAudience out{wraps.audience, WrapVerdict::kNotReader, {}};
  if (!wraps.wraps) {
    out.verdict = WrapVerdict::kErased;
    return out;
  }
  for (const SecretSeed& shared : SharedWith(*tx.core.seal_public_key)) {
    OpenedWrap wrap = OpenWrap(shared, ContextOf(tx), wraps.audience, purpose, wraps.key_commitment,
                               *wraps.wraps);
    if (wrap.verdict == WrapVerdict::kNotReader) continue;
    out.verdict = wrap.verdict;
    out.key = std::move(wrap.key);
    if (out.verdict == WrapVerdict::kOpened) break;
  }
  return out;
}

Result<OpenedTransaction> SealedReader::Open(const ledger::Transaction& tx,
                                             std::span<const ByteView> items) {
  SUYUAN_ASSIGN_OR_RETURN(const SealedPart part, ReadSealedItems(tx, items));
  OpenedTransaction out;
  for (const SealedPart::Wraps& wraps : part.audiences) {
    OpenedAudience audience = OpenWraps(tx, wraps, WrapPurpose::Own());
    if (audience.verdict == WrapVerdict::kOpened)
      OpenFields(ContextOf(tx), part, wraps.audience, audience.key, out.fields);
    out.audiences.push_back(std::move(audience));
  }
  std::ranges::sort(out.fields, {}, [](const OpenedField& field) {
    return std::tuple(field.at.record, field.audience, field.at);
  });
  return out;
}

Result<OpenedAudience> SealedReader::OpenGrant(const ledger::Transaction& carrier,
                                               std::span<const ByteView> items, uint8_t audience,
                                               const WrapPurpose& purpose) {
  SUYUAN_ASSIGN_OR_RETURN(const SealedPart part, ReadSealedItems(carrier, items));
  const SealedPart::Wraps* wraps = FindAudience(part, audience);
  if (wraps == nullptr) return NoAudience(audience);
  return OpenWraps(carrier, *wraps, purpose);
}

Result<std::vector<OpenedField>> OpenWithAudienceKey(const ledger::Transaction& tx,
                                                     std::span<const ByteView> items,
                                                     uint8_t audience, const SecretSeed& key) {
  SUYUAN_ASSIGN_OR_RETURN(const SealedPart part, ReadSealedItems(tx, items));
  const SealedPart::Wraps* wraps = FindAudience(part, audience);
  if (wraps == nullptr) return NoAudience(audience);
  if (AudienceKeyCommitment(ContextOf(tx), audience, key) != wraps->key_commitment)
    return Error{ErrorCode::kCommit, "the key is not the one that the audience commits to"};
  std::vector<OpenedField> out;
  OpenFields(ContextOf(tx), part, audience, key, out);
  return out;
}

Result<OpenedField> OpenWithFieldKey(const ledger::Transaction& tx, std::span<const ByteView> items,
                                     const SealedPlace& at, const SecretSeed& key) {
  SUYUAN_ASSIGN_OR_RETURN(const SealedPart part, ReadSealedItems(tx, items));
  const auto at_place = [&](const CarriedField& field) { return field.at == at; };
  if (auto found = std::ranges::find_if(part.fields, at_place); found != part.fields.end())
    return OpenField(ContextOf(tx), *found, key);
  if (auto found = std::ranges::find_if(part.erased, at_place); found != part.erased.end())
    return OpenedField{at, found->audience, FieldVerdict::kErased, std::nullopt, {}};
  return Error{ErrorCode::kNotFound, "nothing is sealed there"}.At(at.record, at.field, at.item);
}

}  // namespace suyuan::sealing
