#include "api/published.h"

#include <algorithm>

#include "contracts/field_numbers.h"
#include "contracts/record_subject.h"
#include "contracts/shown_value.h"

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
    leaves.push_back({&view.record.leaves[i], stored.tx, stored.record});
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
    if (subject.id.empty()) continue;
    std::vector<FiledLeaf> leaves;
    for (const Leaf& leaf : tx.records[i].leaves) leaves.push_back({&leaf, tx.id, i});
    SUYUAN_RETURN_IF_ERROR(AddLeaves(subject.kind, subject.id, leaves, opened));
  }
  return {};
}

Status Publisher::AddLeaves(EntityKind kind, ByteView id, const std::vector<FiledLeaf>& leaves,
                            OpenedFields& opened) {
  for (const auto& [field, publication] : contracts::PublicationsOf(state_, kind, id)) {
    if (!publication.published) continue;
    const contracts::FindingTarget target{kind, Bytes(id), publication.entity_version, field};
    for (const FiledLeaf& filed : leaves) {
      const Leaf& leaf = *filed.leaf;
      if (leaf.field != field) continue;
      if (leaf.mode == LeafMode::kPublic)
        opened.AddPublished(filed.tx, {filed.record, leaf.field, leaf.item},
                            {{OpenedLeaf::Kind::kValue, Bytes(leaf.value)}});
      if (leaf.mode == LeafMode::kHidden)
        SUYUAN_RETURN_IF_ERROR(AddSealed(target, publication, filed, opened));
    }
  }
  return {};
}

Result<const std::vector<Publisher::Opening>*> Publisher::OpeningsOf(const TxId& tx) {
  const auto [known, first] = openings_.try_emplace(tx);
  if (!first) return &known->second;
  SUYUAN_ASSIGN_OR_RETURN(const ShownItems items, ShownItems::Load(gateway_, tx));
  bytes_read_ += items.block_bytes();
  for (uint32_t record = 0; record < items.tx().records.size(); ++record) {
    for (const ShownItems::Shown* shown : items.Of(record)) {
      if (shown->leaf->mode != LeafMode::kOpening) continue;
      Opening opening{record, shown->leaf->item, shown->leaf->commitment, std::nullopt};
      if (shown->bytes) opening.padded = Bytes(*shown->bytes);
      known->second.push_back(std::move(opening));
    }
  }
  return &known->second;
}

Status Publisher::AddSealed(const contracts::FindingTarget& field, const Publication& publication,
                            const FiledLeaf& filed, OpenedFields& opened) {
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<Opening>* openings, OpeningsOf(publication.tx));
  // A commitment binds place and salt, so an opening is of this very leaf or of none.
  const auto opening = std::ranges::find_if(*openings, [&](const Opening& each) {
    return each.record == publication.record && each.commitment == filed.leaf->commitment;
  });
  if (opening == openings->end()) return {};
  PublishedLeaf out = ValueOf(opening->padded);
  if (opening->padded) {
    contracts::FindingTarget target = field;
    target.item = opening->item;
    SUYUAN_ASSIGN_OR_RETURN(
        const auto breaches,
        contracts::CheckShownValue(state_, target, opening->commitment, *opening->padded));
    if (!breaches.empty()) out.broken_rule = breaches.front().rule;
  }
  opened.AddPublished(filed.tx, {filed.record, filed.leaf->field, filed.leaf->item},
                      std::move(out));
  return {};
}

}  // namespace suyuan::api
