// What a code stands for, as the rules of links and flows see it: the unit, package or shared code
// with its batch, its standing as it follows from what contains it, and what it contains. Reads
// only; batches are decoded once. For one transaction, in which states of batches do not change.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contracts/code.h"
#include "contracts/unit.h"

namespace suyuan::contracts {

struct CodeItem {
  std::string code;
  Entity entity;  // as stored; for a unit that has no entry, what its part says
  Unit unit;
  CodeRole role = CodeRole::kSingle;
  bool shared = false;  // per_product, per_batch, or a child sold in part: several holders
  EntityId batch;       // zero for a package and at per_product level, where flows name it

  bool per_product() const { return unit.claim.kind == ledger::EntityKind::kProduct; }
};

struct BatchInfo {
  EntityState state = EntityState::kSubmitted;
  Batch batch;
};

struct Content {
  CodeItem item;
  LinkValue link;
};

class UnitBook {
 public:
  explicit UnitBook(const StateReader& state) : state_(state) {}

  // nullopt: never issued. `code` is canonical.
  std::optional<CodeItem> Find(ByteView code);
  // nullptr: no such batch.
  const BatchInfo* FindBatch(const EntityId& id);

  // Holder, pending and last flow as the ledger shows them, through what contains the unit; `state`
  // is the unit's own.
  Standing Real(const CodeItem& item);
  // The same of an open gap; nullopt when neither the unit nor what contains it has one.
  std::optional<Standing> Gap(const CodeItem& item);
  // A party that may act for goods: zero, REVOKED and CLOSED parties are outside (6.5).
  bool IsOutside(const PartyId& party);
  // Membership of a shared code: released by it or received (6.4).
  bool HoldsShared(const CodeItem& item, const EntityId& batch, const PartyId& party);

  // The same of any of its batches, or before the release as their manufacturer.
  bool HoldsSome(const CodeItem& item, const PartyId& party);

  // 6.4 "Effective state" of a state of the item: with its batch, what contains it and what it
  // contains. `batch`: that which a flow names, for a per_product code.
  EntityState Effective(const CodeItem& item, EntityState own, const EntityId& batch);
  // With its batch alone.
  EntityState WithBatch(const CodeItem& item, EntityState own, const EntityId& batch);

  // What lies directly inside, in the order of the codes.
  std::vector<Content> Inside(ByteView container);
  // The same at any depth, containers before their contents; until `visit` fails.
  Status ForEachInside(ByteView container, const std::function<Status(Content&)>& visit);
  // All links, also of children and components that left.
  std::vector<Content> Links(ByteView container);

 private:
  struct KnownBatch {
    BatchInfo info;
    std::vector<ChunkCursor> cursors;  // one a part
  };
  KnownBatch* Know(const EntityId& id);
  std::optional<uint16_t> FindPart(KnownBatch& known, ByteView code);
  std::optional<Claim> FindClaimOf(ByteView code);

  const StateReader& state_;
  std::map<EntityId, std::unique_ptr<KnownBatch>> batches_;
  std::map<PartyId, bool> outside_;
  std::string last_key_;  // claims of codes in a row are mostly one
  std::optional<Claim> last_claim_;
};

}  // namespace suyuan::contracts
