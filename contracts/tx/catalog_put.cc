// CATALOG_PUT (6.14): a new version of a catalogue node, or its end date. National nodes belong to
// national regulators; a local node hangs under a national ancestor and inside its maker's region.
#include "contracts/catalog_record.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = catalog_field;
using ledger::EntityKind;

constexpr std::string_view kNational = "000000";
constexpr int kDepthMax = 16;  // of the catalogue; also ends a walk around a ring

// PS 6.3.1: the chain of parents ends at a root, meets no local node on a national one's way, and
// does not come back to `code`.
Status CheckAncestors(const TxContext& ctx, uint32_t record, const std::string& code,
                      const CatalogNode& node) {
  const Place place{record, f::kParentCategory};
  const auto refuse = [&](const char* why) { return RefuseAt(place, ErrorCode::kFormat, why); };
  std::string parent = node.parent;
  bool national = node.national;
  for (int depth = 0; !parent.empty(); ++depth) {
    if (depth == kDepthMax) return refuse("the catalogue is too deep here");
    if (parent == code) return refuse("a node cannot stand below itself");
    const auto entity = LoadEntity(ctx.state, EntityKind::kCatalogNode, parent);
    if (!entity) return refuse("the parent category does not exist");
    const CatalogNode above = DecodeCatalogNode(entity->content);
    if (national && !above.national) return refuse("a national node cannot hang under a local one");
    national = above.national;
    parent = above.parent;
  }
  if (!national) return refuse("a local node needs a national ancestor");
  return {};
}

Status PutNode(TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  const std::string code = view.Text(f::kCategoryCode);
  auto before = LoadEntity(ctx.state, EntityKind::kCatalogNode, code);
  CatalogNode node = before ? DecodeCatalogNode(before->content) : CatalogNode{};
  const bool national = view.Text(f::kCatalogLevel) == "national";
  const std::string region(national ? kNational : view.Text(f::kCatalogRegion));
  if (before && (national != node.national || region != node.region)) {
    return RefuseAt({record, f::kCatalogLevel}, ErrorCode::kImmutable,
                    "level and region of a node do not change");
  }
  if (!RegionCovers(ctx.submitter->region, region)) {
    return RefuseAt({record, national ? f::kCatalogLevel : f::kCatalogRegion}, ErrorCode::kRegion,
                    "the node lies outside the regulator's region");
  }
  node.national = national;
  node.region = region;
  node.parent = view.Text(f::kParentCategory);
  SUYUAN_RETURN_IF_ERROR(CheckAncestors(ctx, record, code, node));
  SUYUAN_ASSIGN_OR_RETURN(CatalogVersion version, ReadCatalogVersion(ctx.record(record), record));
  if (!node.Add(std::move(version), DayOf(ctx.block_time_ms)))
    return RefuseAt({record, f::kEffectiveFrom}, ErrorCode::kSize, "too many versions announced");

  const Change change{record, EntityKind::kCatalogNode, code, EffectKind::kChanged, true};
  Entity entity = before ? *std::move(before) : Entity{};
  const bool created = entity.event_count == 0;
  entity.state = EntityState::kInForce;
  entity.content = EncodeCatalogNode(node);
  if (created) {
    CreateEntity(ctx, change, std::move(entity), ctx.tx.core.submitter);
  } else {
    SaveEntity(ctx, change, std::move(entity));
  }
  return {};
}

}  // namespace

Status ValidateCatalogPut(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    if (record.schema != f::kSection)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a catalogue record");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = i}));
    const bool named = record.subject_kind == EntityKind::kCatalogNode &&
                       record.subject == RecordView(record).Text(f::kCategoryCode);
    if (record.subject_kind != EntityKind::kNone && !named) {
      return RefuseAt({i, f::kCategoryCode}, ErrorCode::kFormat,
                      "subject and category_code are not the same node");
    }
  }
  return {};
}

Status ApplyCatalogPut(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) SUYUAN_RETURN_IF_ERROR(PutNode(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
