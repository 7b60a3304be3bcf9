// FlowWork: open gaps (D-36). What receivers from outside say of a unit stands beside what the
// ledger shows, as a chain of flows, until the missing record, or a ruling, joins the two.
#include "contracts/entity_access.h"
#include "contracts/flow_record.h"
#include "contracts/flow_work.h"

namespace suyuan::contracts {

using ledger::EntityKind;

Flow* FlowMemo::Find(const EntityId& id) {
  if (id == own_id_) return &own_;
  const auto known = flows_.find(id);
  if (known != flows_.end()) return &known->second.second;
  auto entity = LoadEntity(ctx_.state, EntityKind::kFlow, id.view());
  if (!entity) return nullptr;
  Flow flow = DecodeFlow(entity->content);
  return &flows_.emplace(id, std::pair(*std::move(entity), std::move(flow))).first->second.second;
}

void FlowMemo::WriteBack() {
  changed_.erase(own_id_);
  for (const EntityId& id : changed_) {
    auto& [entity, flow] = flows_.at(id);
    SaveFlow(ctx_, record_, id, entity, flow, entity.state);
  }
  flows_.clear();
  changed_.clear();
}

// The first receiver of the chain that ends in the unit's gap.
PartyId FlowWork::FirstClaimant(const CodeItem& item) {
  PartyId claimant = item.unit.gap->holder;
  for (EntityId at = item.unit.gap->last_flow; !at.is_zero();) {
    Flow* flow = memo_.Find(at);
    const FlowGoods* goods = flow == nullptr ? nullptr : FindGoods(*flow, item.code);
    if (goods == nullptr) break;
    claimant = flow->receiver();
    if (!goods->before) break;
    claimant = goods->before->holder;
    at = goods->before->last_flow;
  }
  return claimant;
}

// Holder and state are as after the last flow of the chain; its first one now starts from what the
// ledger shows.
void FlowWork::EndGap(CodeItem& item) {
  const Standing shown{item.entity.state, item.unit.holder, {}, item.unit.last_flow};
  const Standing gap = *item.unit.gap;
  for (EntityId at = gap.last_flow; !at.is_zero();) {
    Flow* flow = memo_.Find(at);
    FlowGoods* goods = flow == nullptr ? nullptr : FindGoods(*flow, item.code);
    if (goods == nullptr || !goods->in_gap) break;
    goods->in_gap = false;
    --flow->gaps;
    memo_.MarkChanged(at);
    at = goods->before ? goods->before->last_flow : EntityId();
    if (!goods->before) goods->before = shown;
  }
  const bool held_up =
      item.entity.state == EntityState::kFrozen || item.entity.state == EntityState::kRecalled;
  if (!held_up) item.entity.state = gap.state;
  item.unit.holder = gap.holder;
  item.unit.pending = gap.pending;
  item.unit.last_flow = gap.last_flow;
  item.unit.gap.reset();
  change_.Save(item);
  if (gap.state != EntityState::kEndUse || item.unit.contents == 0) return;
  const Status walked = book_.ForEachInside(item.code, [&](Content& inside) -> Status {
    if (inside.item.shared || inside.item.entity.state != EntityState::kInCirculation) return {};
    inside.item.entity.state = EntityState::kEndUse;
    change_.Save(inside.item);
    return {};
  });
  SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
}

// After goods moved as the ledger shows them: outwards, or to whoever had said so.
void FlowWork::EndGapsAfter(CodeItem item) {
  if (!MovesHolder(flow_.type)) return;
  const auto ends = [&](const CodeItem& unit) {
    return unit.unit.gap &&
           (book_.IsOutside(flow_.receiver()) || unit.unit.gap->holder == flow_.receiver() ||
            FirstClaimant(unit) == flow_.receiver());
  };
  if (item.unit.contents != 0) {
    std::vector<std::string> own_gaps;
    const Status walked = book_.ForEachInside(item.code, [&](Content& inside) -> Status {
      if (ends(inside.item)) own_gaps.push_back(inside.item.code);
      return {};
    });
    SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
    for (const std::string& code : own_gaps) {
      CodeItem unit = book_.Find(code).value();
      change_.TakeOut(unit);
      EndGap(unit);
    }
    item = book_.Find(item.code).value();
  }
  if (ends(item)) EndGap(item);
}

void FlowWork::EndGaps() {
  for (const FlowGoods& goods : flow_.goods) {
    if (!goods.in_gap) continue;
    CodeItem item = book_.Find(goods.code).value();
    change_.TakeOut(item);
    EndGap(item);
  }
  memo_.WriteBack();
}

}  // namespace suyuan::contracts
