#include "tests/support/sealing_samples.h"

#include <algorithm>
#include <set>

#include "common/check.h"

namespace suyuan::test {

using namespace sealing;  // NOLINT: test support of that room

SealingKey SealingKeyOf(uint8_t seed) {
  return SealingKey(*SecretSeed::From(Bytes(32, static_cast<char>(seed))));
}

RandomSource SeededRandom(uint64_t seed) {
  auto rng = std::make_shared<Rng>(seed);
  return [rng](uint8_t* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>((*rng)());
  };
}

ledger::RecordDraft::LeafDraft& SealedDraft::Leaf(const SealedPlace& at) {
  auto& leaves = draft.records[at.record].leaves;
  const auto found = std::ranges::find_if(leaves, [&](const auto& leaf) {
    return leaf.mode == ledger::LeafMode::kHidden && leaf.field == at.field && leaf.item == at.item;
  });
  SUYUAN_CHECK(found != leaves.end(), "no such leaf");
  return *found;
}

Hash SealedTransaction::context() const {
  return SealingContext(tx.core.ledger_id, tx.core.submitter, tx.core.nonce);
}

SealedDraft SealDraft(uint64_t number, const std::vector<std::vector<uint8_t>>& audiences,
                      const std::vector<SampleField>& fields, uint8_t sender_seed) {
  SealedDraft out;
  out.draft = SimpleDraft(number);
  const ledger::RecordDraft record = out.draft.records[0];
  ledger::Core& core = out.draft.core;
  SenderKey sender(SealingKeyOf(sender_seed));
  TransactionSealer sealer(SealingContext(core.ledger_id, core.submitter, core.nonce), sender,
                           SeededRandom(number * 31 + sender_seed));
  std::vector<uint8_t> ids;
  for (const auto& seeds : audiences) {
    std::vector<SealingPublicKey> readers;
    for (uint8_t seed : seeds) readers.push_back(SealingKeyOf(seed).public_key());
    ids.push_back(sealer.AudienceOf(std::move(readers), {}).value());
  }
  for (const SampleField& field : fields) {
    while (out.draft.records.size() <= field.at.record) out.draft.records.push_back(record);
    out.draft.records[field.at.record].leaves.push_back(
        sealer.Seal(field.at, ids[field.audience], field.value).value());
  }
  out.items = std::move(sealer).Finish(core);
  return out;
}

SealedTransaction Sign(SealedDraft draft) {
  SealedTransaction out;
  out.envelope = std::make_shared<const Bytes>(SignTransaction(draft.draft, KeyOf(1)));
  auto tx = ledger::DecodeTransaction(out.envelope, LedgerLimits{}, nullptr);
  SUYUAN_CHECK(tx.ok(), tx.error().ToString());
  out.tx = std::move(tx).value();
  out.items = std::move(draft.items);
  out.views = ViewsOf(out.items);
  return out;
}

RandomSealed RandomSealedTransaction(Rng& rng) {
  RandomSealed out;
  std::set<std::vector<uint8_t>> distinct;
  for (size_t i = 1 + rng() % 3; i > 0; --i) {
    std::set<uint8_t> readers;
    for (size_t n = rng() % 4 == 0 ? 20 : 1 + rng() % 3; n > 0; --n)
      readers.insert(static_cast<uint8_t>(1 + rng() % 40));
    distinct.emplace(readers.begin(), readers.end());
  }
  out.audiences.assign(distinct.begin(), distinct.end());
  std::set<SealedPlace> places;
  for (size_t i = 1 + rng() % 12; i > 0; --i)
    places.insert({static_cast<uint32_t>(rng() % 3), static_cast<uint16_t>(0x0202 + rng() % 5),
                   static_cast<uint16_t>(rng() % 2)});
  for (const SealedPlace& at : places) {
    std::optional<Bytes> value;
    if (rng() % 5 != 0) value = RandomString(rng, rng() % 8 == 0 ? 600 : 40);
    out.fields.push_back({at, rng() % out.audiences.size(), std::move(value)});
  }
  out.signed_tx = Sign(SealDraft(rng() % 1'000'000, out.audiences, out.fields,
                                 static_cast<uint8_t>(100 + rng() % 100)));
  return out;
}

OpenedTransaction OpenAs(const SealedTransaction& sealed, const std::vector<uint8_t>& key_seeds) {
  std::vector<SealingKey> keys;
  for (uint8_t seed : key_seeds) keys.push_back(SealingKeyOf(seed));
  auto opened = SealedReader(std::move(keys)).Open(sealed.tx, sealed.views);
  SUYUAN_CHECK(opened.ok(), opened.error().ToString());
  return std::move(opened).value();
}

}  // namespace suyuan::test
