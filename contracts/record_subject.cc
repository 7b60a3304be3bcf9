#include "contracts/record_subject.h"

#include "common/encoding.h"
#include "common/sign.h"
#include "contracts/field_numbers.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {

using ledger::EntityKind;

namespace {

RecordSubject NodeOf(const std::string& key_text) {
  const auto bytes = HexDecode(key_text);
  const auto key = bytes.ok() ? PublicKey::From(*bytes) : Result<PublicKey>(bytes.error());
  if (!key.ok()) return {};
  return {EntityKind::kNode, KeyIdOf(Suite::kEd25519, *key).str()};
}

}  // namespace

RecordSubject SubjectOf(const ledger::Transaction& tx, uint32_t record) {
  const ledger::Record& of = tx.records[record];
  if (of.subject_kind != EntityKind::kNone) return {of.subject_kind, Bytes(of.subject)};
  const auto kind = static_cast<EntityKind>(of.schema);
  switch (kind) {
    case EntityKind::kParty:
      return {kind, RecordView(of).Text(party_field::kPartyCode)};
    case EntityKind::kCatalogNode:
      return {kind, RecordView(of).Text(catalog_field::kCategoryCode)};
    case EntityKind::kNode:
      return NodeOf(RecordView(of).Text(node_field::kNodeKey));
    case EntityKind::kProduct:
    case EntityKind::kBatch:
    case EntityKind::kFlow:
    case EntityKind::kDocument:
      return {kind, ledger::EntityIdOf(tx.id, record).str()};
    default:
      return {};
  }
}

}  // namespace suyuan::contracts
