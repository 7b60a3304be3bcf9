#include "api/published.h"

#include <set>

#include "contracts/field_numbers.h"
#include "contracts/record_subject.h"

namespace suyuan::api {
namespace {

using contracts::Publication;
using ledger::EntityKind;
using ledger::Leaf;
using ledger::LeafMode;
using ledger::OpenedLeaf;

// The value in an opening.
PublishedLeaf ValueOf(const std::optional<Bytes>& padded) {
  if (!padded) return {{OpenedLeaf::Kind::kErased, {}}};
  PublishedLeaf out{{OpenedLeaf::Kind::kFault, {}}, padded};
  auto value = sealing::UnpadValue(*padded);
  if (!value.ok()) return out;
  out.leaf.kind = *value ? OpenedLeaf::Kind::kValue : OpenedLeaf::Kind::kAbsent;
  if (*value) out.leaf.value = **std::move(value);
  return out;
}

}  // namespace

Status Publisher::Add(EntityKind kind, ByteView id, const EntityView& view, OpenedFields& opened) {
  std::vector<FiledLeaf> leaves;
  for (size_t i = 0; i < view.record.leaves.size(); ++i) {
    const contracts::StoredRecord& stored = view.versions[view.sources[i]].stored;
    // Of a flow nothing is folded: what stands first is one statement of several.
    leaves.push_back({&view.record.leaves[i], stored.tx, stored.record, kind != EntityKind::kFlow});
  }
  for (const VersionRecord& version : view.beside)
    for (const Leaf& leaf : version.record.leaves)
      leaves.push_back({&leaf, version.stored.tx, version.stored.record});
  return AddLeaves(kind, id, leaves, opened);
}

Status Publisher::Add(const ledger::Transaction& tx, size_t records_max, OpenedFields& opened) {
  for (uint32_t i = 0; i < tx.records.size() && i < records_max; ++i) {
    if (tx.records[i].schema == contracts::command_field::kSection) continue;
    const contracts::RecordSubject subject = contracts::SubjectOf(tx, i);
    if (subject.id.empty() || tx.records[i].leaves.empty()) continue;
    std::vector<FiledLeaf> leaves;
    for (const Leaf& leaf : tx.records[i].leaves) leaves.push_back({&leaf, tx.id, i});
    SUYUAN_RETURN_IF_ERROR(MarkStanding(subject.kind, subject.id, leaves));
    SUYUAN_RETURN_IF_ERROR(AddLeaves(subject.kind, subject.id, leaves, opened));
  }
  return {};
}

Status Publisher::MarkStanding(EntityKind kind, ByteView id, std::vector<FiledLeaf>& leaves) {
  // Of a flow nothing is folded. The view of an entity is read only where something is published.
  if (kind == EntityKind::kFlow || contracts::PublicationsOf(state_, kind, id).empty()) return {};
  SUYUAN_ASSIGN_OR_RETURN(const EntityView view, LoadEntityView(state_, kind, id));
  std::set<uint16_t> fields;  // items may be numbered anew there
  for (size_t i = 0; i < view.record.leaves.size(); ++i) {
    const contracts::StoredRecord& stored = view.versions[view.sources[i]].stored;
    if (stored.tx == leaves.front().tx && stored.record == leaves.front().record)
      fields.insert(view.record.leaves[i].field);
  }
  for (FiledLeaf& filed : leaves) filed.stands = fields.contains(filed.leaf->field);
  return {};
}

Status Publisher::AddLeaves(EntityKind kind, ByteView id, const std::vector<FiledLeaf>& leaves,
                            OpenedFields& opened) {
  for (const auto& [field, publication] : contracts::PublicationsOf(state_, kind, id)) {
    if (!publication.published) continue;
    const contracts::FieldInfo* info = contracts::FindField(field);
    if (info == nullptr || contracts::ListsCodes(*info)) continue;
    const contracts::FindingTarget target{kind, Bytes(id), publication.entity_version, field};
    for (const FiledLeaf& filed : leaves) {
      const Leaf& leaf = *filed.leaf;
      if (leaf.field != field) continue;
      if (leaf.mode == LeafMode::kPublic) {
        SUYUAN_ASSIGN_OR_RETURN(const bool published, IsPublished(target, filed));
        if (published)
          opened.AddPublished(filed.tx, {filed.record, leaf.field, leaf.item},
                              {{OpenedLeaf::Kind::kValue, Bytes(leaf.value)}});
      }
      if (leaf.mode == LeafMode::kHidden)
        SUYUAN_RETURN_IF_ERROR(AddSealed(target, publication, filed, opened));
    }
  }
  return {};
}

Result<bool> Publisher::IsPublished(const contracts::FindingTarget& field, const FiledLeaf& filed) {
  if (filed.stands) return true;
  SUYUAN_ASSIGN_OR_RETURN(const contracts::SealingVersion* version, versions_.Of(field));
  return version->stored.tx == filed.tx && version->stored.record == filed.record;
}

Result<const Publisher::Openings*> Publisher::OpeningsOf(const TxId& tx) {
  if (const auto known = openings_.find(tx); known != openings_.end()) return &known->second;
  if (bytes_read_ >= block_bytes_max_) return nullptr;
  SUYUAN_ASSIGN_OR_RETURN(const ShownItems items, ShownItems::Load(gateway_, tx));
  bytes_read_ += items.block_bytes();
  Openings& out = openings_[tx];
  for (const ShownItems::Shown& shown : items.All()) {
    if (shown.leaf->mode != LeafMode::kOpening) continue;
    Opening opening{shown.leaf->item, std::nullopt};
    if (shown.bytes) opening.padded = Bytes(*shown.bytes);
    out.emplace(std::pair(shown.record, shown.leaf->commitment), std::move(opening));
  }
  return &out;
}

Status Publisher::AddSealed(const contracts::FindingTarget& field, const Publication& publication,
                            const FiledLeaf& filed, OpenedFields& opened) {
  SUYUAN_ASSIGN_OR_RETURN(const Openings* openings, OpeningsOf(publication.tx));
  if (openings == nullptr) {
    opened.CutPublished();
    return {};
  }
  // A commitment binds place and salt, so an opening is of this very leaf or of none.
  const auto found = openings->find({publication.record, filed.leaf->commitment});
  if (found == openings->end()) return {};
  const Opening* opening = &found->second;
  PublishedLeaf out = ValueOf(opening->padded);
  if (opening->padded) {
    contracts::FindingTarget target = field;
    target.item = opening->item;
    SUYUAN_ASSIGN_OR_RETURN(
        const contracts::Judgement judged,
        contracts::CheckShownValue(versions_, target, filed.leaf->commitment, *opening->padded));
    if (!judged.breaches.empty()) out.broken_rule = judged.breaches.front().rule;
  }
  opened.AddPublished(filed.tx, {filed.record, filed.leaf->field, filed.leaf->item},
                      std::move(out));
  return {};
}

}  // namespace suyuan::api
