#include "contracts/shown_value.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/guards.h"
#include "contracts/stated_field.h"
#include "contracts/types.h"
#include "ledger/sealing/items.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;
using ledger::LeafMode;

bool IsShown(const ledger::Leaf& leaf) {
  return leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault;
}

// The version whose leaf at the target has this commitment.
Result<const SealingVersion*> SealingOf(SealingVersions& versions, const FindingTarget& target,
                                        const Hash& commitment) {
  SUYUAN_ASSIGN_OR_RETURN(const SealingVersion* version, versions.Of(target));
  const ledger::Leaf* leaf = version->record.Find(target.field, target.item);
  if (leaf == nullptr || leaf->mode != LeafMode::kHidden)
    return Error{ErrorCode::kRef, "no value is sealed there"};
  if (leaf->commitment != commitment)
    return Error{ErrorCode::kCommit, "what is shown is not what this version of the entity seals"};
  return version;
}

// One shown leaf, and who shows it.
struct Showing {
  const ledger::Leaf& leaf;
  std::optional<ByteView> bytes;
  const ledger::Record& record;
  const PartyId& submitter;
};

Status CheckFinding(SealingVersions& versions, const FindingTarget& target,
                    const Showing& showing) {
  const ledger::Leaf& leaf = showing.leaf;
  SUYUAN_ASSIGN_OR_RETURN(const SealingVersion* sealing,
                          SealingOf(versions, target, leaf.commitment));
  SUYUAN_RETURN_IF_ERROR(CheckMayShow(versions.state(), showing.submitter, {target.kind, target.id},
                                      sealing->stored.submitter));
  // Of a fault the check of the items has found that it is one.
  if (leaf.mode == LeafMode::kFault || !showing.bytes) return {};
  SUYUAN_ASSIGN_OR_RETURN(const Judgement judged,
                          CheckShownValue(versions, target, leaf.commitment, *showing.bytes));
  const std::string rule = RecordView(showing.record).Text(x::kFindingRule);
  if (std::ranges::find(judged.breaches, rule, &DutyBreach::rule) != judged.breaches.end())
    return {};
  return Error{ErrorCode::kDisclose,
               "by itself the value does not break the rule named, so nobody but its owner "
               "publishes it; a proof sealed to the field's readers needs no opening"};
}

Status CheckDisclosure(SealingVersions& versions, const FindingTarget& target,
                       const Showing& showing) {
  if (showing.leaf.mode == LeafMode::kFault)
    return Error{ErrorCode::kFormat, "only a sealed value is published with an opening"};
  SUYUAN_ASSIGN_OR_RETURN(const SealingVersion* sealing,
                          SealingOf(versions, target, showing.leaf.commitment));
  return CheckMayPublish(sealing->record, target.field, sealing->stored.submitter,
                         showing.submitter);
}

