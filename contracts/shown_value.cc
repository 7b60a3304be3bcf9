#include "contracts/shown_value.h"

#include <algorithm>

#include "contracts/entity.h"
#include "contracts/field_numbers.h"
#include "contracts/opened_check.h"
#include "contracts/stated_field.h"
#include "contracts/types.h"
#include "ledger/sealing/items.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;
using ledger::LeafMode;

// The version that seals a value.
struct Sealing {
  StoredRecord stored;
  ledger::Record record;  // points into `stored`
};

Result<Sealing> LoadSealing(const StateReader& state, const FindingTarget& target,
                            const Hash& commitment) {
  const auto bytes =
      state.Get(Namespace::kRecord, RecordKey(target.kind, target.id, target.version));
  if (!bytes) return Error{ErrorCode::kRef, "the entity has no such version"};
  Sealing out{DecodeStoredRecord(*bytes), {}};
  out.record = RecordOf(target.kind, out.stored);
  const ledger::Leaf* leaf = out.record.Find(target.field, target.item);
  if (leaf == nullptr || leaf->mode != LeafMode::kHidden)
    return Error{ErrorCode::kRef, "no value is sealed there"};
  if (leaf->commitment != commitment)
    return Error{ErrorCode::kCommit, "what is shown is not what this version of the entity seals"};
  return out;
}

Status CheckFinding(const StateReader& state, const FindingTarget& target,
                    const ledger::Record& record, const sealing::SealedPart::Shown& shown) {
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<DutyBreach> breaches,
                          CheckShownValue(state, target, shown.leaf->commitment, *shown.bytes));
  const std::string rule = RecordView(record).Text(x::kFindingRule);
  if (std::ranges::find(breaches, rule, &DutyBreach::rule) != breaches.end()) return {};
  return Error{ErrorCode::kDisclose,
               "by itself the value does not break the rule named, so nobody but its owner "
               "publishes it; a proof sealed to the field's readers needs no opening"};
}

Status CheckDisclosure(const StateReader& state, const FindingTarget& target,
                       const PartyId& submitter, const Hash& commitment) {
  SUYUAN_ASSIGN_OR_RETURN(const Sealing sealing, LoadSealing(state, target, commitment));
  return CheckMayPublish(sealing.record, target.field, sealing.stored.submitter, submitter);
}

}  // namespace

Status CheckMayPublish(const ledger::Record& record, uint16_t field, const PartyId& owner,
                       const PartyId& publisher) {
  const FieldInfo* info = FindField(field);
  if (info == nullptr || EffectiveClass(*info, RecordView(record)) != DisclosureClass::kOpt)
    return Error{ErrorCode::kDisclose, "this sealed field is not its owner's to publish"};
  if (owner != publisher) return Error{ErrorCode::kAuthz, "another party stated this field"};
  return {};
}

Result<std::vector<DutyBreach>> CheckShownValue(const StateReader& state,
                                                const FindingTarget& target, const Hash& commitment,
                                                ByteView padded) {
  SUYUAN_ASSIGN_OR_RETURN(Sealing sealing, LoadSealing(state, target, commitment));
  ledger::Record& record = sealing.record;
  const StoredRecord& stored = sealing.stored;
  // What is stated of a standing flow is not all of it.
  if (target.kind == EntityKind::kFlow && target.version > 1) {
    record.subject_kind = EntityKind::kFlow;
    record.subject = target.id;
  }
  auto value = sealing::UnpadValue(padded);
  if (!value.ok()) {
    return std::vector<DutyBreach>{{kPaddingRule,
                                    ErrorCode::kCommit,
                                    {},
                                    target.field,
                                    target.item,
                                    "what is sealed is no padded value"}};
  }
  const OpenedItem item{target.field, target.item, *std::move(value)};
  std::vector<DutyBreach> breaches =
      CheckOpened(state, record, stored.submitter, stored.time_ms, std::span(&item, 1));
  std::erase_if(breaches, [&](const DutyBreach& breach) {
    return breach.code == ErrorCode::kOk || breach.field != target.field ||
           breach.item != target.item;
  });
  return breaches;
}

Status CheckShownValues(const StateReader& state, const ledger::Transaction& tx,
                        std::span<const ByteView> items) {
  const bool finding = tx.core.type == tx::kFinding;
  if (!finding && tx.core.type != tx::kDisclosureSet) return {};
  SUYUAN_ASSIGN_OR_RETURN(const sealing::SealedPart part, sealing::ReadSealedItems(tx, items));
  for (const sealing::SealedPart::Shown& shown : part.shown) {
    const ledger::Leaf& leaf = *shown.leaf;
    if (leaf.mode != LeafMode::kOpening || !shown.bytes) continue;
    const ledger::Record& record = tx.records[shown.record];
    const auto version = RecordView(record).Integer(x::kTargetVersion).value_or(0);
    const FindingTarget target{record.subject_kind, Bytes(record.subject),
                               static_cast<uint32_t>(version), leaf.field, leaf.item};
    Status status = finding ? CheckFinding(state, target, record, shown)
                            : CheckDisclosure(state, target, tx.core.submitter, leaf.commitment);
    if (!status.ok()) return std::move(status).error().At(shown.record, leaf.field, leaf.item);
  }
  return {};
}

}  // namespace suyuan::contracts
