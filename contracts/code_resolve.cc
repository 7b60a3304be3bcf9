#include "contracts/entity_access.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

void AddProduct(const StateReader& state, const EntityId& id, CodeResolution& found) {
  const Entity product = LoadEntity(state, EntityKind::kProduct, id.view()).value();
  found.product = id;
  found.product_state = product.state;
  found.producer = DecodeProduct(product.content).owner;
}

// The batch that attached to a per_product code last.
void AddLatestBatch(const StateReader& state, CodeResolution& found) {
  const Bytes last = found.product.str() + Bytes(EntityId::kSize, '\xFF');
  const auto batch = state.LastAtMost(Namespace::kBatchOfProduct, last);
  if (!batch || !batch->first.starts_with(found.product.view())) return;
  found.batch = EntityId::From(batch->second).value();
  found.batch_state = LoadEntity(state, EntityKind::kBatch, found.batch->view())->state;
}

void AddLinks(const CodeItem& item, CodeResolution& found) {
  for (const auto* link : {&item.unit.package, &item.unit.composite}) {
    if (*link) found.parents.push_back({(*link)->parent, (*link)->kind, (*link)->inside});
  }
}

}  // namespace

std::optional<CodeResolution> ResolveCode(const StateReader& state, ByteView canonical) {
  UnitBook book(state);
  const auto item = book.Find(canonical);
  if (!item) return std::nullopt;
  CodeResolution found;
  found.own = item->entity.state;
  found.effective = item->per_product() ? found.own : book.Effective(*item, found.own, {});
  found.role = item->role;
  found.shared = item->shared;
  found.holder = book.Real(*item).holder;
  found.gap = book.Gap(*item).has_value();
  AddLinks(*item, found);
  if (item->unit.is_package()) {
    found.producer = item->unit.issuer.value();
    return found;
  }
  if (item->per_product()) {
    AddProduct(state, item->unit.claim.id, found);
    AddLatestBatch(state, found);
    return found;
  }
  const BatchInfo* batch = book.FindBatch(item->batch);
  AddProduct(state, batch->batch.product, found);
  found.batch = item->batch;
  found.batch_state = batch->state;
  found.part = item->unit.part;
  return found;
}

}  // namespace suyuan::contracts
