#include "contracts/made_version.h"

#include <algorithm>

#include "common/check.h"
#include "contracts/entity_access.h"
#include "contracts/record_subject.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

std::optional<StoredRecord> VersionOf(const StateReader& state, const FindingTarget& of,
                                      uint32_t version) {
  const auto bytes = state.Get(Namespace::kRecord, RecordKey(of.kind, of.id, version));
  if (!bytes) return std::nullopt;
  return DecodeStoredRecord(*bytes);
}

// The first version of a block at or above a height: versions stand in the order of the blocks.
uint32_t FirstVersionFrom(const StateReader& state, const FindingTarget& of, uint32_t versions,
                          Height from) {
  uint32_t low = 1, high = versions + 1;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const auto stored = VersionOf(state, of, middle);
    SUYUAN_CHECK(stored.has_value(), "an entity's version without its record");
    if (stored->height < from)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

std::optional<FindingTarget> VersionMadeBy(const StateReader& state, const ledger::Transaction& tx,
                                           uint32_t index, Height height) {
  RecordSubject subject = SubjectOf(tx, index);
  FindingTarget out;
  out.kind = subject.kind;
  out.id = std::move(subject.id);
  constexpr EntityKind kVersioned[] = {EntityKind::kParty, EntityKind::kProduct, EntityKind::kBatch,
                                       EntityKind::kFlow, EntityKind::kDocument};
  if (std::ranges::find(kVersioned, out.kind) == std::end(kVersioned)) return std::nullopt;
  const auto entity = LoadEntity(state, out.kind, out.id);
  if (!entity) return std::nullopt;
  for (out.version = FirstVersionFrom(state, out, entity->version, height);
       out.version <= entity->version; ++out.version) {
    const auto made = VersionOf(state, out, out.version);
    if (!made || made->height != height) break;
    if (made->tx == tx.id && made->record == index) return out;
  }
  return std::nullopt;
}

}  // namespace suyuan::contracts
