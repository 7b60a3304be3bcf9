#include "api/published.h"

#include "contracts/fields.h"
#include "contracts/publication.h"
#include "ledger/committed.h"
#include "ledger/sealing/items.h"

namespace suyuan::api {
namespace {

using contracts::Publication;
using ledger::Leaf;
using ledger::LeafMode;
using ledger::OpenedLeaf;

// The openings of one DISCLOSURE_SET.
class Openings {
 public:
  Openings(ledger::CommittedTransaction found, const LedgerLimits& limits)
      : found_(std::move(found)), limits_(limits) {}
  Status Read() {
    SUYUAN_ASSIGN_OR_RETURN(items_, ledger::SealedItemsOf(found_, limits_));
    SUYUAN_ASSIGN_OR_RETURN(part_, sealing::ReadSealedItems(found_.tx, items_));
    return {};
  }
  // Of this very leaf; nullopt: of another value.
  std::optional<OpenedLeaf> Find(uint32_t record, const Leaf& leaf) const {
    for (const sealing::SealedPart::Shown& shown : part_.shown) {
      const Leaf& opening = *shown.leaf;
      if (shown.record != record || opening.mode != LeafMode::kOpening ||
          opening.field != leaf.field || opening.item != leaf.item ||
          opening.commitment != leaf.commitment)
        continue;
      if (!shown.bytes) return OpenedLeaf{OpenedLeaf::Kind::kErased, {}};
      auto value = sealing::UnpadValue(*shown.bytes);
      if (!value.ok()) return OpenedLeaf{OpenedLeaf::Kind::kFault, {}};
      if (!*value) return OpenedLeaf{OpenedLeaf::Kind::kAbsent, {}};
      return OpenedLeaf{OpenedLeaf::Kind::kValue, **std::move(value)};
    }
    return std::nullopt;
  }

 private:
  const ledger::CommittedTransaction found_;
  const LedgerLimits& limits_;
  std::vector<ByteView> items_;
  sealing::SealedPart part_;
};

Status AddField(const Gateway& gateway, const Publication& publication, uint16_t field,
                const EntityView& view, OpenedFields& opened) {
  std::optional<Openings> openings;
  for (size_t i = 0; i < view.record.leaves.size(); ++i) {
    const Leaf& leaf = view.record.leaves[i];
    if (leaf.field != field) continue;
    const contracts::StoredRecord& stored = view.versions[view.sources[i]].stored;
    const sealing::SealedPlace at{stored.record, leaf.field, leaf.item};
    if (leaf.mode == LeafMode::kPublic) {
      opened.AddPublished(stored.tx, at, {OpenedLeaf::Kind::kValue, Bytes(leaf.value)});
      continue;
    }
    if (leaf.mode != LeafMode::kHidden) continue;
    if (!openings) {
      SUYUAN_ASSIGN_OR_RETURN(
          auto found, ledger::LoadCommitted(gateway.store(), publication.tx, gateway.limits(),
                                            ledger::Hashes::kKnown));
      openings.emplace(std::move(found), gateway.limits());
      SUYUAN_RETURN_IF_ERROR(openings->Read());
    }
    if (auto value = openings->Find(publication.record, leaf))
      opened.AddPublished(stored.tx, at, *std::move(value));
  }
  return {};
}

}  // namespace

Status AddPublished(const Gateway& gateway, const contracts::StateReader& state,
                    ledger::EntityKind kind, ByteView id, const EntityView& view,
                    OpenedFields& opened) {
  for (const auto& [field, publication] : contracts::PublicationsOf(state, kind, id)) {
    if (publication.published)
      SUYUAN_RETURN_IF_ERROR(AddField(gateway, publication, field, view, opened));
  }
  return {};
}

}  // namespace suyuan::api
