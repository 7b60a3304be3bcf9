// A field as one version of an entity states it: what DISCLOSURE_SET and FINDING speak of. A
// command record names it by its subject, target_field and target_version, and shows sealed values
// of it by opening and fault leaves. Internal to contracts/.
#pragma once

#include "contracts/contract.h"
#include "contracts/entity.h"
#include "contracts/fields.h"
#include "contracts/guards.h"

namespace suyuan::contracts {

// To be moved, never copied: `record` points into `stored`.
struct StatedField {
  Entity entity;
  const FieldInfo* field = nullptr;
  uint32_t version = 0;
  StoredRecord stored;
  ledger::Record record;       // leaves of `stored`; no leaf 0
  DisclosureClass disclosure;  // of the field in this record
  Hash context;                // ctx of the transaction that sealed it

  const PartyId& owner() const { return stored.submitter; }
};

// Leaves of a version, with the section that they are of; no leaf 0. Points into `stored`.
ledger::Record RecordOf(ledger::EntityKind kind, const StoredRecord& stored);

// The field that target_field of a command record names: E_MISSING without a name, E_FORMAT when it
// is none of the subject's section.
Result<const FieldInfo*> TargetField(const TxContext& ctx, uint32_t record);
// A command record about an entity that has versions, well-formed, which may show its target field.
Status CheckTargetRecord(const TxContext& ctx, uint32_t record);
// The target with its version: E_MISSING, E_FORMAT, E_REF (no such entity, version, or no such
// field in it).
Result<StatedField> LoadStatedField(const TxContext& ctx, uint32_t record);

// An opening or fault leaf of `ctx`'s record is about this very leaf of the stated field: same
// place, context, length, commitment and, for a fault, content hash. E_COMMIT otherwise. Whether
// what it shows fits the leaf, the check of the sealed items has said before, so no outcome ever
// needs it again.
Status CheckShownLeaf(const StatedField& stated, uint32_t record, const ledger::Leaf& shown);

}  // namespace suyuan::contracts
