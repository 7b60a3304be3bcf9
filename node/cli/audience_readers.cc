#include "node/cli/audience_readers.h"

#include <algorithm>
#include <set>

#include "contracts/field_numbers.h"
#include "contracts/record_view.h"

namespace suyuan::cli {
namespace {

using contracts::RecordView;
using Keys = std::vector<SealingPublicKey>;

// What a record says of the parties and goods that it concerns.
json::Value ConcernedBy(const ledger::Transaction& tx, uint32_t record,
                        std::span<const sealing::OpenedField> opened) {
  namespace f = contracts::flow_field;
  json::Object out;
  json::Array codes;
  for (std::string& code : RecordView(tx.records[record]).Texts(f::kFlowCodes))
    codes.emplace_back(std::move(code));
  if (!codes.empty()) out["flow_codes"] = std::move(codes);
  for (const sealing::OpenedField& field : opened) {
    if (field.at.record != record || !field.value) continue;
    if (field.at.field != f::kSellerCode && field.at.field != f::kBuyerCode) continue;
    if (auto value = json::Parse(*field.value); value.ok())
      out[std::string(contracts::FindField(field.at.field)->identifier)] = *std::move(value);
  }
  return out;
}

std::set<contracts::DisclosureClass> ClassesIn(const ledger::Record& record, uint8_t audience) {
  std::set<contracts::DisclosureClass> out;
  for (const ledger::Leaf& leaf : record.leaves) {
    if (leaf.mode == ledger::LeafMode::kHidden && leaf.audience == audience)
      out.insert(contracts::EffectiveClass(*contracts::FindField(leaf.field), RecordView(record)));
  }
  return out;
}

}  // namespace

Result<AudienceReaders> ReadersOfWhole(const contracts::ReaderDirectory& directory,
                                       const ledger::Transaction& tx, uint8_t audience,
                                       std::span<const sealing::OpenedField> opened) {
  const contracts::FieldReaders readers = contracts::ReadersFrom(directory, tx.core.submitter);
  std::optional<Keys> common;
  std::set<SealingPublicKey> any;
  for (uint32_t i = 0; i < tx.records.size(); ++i) {
    const ledger::Record& record = tx.records[i];
    std::optional<EntityId> flow;
    if (record.subject_kind == ledger::EntityKind::kFlow) {
      SUYUAN_ASSIGN_OR_RETURN(flow, EntityId::From(record.subject));
    }
    for (const contracts::DisclosureClass disclosure : ClassesIn(record, audience)) {
      SUYUAN_ASSIGN_OR_RETURN(Keys keys, readers(disclosure, ConcernedBy(tx, i, opened), flow));
      any.insert(keys.begin(), keys.end());
      if (!common) {
        common = std::move(keys);
        continue;
      }
      std::erase_if(*common, [&](const SealingPublicKey& key) {
        return std::ranges::find(keys, key) == keys.end();
      });
    }
  }
  if (!common) return Error{ErrorCode::kRef, "nothing is sealed for this audience"};
  const size_t left_out = any.size() - common->size();
  return AudienceReaders{*std::move(common), left_out};
}

}  // namespace suyuan::cli
