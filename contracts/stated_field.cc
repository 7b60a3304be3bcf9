#include "contracts/stated_field.h"

#include "common/check.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "ledger/sealing/field.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::LeafMode;

}  // namespace

ledger::Record RecordOf(ledger::EntityKind kind, const StoredRecord& stored) {
  ledger::Record out;
  out.schema = static_cast<uint16_t>(kind);
  for (const Bytes& bytes : stored.leaves) {
    auto leaf = ledger::DecodeLeaf(bytes);
    SUYUAN_CHECK(leaf.ok(), "stored record in state is damaged");
    out.leaves.push_back(*std::move(leaf));
  }
  return out;
}

Result<const FieldInfo*> TargetField(const TxContext& ctx, uint32_t record) {
  const std::string name = RecordView(ctx.record(record)).Text(x::kTargetField);
  if (name.empty()) {
    return RefuseAt({record, x::kTargetField}, ErrorCode::kMissing,
                    "target_field: no field is named");
  }
  const FieldInfo* field = FindQualifiedField(name);
  if (field == nullptr ||
      field->section() != static_cast<uint8_t>(ctx.record(record).subject_kind)) {
    return RefuseAt({record, x::kTargetField}, ErrorCode::kFormat,
                    "target_field: the subject has no such field");
  }
  return field;
}

Status CheckTargetRecord(const TxContext& ctx, uint32_t record) {
  const ledger::Record& command = ctx.record(record);
  const bool versions = command.subject_kind != ledger::EntityKind::kNone &&
                        command.subject_kind != ledger::EntityKind::kCode;
  if (command.schema != x::kSection || !versions)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a command record about an entity");
  SUYUAN_ASSIGN_OR_RETURN(const FieldInfo* field, TargetField(ctx, record));
  return CheckRecord(command, {.record_index = record, .shows = field->number});
}

Result<StatedField> LoadStatedField(const TxContext& ctx, uint32_t record) {
  const ledger::Record& command = ctx.record(record);
  StatedField out;
  SUYUAN_ASSIGN_OR_RETURN(out.field, TargetField(ctx, record));
  SUYUAN_ASSIGN_OR_RETURN(out.entity, LoadSubject(ctx, record, command.subject_kind));
  const auto version = RecordView(command).Integer(x::kTargetVersion);
  if (!version) {
    return RefuseAt({record, x::kTargetVersion}, ErrorCode::kMissing,
                    "target_version: is required");
  }
  out.version = static_cast<uint32_t>(*version);
  const auto bytes = ctx.state.Get(Namespace::kRecord,
                                   RecordKey(command.subject_kind, command.subject, out.version));
  if (!bytes || out.version > out.entity.version) {
    return RefuseAt({record, x::kTargetVersion}, ErrorCode::kRef, "the entity has no such version");
  }
  out.stored = DecodeStoredRecord(*bytes);
  out.record = RecordOf(command.subject_kind, out.stored);
  if (out.record.Find(out.field->number) == nullptr) {
    return RefuseAt({record, x::kTargetField}, ErrorCode::kRef,
                    "this version does not state the field");
  }
  out.disclosure = EffectiveClass(*out.field, RecordView(out.record));
  out.context =
      sealing::SealingContext(ctx.tx.core.ledger_id, out.stored.submitter, out.stored.nonce);
  return out;
}

Status CheckShownLeaf(const StatedField& stated, uint32_t record, const ledger::Leaf& shown) {
  const ledger::Leaf* leaf = stated.record.Find(shown.field, shown.item);
  const ledger::SealedOrigin origin = ledger::OriginOf(shown);
  const bool same = leaf != nullptr && leaf->mode == LeafMode::kHidden &&
                    origin.context == stated.context && origin.record == stated.stored.record &&
                    shown.commitment == leaf->commitment &&
                    shown.padded_length == leaf->padded_length &&
                    (shown.mode == LeafMode::kOpening || shown.content_hash == leaf->content_hash);
  if (same) return {};
  return RefuseAt({record, shown.field, shown.item}, ErrorCode::kCommit,
                  "what is shown is not what this version of the entity seals");
}

}  // namespace suyuan::contracts
