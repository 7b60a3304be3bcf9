#include "node/cli/bench_seal.h"

#include <algorithm>

#include "common/check.h"
#include "contracts/record_view.h"

namespace suyuan::cli {
namespace {

constexpr uint64_t kLifetimeMs = 10ull * 60 * 1000;

contracts::BuildOptions OptionsFor(const LedgerId& ledger, const Signer& signer,
                                   const ReaderChoice& choice) {
  contracts::BuildOptions options;
  options.ledger = ledger;
  options.submitter = signer.party;
  options.signing_key = signer.key.public_key();
  options.now_ms = WallClockMs();
  options.lifetime_ms = kLifetimeMs;
  options.readers = choice.readers;
  return options;
}

}  // namespace

Result<SealedTemplate> SealedTemplate::Make(const json::Value& transaction, const LedgerId& ledger,
                                            const Signer& signer, const ReaderChoice& choice) {
  SUYUAN_ASSIGN_OR_RETURN(
      contracts::BuiltTransaction built,
      contracts::BuildTransaction(transaction, OptionsFor(ledger, signer, choice)));
  SealedTemplate out(signer);
  out.draft_ = std::move(built.draft);
  if (!out.draft_.core.seal_public_key) return out;
  out.draft_.core.reader_height = choice.height();
  const SignedTransaction first = SignDraft(out.draft_, std::move(built.sealed_items), signer.key);
  SUYUAN_ASSIGN_OR_RETURN(
      const ledger::Transaction tx,
      ledger::DecodeTransaction(first.parcel.envelope, LedgerLimits{}, &ledger));
  SUYUAN_ASSIGN_OR_RETURN(const sealing::OpenedTransaction opened,
                          signer.opener->Open(tx, sealing::ViewsOf(*first.parcel.sealed_items)));
  SUYUAN_RETURN_IF_ERROR(out.ReadValues(tx, opened));
  SUYUAN_RETURN_IF_ERROR(out.ReadReaders(transaction, tx, choice.readers));
  return out;
}

Status SealedTemplate::ReadValues(const ledger::Transaction& tx,
                                  const sealing::OpenedTransaction& opened) {
  for (const sealing::OpenedField& field : opened.fields) {
    if (field.verdict != sealing::FieldVerdict::kOpened)
      return Error{ErrorCode::kInternal, "what was sealed just now does not open"};
    const auto& leaves = tx.records[field.at.record].leaves;
    const auto leaf = std::ranges::find_if(leaves, [&](const ledger::Leaf& each) {
      return each.field == field.at.field && each.item == field.at.item;
    });
    values_.push_back(
        {field.at, static_cast<size_t>(leaf - leaves.begin()), field.audience, field.value});
  }
  size_t hidden = 0;
  for (const ledger::Record& record : tx.records)
    hidden += static_cast<size_t>(
        std::ranges::count(record.leaves, ledger::LeafMode::kHidden, &ledger::Leaf::mode));
  if (hidden == values_.size()) return {};
  return Error{ErrorCode::kAuthz, "the signer's key does not open all that it seals"};
}

// Asked for the first field of each audience, as the builder does.
Status SealedTemplate::ReadReaders(const json::Value& transaction, const ledger::Transaction& tx,
                                   const contracts::FieldReaders& readers) {
  const json::Array& records = *transaction.Find("records")->if_array();
  for (const ledger::AudienceHead& audience : tx.core.audiences) {
    const auto value = std::ranges::find(values_, audience.id, &Value::audience);
    if (value == values_.end()) return Error{ErrorCode::kInternal, "an audience of nothing"};
    const contracts::DisclosureClass disclosure =
        contracts::EffectiveClass(*contracts::FindField(value->at.field),
                                  contracts::RecordView(tx.records[value->at.record]));
    SUYUAN_ASSIGN_OR_RETURN(
        auto keys, readers(disclosure, *records[value->at.record].Find("fields"), std::nullopt));
    audiences_.push_back({std::move(keys), audience.wrap_count});
  }
  return {};
}

SignedTransaction SealedTemplate::Next() {
  ledger::Core& core = draft_.core;
  core.nonce = RandomFixed<Nonce16>();
  core.created_ms = WallClockMs();
  core.expiry_ms = core.created_ms + kLifetimeMs;
  core.audiences.clear();
  sealing::TransactionSealer sealer(
      sealing::SealingContext(core.ledger_id, core.submitter, core.nonce), *sender_, RandomBytes);
  for (size_t i = 0; i < audiences_.size(); ++i)  // each again, also where readers are the same
    SUYUAN_CHECK(sealer.AudienceOf(audiences_[i].readers, {i, audiences_[i].wraps}).ok(),
                 "the template had these readers");
  for (const Value& each : values_) {
    auto leaf = sealer.Seal(each.at, each.audience, each.value);
    SUYUAN_CHECK(leaf.ok(), "the template had these values");
    draft_.records[each.at.record].leaves[each.leaf] = *std::move(leaf);
  }
  sealing::SealedItems items = std::move(sealer).Finish(core);
  return SignDraft(draft_, std::move(items), *key_);
}

}  // namespace suyuan::cli
