// DISCLOSURE_SET (6.9): the owner of a field publishes it or hides it again, one field a record. Of
// a sealed field (OPT) the record shows every leaf of one version by an opening; a field in clear
// (MEM) needs none. Fields that are open anyway have no such switch, and neither have those whose
// readers are not the owner's choice (C18).
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/publication.h"
#include "contracts/stated_field.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::Leaf;
using ledger::LeafMode;

Status CheckClass(uint32_t record, const FieldInfo& field, DisclosureClass disclosure) {
  if (ListsCodes(field)) {
    return RefuseAt({record, field.number}, ErrorCode::kDisclose,
                    std::string(field.identifier) + ": lists of codes are never published");
  }
  if (disclosure == DisclosureClass::kOpt || disclosure == DisclosureClass::kMem) return {};
  const bool open = IsClear(disclosure);
  return RefuseAt({record, field.number}, ErrorCode::kDisclose,
                  std::string(field.identifier) + (open ? ": is always open and cannot be hidden"
                                                        : ": is not its owner's to publish"));
}

// Every leaf of the field is opened, and nothing else.
Status CheckOpenings(const TxContext& ctx, uint32_t record, const StatedField& stated) {
  size_t opened = 0;
  for (const Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.mode != LeafMode::kOpening && leaf.mode != LeafMode::kFault) continue;
    if (leaf.mode == LeafMode::kFault || stated.disclosure == DisclosureClass::kMem) {
      return RefuseAt({record, leaf.field, leaf.item}, ErrorCode::kFormat,
                      "only a sealed value is published with an opening");
    }
    SUYUAN_RETURN_IF_ERROR(CheckShownLeaf(stated, record, leaf));
    ++opened;
  }
  if (stated.disclosure == DisclosureClass::kMem) return {};
  const auto sealed = std::ranges::count(stated.record.leaves, stated.field->number, &Leaf::field);
  if (opened == static_cast<size_t>(sealed)) return {};
  return RefuseAt({record, stated.field->number}, ErrorCode::kMissing,
                  std::string(stated.field->identifier) + ": an opening of each value is required");
}

// Whether this record publishes; E_MISSING without a word.
Result<bool> Publishes(const TxContext& ctx, uint32_t record) {
  const std::string word = RecordView(ctx.record(record)).Text(x::kDisclosure);
  if (word.empty())
    return RefuseAt({record, x::kDisclosure}, ErrorCode::kMissing, "disclosure: is required");
  return word == "published";
}

Status Publish(TxContext& ctx, uint32_t record, const std::optional<Publication>& before,
               Publication& publication) {
  SUYUAN_ASSIGN_OR_RETURN(const StatedField stated, LoadStatedField(ctx, record));
  SUYUAN_RETURN_IF_ERROR(CheckClass(record, *stated.field, stated.disclosure));
  if (stated.owner() != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "another party stated this field");
  const bool sealed = stated.disclosure == DisclosureClass::kOpt;
  if (before && before->published && (!sealed || before->entity_version == stated.version))
    return RefuseAt({record, x::kDisclosure}, ErrorCode::kState, "the field is published");
  SUYUAN_RETURN_IF_ERROR(CheckOpenings(ctx, record, stated));
  publication.entity_version = stated.version;
  publication.owner = stated.owner();
  return {};
}

Status Hide(TxContext& ctx, uint32_t record, const FieldInfo& field,
            const std::optional<Publication>& before, Publication& publication) {
  if (field.disclosure != DisclosureClass::kOfContent)
    SUYUAN_RETURN_IF_ERROR(CheckClass(record, field, field.disclosure));
  for (const Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault)
      return RefuseAt({record, leaf.field, leaf.item}, ErrorCode::kFormat,
                      "what hides a field opens nothing");
  }
  if (!before || !before->published)
    return RefuseAt({record, x::kDisclosure}, ErrorCode::kState, "the field is not published");
  if (before->owner != ctx.tx.core.submitter)
    return RefuseAt({record}, ErrorCode::kAuthz, "another party published this field");
  publication.entity_version = before->entity_version;
  publication.owner = before->owner;
  return {};
}

Status Switch(TxContext& ctx, uint32_t record) {
  const ledger::Record& command = ctx.record(record);
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, command.subject_kind));
  SUYUAN_ASSIGN_OR_RETURN(const FieldInfo* field, TargetField(ctx, record));
  SUYUAN_ASSIGN_OR_RETURN(const bool publishes, Publishes(ctx, record));
  const auto before =
      FindPublication(ctx.state, command.subject_kind, command.subject, field->number);
  Publication publication;
  publication.published = publishes;
  publication.version = before ? before->version + 1 : 1;
  publication.tx = ctx.tx.id;
  publication.record = record;
  publication.height = ctx.height;
  publication.time_ms = ctx.block_time_ms;
  SUYUAN_RETURN_IF_ERROR(publishes ? Publish(ctx, record, before, publication)
                                   : Hide(ctx, record, *field, before, publication));
  ctx.state.Put(Namespace::kDisclosure,
                PublicationKey(command.subject_kind, command.subject, field->number),
                EncodePublication(publication));
  SaveEntity(ctx, {record, command.subject_kind, command.subject}, std::move(entity));
  return {};
}

}  // namespace

Status ValidateDisclosureSet(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(CheckTargetRecord(ctx, i));
    SUYUAN_ASSIGN_OR_RETURN(const bool publishes, Publishes(ctx, i));
    if (!publishes && RecordView(ctx.record(i)).Has(x::kTargetVersion))
      return RefuseAt({i, x::kTargetVersion}, ErrorCode::kFormat,
                      "a field is hidden whatever version was published");
  }
  return {};
}

Status ApplyDisclosureSet(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) SUYUAN_RETURN_IF_ERROR(Switch(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