// Of a type that shows nothing.
Status CheckShowsNothing(const ledger::Transaction& tx) {
  for (uint32_t record = 0; record < tx.records.size(); ++record) {
    const auto& leaves = tx.records[record].leaves;
    const auto leaf = std::ranges::find_if(leaves, IsShown);
    if (leaf == leaves.end()) continue;
    return Error{ErrorCode::kFormat, "what another transaction sealed has no place here"}.At(
        record, leaf->field, leaf->item);
  }
  return {};
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

Result<const SealingVersion*> SealingVersions::Of(const FindingTarget& target) {
  const auto key = std::tuple(target.kind, target.id, target.version);
  if (const auto known = known_.find(key); known != known_.end()) return &known->second;
  const auto bytes =
      state_.Get(Namespace::kRecord, RecordKey(target.kind, target.id, target.version));
  if (!bytes) return Error{ErrorCode::kRef, "the entity has no such version"};
  SealingVersion out{DecodeStoredRecord(*bytes), {}};
  out.record = RecordOf(target.kind, out.stored);
  // What is stated of a standing flow is not all of it.
  if (target.kind == EntityKind::kFlow && target.version > 1) out.record.subject_kind = target.kind;
  const auto kept = known_.emplace(key, std::move(out)).first;
  if (kept->second.record.subject_kind == EntityKind::kFlow)
    kept->second.record.subject = std::get<1>(kept->first);
  return &kept->second;
}

Result<Judgement> CheckShownValue(const StateReader& state, const FindingTarget& target,
                                  const Hash& commitment, ByteView padded) {
  SealingVersions versions(state);
  return CheckShownValue(versions, target, commitment, padded);
}

Result<Judgement> CheckShownValue(SealingVersions& versions, const FindingTarget& target,
                                  const Hash& commitment, ByteView padded) {
  SUYUAN_ASSIGN_OR_RETURN(const SealingVersion* sealing, SealingOf(versions, target, commitment));
  auto value = sealing::UnpadValue(padded);
  Judgement out;
  if (!value.ok()) {
    out.breaches = {{kPaddingRule,
                     ErrorCode::kCommit,
                     {},
                     target.field,
                     target.item,
                     "what is sealed is no padded value"}};
    return out;
  }
  const OpenedItem item{target.field, target.item, *std::move(value)};
  const StoredRecord& stored = sealing->stored;
  RecordMaking made{stored.height, stored.tx};
  if (target.kind == EntityKind::kFlow) made.flow = target.id;
  out = CheckOpened(versions.state(), sealing->record, stored.submitter, stored.time_ms,
                    std::span(&item, 1), made);
  std::erase_if(out.breaches, [&](const DutyBreach& breach) {
    return breach.code == ErrorCode::kOk || breach.field != target.field ||
           breach.item != target.item;
  });
  return out;
}

Status CheckJurisdiction(const StateReader& state, const Party& regulator, const PartyId& self,
                         const RecordSubject& about, const PartyId& owner) {
  Status allowed = CheckReviewer(state, regulator, self, owner);
  if (allowed.ok() || about.kind != EntityKind::kFlow) return allowed;
  const auto entity = LoadEntity(state, EntityKind::kFlow, about.id);
  if (!entity) return Error{ErrorCode::kRef, "there is no such flow"};
  const Flow flow = DecodeFlow(entity->content);
  for (const PartyId& side : {flow.recorder, flow.other}) {
    if (!allowed.ok() && allowed.error().code == ErrorCode::kRegion && !side.is_zero())
      allowed = CheckReviewer(state, regulator, self, side);
  }
  return allowed;
}

Status CheckMayShow(const StateReader& state, const PartyId& finder, const RecordSubject& about,
                    const PartyId& owner) {
  const auto entity = LoadEntity(state, EntityKind::kParty, finder.view());
  const std::optional<Party> party =
      entity ? std::optional(DecodeParty(entity->content)) : std::nullopt;
  if (!party || !party->Is(kRegulator) || entity->state != EntityState::kActive) {
    return Error{ErrorCode::kDisclose,
                 "only an active regulator publishes a sealed value of another party"};
  }
  return CheckJurisdiction(state, *party, finder, about, owner);
}

Status CheckShownValues(const StateReader& state, const ledger::Transaction& tx,
                        std::span<const ByteView> items) {
  const bool finding = tx.core.type == tx::kFinding;
  if (!finding && tx.core.type != tx::kDisclosureSet) return CheckShowsNothing(tx);
  SUYUAN_ASSIGN_OR_RETURN(const sealing::SealedPart part, sealing::ReadSealedItems(tx, items));
  SealingVersions versions(state);
  for (const sealing::SealedPart::Shown& shown : part.shown) {
    const ledger::Leaf& leaf = *shown.leaf;
    const ledger::Record& record = tx.records[shown.record];
    const auto version = RecordView(record).Integer(x::kTargetVersion).value_or(0);
    const FindingTarget target{record.subject_kind, Bytes(record.subject),
                               static_cast<uint32_t>(version), leaf.field, leaf.item};
    const Showing showing{leaf, shown.bytes, record, tx.core.submitter};
    Status status = finding ? CheckFinding(versions, target, showing)
                            : CheckDisclosure(versions, target, showing);
    if (!status.ok()) return std::move(status).error().At(shown.record, leaf.field, leaf.item);
  }
  return {};
}

}  // namespace suyuan::contracts
