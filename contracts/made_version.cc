#include "contracts/made_version.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/record_subject.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

constexpr uint32_t kVersionsReadMax = 64;

}  // namespace

std::optional<FindingTarget> VersionMadeBy(const StateReader& state, const ledger::Transaction& tx,
                                           uint32_t index) {
  RecordSubject subject = SubjectOf(tx, index);
  FindingTarget out;
  out.kind = subject.kind;
  out.id = std::move(subject.id);
  constexpr EntityKind kVersioned[] = {EntityKind::kParty, EntityKind::kProduct, EntityKind::kBatch,
                                       EntityKind::kFlow, EntityKind::kDocument};
  if (std::ranges::find(kVersioned, out.kind) == std::end(kVersioned)) return std::nullopt;
  const auto entity = LoadEntity(state, out.kind, out.id);
  if (!entity) return std::nullopt;
  const uint32_t oldest =
      entity->version > kVersionsReadMax ? entity->version - kVersionsReadMax : 0;
  for (out.version = entity->version; out.version > oldest; --out.version) {
    const auto stored = state.Get(Namespace::kRecord, RecordKey(out.kind, out.id, out.version));
    if (!stored) continue;
    const StoredRecord made = DecodeStoredRecord(*stored);
    if (made.tx == tx.id && made.record == index) return out;
  }
  return std::nullopt;
}

}  // namespace suyuan::contracts
