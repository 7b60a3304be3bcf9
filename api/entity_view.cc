#include "api/entity_view.h"

#include <algorithm>
#include <map>

#include "common/codec.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/fields.h"

namespace suyuan::api {
namespace {

using contracts::FieldInfo;
using contracts::Namespace;
using ledger::EntityKind;

Result<VersionRecord> LoadVersion(const contracts::StateReader& state, EntityKind kind, ByteView id,
                                  uint32_t version) {
  const auto bytes = state.Get(Namespace::kRecord, contracts::RecordKey(kind, id, version));
  if (!bytes) {
    return Error{ErrorCode::kCorrupt,
                 "the record of version " + std::to_string(version) + " is not there"};
  }
  VersionRecord out{version, contracts::DecodeStoredRecord(*bytes), {}};
  // The state keeps the field leaves; leaf 0 says what the record is about (docs/formats.md §2).
  const Bytes subject = std::string(1, static_cast<char>(kind)) + Bytes(id);
  Writer leaf0;
  leaf0.Raw("SYR1").U16(static_cast<uint16_t>(kind)).U16(1).U8(1).Sized(subject);
  leaf0.U16(static_cast<uint16_t>(out.stored.leaves.size()));
  const Bytes head = leaf0.Take();
  std::vector<ByteView> leaves = {head};
  for (const Bytes& leaf : out.stored.leaves) leaves.push_back(leaf);
  Result<ledger::Record> record = ledger::DecodeRecord(leaves, 0);
  if (!record) return Error{ErrorCode::kCorrupt, "stored record: " + record.error().ToString()};
  out.record = *std::move(record);
  // The one view into `head`, which ends here.
  out.record.subject = {};
  return out;
}

// The field of the entity that a leaf is about; 0: none, it belongs to the command alone.
uint16_t FieldOfEntity(EntityKind kind, uint16_t field) {
  namespace c = contracts::command_field;
  namespace p = contracts::party_field;
  if (field >> 8 == static_cast<uint16_t>(kind)) return field;
  if (kind != EntityKind::kParty) return 0;
  switch (field) {  // KEY_ROTATE
    case c::kNewSigningKey:
      return p::kSigningKey;
    case c::kNewSealingKey:
      return p::kSealingKey;
    case c::kNewRecoveryKey:
      return p::kRecoveryKey;
    default:
      return 0;
  }
}

// Every mandatory field is there (C04), so nothing of the versions before counts any more.
bool IsWholeFiling(EntityKind kind, const ledger::Record& record) {
  const auto fields = contracts::FieldsOfSection(static_cast<uint8_t>(kind));
  return std::ranges::all_of(fields, [&](const FieldInfo& field) {
    return field.obligation != contracts::Obligation::kMandatory ||
           record.Find(field.number) != nullptr;
  });
}

// The oldest and the newest.
std::vector<uint32_t> VersionsToRead(uint32_t newest) {
  constexpr uint32_t kHalf = kVersionsReadMax / 2;
  std::vector<uint32_t> out;
  for (uint32_t version = 1; version <= std::min(newest, kHalf); ++version) out.push_back(version);
  const uint32_t rest = std::max(kHalf, newest > kHalf ? newest - kHalf : 0);
  for (uint32_t version = rest; version < newest; ++version) out.push_back(version + 1);
  return out;
}

// A field's leaves with the versions that they come from.
struct Sourced {
  ledger::Leaf leaf;
  size_t version = 0;
};

class Fold {
 public:
  Fold(EntityKind kind, EntityView& view) : kind_(kind), view_(view) {}

  void Add(VersionRecord version) {
    if (IsWholeFiling(kind_, version.record)) Clear();
    const size_t number = versions_.size();
    versions_.push_back(std::move(version));
    uint16_t replaced = 0;
    for (const ledger::Leaf& leaf : versions_.back().record.leaves) {
      const uint16_t field = FieldOfEntity(kind_, leaf.field);
      if (field == 0) continue;
      std::vector<Sourced>& kept = fields_[field];
      const bool adds = field == contracts::batch_field::kInspectionDoc;
      if (field != replaced && !adds) kept.clear();
      replaced = field;
      if (adds && IsThere(kept, leaf)) continue;
      kept.push_back({leaf, number});
      kept.back().leaf.field = field;
      if (adds) kept.back().leaf.item = static_cast<uint16_t>(kept.size() - 1);
    }
  }

  // Keeps the versions that something is left of.
  void Finish() {
    std::vector<size_t> place(versions_.size(), SIZE_MAX);
    for (const auto& [field, leaves] : fields_)
      for (const Sourced& sourced : leaves) place[sourced.version] = 0;
    for (size_t i = 0; i < versions_.size(); ++i) {
      if (place[i] == SIZE_MAX) continue;
      place[i] = view_.versions.size();
      view_.versions.push_back(std::move(versions_[i]));
    }
    view_.record.schema = static_cast<uint16_t>(kind_);
    for (const auto& [field, leaves] : fields_) {
      for (const Sourced& sourced : leaves) {
        view_.record.leaves.push_back(sourced.leaf);
        view_.sources.push_back(place[sourced.version]);
      }
    }
  }

 private:
  void Clear() {
    versions_.clear();
    fields_.clear();
  }
  // The same place holder means another document in another transaction (docs/formats.md §2).
  static bool IsThere(const std::vector<Sourced>& kept, const ledger::Leaf& leaf) {
    if (leaf.value.starts_with("\"aaaaaaaaaaaaaaaaaaa")) return false;
    return std::ranges::any_of(
        kept, [&](const Sourced& other) { return other.leaf.value == leaf.value; });
  }

  const EntityKind kind_;
  EntityView& view_;
  std::vector<VersionRecord> versions_;
  std::map<uint16_t, std::vector<Sourced>> fields_;  // in the order of their numbers
};

}  // namespace

Result<EntityView> LoadEntityView(const contracts::StateReader& state, EntityKind kind,
                                  ByteView id) {
  const auto entity = contracts::LoadEntity(state, kind, id);
  if (!entity) return Error{ErrorCode::kNotFound, "no entity has this id"};
  EntityView view;
  view.entity = *entity;
  Fold fold(kind, view);
  for (const uint32_t number : VersionsToRead(entity->version)) {
    SUYUAN_ASSIGN_OR_RETURN(VersionRecord version, LoadVersion(state, kind, id, number));
    if (kind == EntityKind::kFlow && number > 1)
      view.beside.push_back(std::move(version));
    else
      fold.Add(std::move(version));
  }
  fold.Finish();
  return view;
}

}  // namespace suyuan::api
