// FlowWork: goods change hands.
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/flow_work.h"
#include "contracts/rules.h"

namespace suyuan::contracts {

using ledger::EntityKind;

EntityState FlowWork::StateAfter(const CodeItem& item, EntityState own) const {
  const bool unit = !item.shared && !flow_.part_sale;
  switch (flow_.type) {
    case FlowType::kSale:
      return unit && flow_.receiver_kind == SideKind::kConsumer ? EntityState::kEndUse : own;
    case FlowType::kUse:
      return unit ? EntityState::kEndUse : own;
    case FlowType::kDisposal:
      return unit ? EntityState::kDisposed : own;
    case FlowType::kReturn:
      return own == EntityState::kEndUse ? EntityState::kInCirculation : own;
    case FlowType::kRecallReturn: {
      const BatchInfo* info = book_.FindBatch(item.batch);
      const bool producer = info != nullptr && info->batch.owner == flow_.receiver();
      return unit && producer ? EntityState::kReturnedCode : own;
    }
    default:
      return own;
  }
}

// 6.4: ISSUED, PRINTED → IN_CIRCULATION for a package that a flow names and all those inside it.
void FlowWork::CirculatePackages(const std::string& code) {
  const auto circulate = [&](CodeItem item) {
    if (!item.unit.is_package()) return;
    if (item.entity.state != EntityState::kIssued && item.entity.state != EntityState::kPrinted)
      return;
    item.entity.state = EntityState::kInCirculation;
    change_.SaveShown(item);
  };
  const CodeItem top = book_.Find(code).value();
  circulate(top);
  if (top.unit.contents == 0) return;
  const Status walked = book_.ForEachInside(code, [&](Content& inside) -> Status {
    circulate(inside.item);
    return {};
  });
  SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
}

void FlowWork::MoveShared(FlowGoods& goods, const CodeItem& item) {
  if (OnlyCarries()) return;
  if (!flow_.giver().is_zero()) change_.Give(item, goods.batch, flow_.giver());
  if (MovesHolder(flow_.type) && !flow_.receiver().is_zero())
    change_.Receive(item, goods.batch, flow_.receiver());
}

// Contents keep their place in the container, so only a change of their own state is written.
void FlowWork::ChangeInside(const CodeItem& container, std::vector<FlowGoods>& more) {
  if (container.unit.contents == 0) return;
  const Status walked = book_.ForEachInside(container.code, [&](Content& inside) -> Status {
    CodeItem& item = inside.item;
    touched_.insert(item.batch);
    const EntityState own = item.entity.state;
    const bool recalled = flow_.type != FlowType::kRecallReturn ||
                          book_.WithBatch(item, own, {}) == EntityState::kRecalled;
    const EntityState after = recalled ? StateAfter(item, own) : own;
    if (item.shared || after == own) return {};
    FlowGoods goods;
    goods.code = item.code;
    goods.inside = true;
    goods.before = Standing{own, item.unit.holder, {}, item.unit.last_flow};
    item.entity.state = after;
    change_.Save(item);
    more.push_back(std::move(goods));
    return {};
  });
  SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
}

// 6.4: IN_CIRCULATION (parent) → END_USE with its last child.
void FlowWork::EndParent(const CodeItem& child) {
  if (!child.unit.composite || child.unit.composite->kind != LinkKind::kParentChild) return;
  CodeItem parent = book_.Find(child.unit.composite->parent).value();
  if (parent.unit.contents != 0 || parent.entity.state != EntityState::kInCirculation) return;
  parent.entity.state = EntityState::kEndUse;
  change_.SaveShown(parent);
}

void FlowWork::MoveUnit(FlowGoods& goods, CodeItem item) {
  const bool package = item.unit.is_package() && item.entity.state != EntityState::kInCirculation;
  if (package) {
    CirculatePackages(goods.code);
    item = book_.Find(goods.code).value();
  }
  goods.before = Standing{item.entity.state, item.unit.holder, {}, item.unit.last_flow};
  item.unit.pending = {};
  item.unit.last_flow = id_;
  if (flow_.part_sale) {
    item.unit.shared = true;
    change_.Save(item);
    change_.Receive(item, item.batch, item.unit.holder);  // what is left stays there
    goods.shared = true;
    goods.batch = item.batch;
    MoveShared(goods, item);
  } else {
    if (MovesHolder(flow_.type)) item.unit.holder = flow_.receiver();
    item.entity.state = StateAfter(item, item.entity.state);
    change_.Save(item);
  }
  const bool sold = flow_.type == FlowType::kSale || flow_.type == FlowType::kPurchase;
  if (goods.was_inside && sold) EndParent(item);
}

void FlowWork::MoveInGap(FlowGoods& goods, CodeItem item) {
  const auto gap = book_.Gap(item);
  goods.before = gap;
  Standing after = gap.value_or(book_.Real(item));
  after.state = StateAfter(item, after.state);
  if (MovesHolder(flow_.type)) after.holder = flow_.receiver();
  after.pending = {};
  after.last_flow = id_;
  item.unit.gap = after;
  change_.Save(item);
  // Back with the holder that the ledger shows: both say the same again.
  if (after.holder != book_.Real(item).holder) return;
  change_.TakeOut(item);
  EndGap(item);
}

// D-05: two years count from the last flow where neither industry nor life say otherwise.
void FlowWork::RenewRetention() {
  touched_.erase(EntityId());  // of packages
  for (const EntityId& id : touched_) {
    Entity entity = LoadEntity(ctx_.state, EntityKind::kBatch, id.view()).value();
    Batch batch = DecodeBatch(entity.content);
    const auto product = LoadEntity(ctx_.state, EntityKind::kProduct, batch.product.view());
    Batch latest = batch;
    latest.released_ms = std::max(latest.released_ms, ctx_.block_time_ms);
    const Day until = RetentionOf(latest, DecodeProduct(product->content), ctx_.rules.Retention());
    if (until == batch.retention_until) continue;
    batch.retention_until = until;
    entity.content = EncodeBatch(batch);
    ctx_.state.Put(Namespace::kBatch, id.view(), EncodeEntity(entity));
  }
}

Status FlowWork::Move() {
  flow_.moved = true;
  flow_.moved_ms = ctx_.block_time_ms;
  if (OnlyCarries()) {
    for (const FlowGoods& goods : flow_.goods) {
      CodeItem item = book_.Find(goods.code).value();
      if (!goods.inside) change_.Save(item);
      if (!goods.inside && !goods.shared) CirculatePackages(goods.code);
    }
    return {};
  }
  TakeOutAll();
  std::vector<FlowGoods> more;
  for (FlowGoods& goods : flow_.goods) {
    CodeItem item = book_.Find(goods.code).value();
    touched_.insert(goods.batch.is_zero() ? item.batch : goods.batch);
    if (goods.shared) {
      MoveShared(goods, item);
      if (!goods.inside) change_.Save(item);
    } else if (goods.in_gap) {
      MoveInGap(goods, std::move(item));
    } else {
      ChangeInside(item, more);
      MoveUnit(goods, std::move(item));
      EndGapsAfter(book_.Find(goods.code).value());
    }
  }
  std::ranges::move(more, std::back_inserter(flow_.goods));
  std::ranges::sort(flow_.goods, {},
                    [](const FlowGoods& g) { return std::tie(g.code, g.batch, g.inside); });
  RenewRetention();
  memo_.WriteBack();
  return {};
}

}  // namespace suyuan::contracts
