#include "tests/support/sealing_shown.h"

#include <algorithm>

#include "common/check.h"

namespace suyuan::test {

using namespace sealing;  // NOLINT: test support of that room

OpenedField FieldOf(const SealedTransaction& sealed, const SealedPlace& at) {
  OpenedTransaction opened = OpenAs(sealed, {1});
  const auto found = std::ranges::find(opened.fields, at, &OpenedField::at);
  SUYUAN_CHECK(found != opened.fields.end(), "reader 1 opens it");
  return std::move(*found);
}

CarriedField CarriedAt(const SealedTransaction& sealed, const SealedPlace& at) {
  const SealedPart part = ReadSealedItems(sealed.tx, sealed.views).value();
  const auto found = std::ranges::find(part.fields, at, &CarriedField::at);
  SUYUAN_CHECK(found != part.fields.end(), "it is sealed");
  return *found;
}

SecretSeed FieldKeyOf(const SealedTransaction& sealed, const SealedPlace& at) {
  const uint8_t audience = CarriedAt(sealed, at).audience;
  const OpenedTransaction opened = OpenAs(sealed, {1});
  const auto found = std::ranges::find(opened.audiences, audience, &OpenedAudience::id);
  return FieldKey(found->key, at);
}

std::vector<Forgery> CipherFaults() {
  std::vector<Forgery> out = Forgeries();
  std::erase_if(out, [](const Forgery& forgery) {
    return forgery.first_field != FieldVerdict::kCipherFault;
  });
  return out;
}

SealedDraft Showing() {
  SealedDraft out;
  out.draft = SimpleDraft(31);
  ledger::Core& core = out.draft.core;
  const ledger::RecordDraft record = out.draft.records[0];
  SenderKey sender(SealingKeyOf(201));
  TransactionSealer sealer(SealingContext(core.ledger_id, core.submitter, core.nonce), sender,
                           SeededRandom(31));
  const uint8_t audience = sealer.AudienceOf({SealingKeyOf(1).public_key()}, {}).value();
  const auto seal = [&](const SealedPlace& at) {
    out.draft.records[at.record].leaves.push_back(sealer.Seal(at, audience, Bytes("1")).value());
  };
  const SealedTransaction honest = Sign(Honest());
  const OpenedField opened = FieldOf(honest, kListItem);
  seal({0, 0x0209, 0});
  out.draft.records[0].leaves.push_back(
      sealer.ShowOpening(0, honest.context(), kListItem, opened.padded));
  for (Forgery& forgery : CipherFaults()) {
    const SealedTransaction forged = Sign(std::move(forgery.draft));
    const auto index = static_cast<uint32_t>(out.draft.records.size());
    out.draft.records.push_back(record);
    out.draft.records.back().leaves.push_back(sealer.ShowFault(
        index, forged.context(), CarriedAt(forged, kFirstField), FieldKeyOf(forged, kFirstField)));
  }
  seal({2, 0x0201, 5});
  out.items = std::move(sealer).Finish(core);
  return out;
}

}  // namespace suyuan::test
