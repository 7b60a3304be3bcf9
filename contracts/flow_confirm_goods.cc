// FlowWork: what a confirmation asks of the goods, and records that it makes void.
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/flow_record.h"
#include "contracts/flow_work.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

Error NotHeld(uint32_t record) {
  return RefuseAt({record}, ErrorCode::kHolder, "the giving side does not hold all of the goods");
}

}  // namespace

// The giving side recorded, so the goods wait for this flow.
Status FlowWork::CheckReserved(FlowGoods& goods) {
  const CodeItem item = book_.Find(goods.code).value();
  if (goods.in_gap && !(item.unit.gap && item.unit.gap->pending == id_)) {
    goods.in_gap = false;  // the gap ended while the flow was pending
    --flow_.gaps;
  }
  const PartyId holder = goods.in_gap ? item.unit.gap->holder : item.unit.holder;
  const EntityId pending = goods.in_gap ? item.unit.gap->pending : item.unit.pending;
  if (pending != id_ || holder != flow_.giver()) return NotHeld(record_);
  return {};
}

// The receiving side recorded: C16 is tested now.
Status FlowWork::CheckReceipt(FlowGoods& goods) {
  const CodeItem item = book_.Find(goods.code).value();
  Standing standing = book_.Real(item);
  if (standing.holder != flow_.giver()) {
    const auto gap = book_.Gap(item);
    if (!gap || gap->holder != flow_.giver()) return NotHeld(record_);
    standing = *gap;
    goods.in_gap = true;
    ++flow_.gaps;
  }
  if (!standing.pending.is_zero() && !VoidRival(standing.pending)) {
    return RefuseAt({record_}, ErrorCode::kBalance,
                    "part of the goods is reserved by another pending flow");
  }
  EntityState own = standing.state;
  if (item.unit.is_package()) own = EntityState::kInCirculation;
  const EntityState state = book_.Effective(item, own, goods.batch);
  const bool still = MayMove(flow_.type, state) || state == EntityState::kFrozen ||
                     state == EntityState::kRecalled;  // C20: recorded before
  if (!still) {
    return RefuseAt({record_}, ErrorCode::kState,
                    "not allowed in state " + std::string(ToString(state)));
  }
  return CheckLinks(item, {record_});
}

// Shared goods inside of packages, as they are now.
Status FlowWork::CollectInside() {
  std::vector<FlowGoods> now;
  for (const FlowGoods& named : flow_.goods) {
    if (named.inside || named.shared) continue;
    SUYUAN_RETURN_IF_ERROR(book_.ForEachInside(named.code, [&](Content& inside) -> Status {
      if (!inside.item.shared) return {};
      FlowGoods goods;
      goods.code = inside.item.code;
      goods.shared = goods.inside = true;
      goods.batch = inside.item.batch;
      if (!inside.item.per_product()) {
        now.push_back(goods);
        return {};
      }
      const size_t before = now.size();
      for (const FlowGoods& old : flow_.goods) {
        if (old.inside && old.code == goods.code) now.push_back(old);
      }
      if (now.size() != before) return {};
      return RefuseAt({record_}, ErrorCode::kRef,
                      "something of no named batch was packed since the record");
    }));
  }
  std::erase_if(flow_.goods, [](const FlowGoods& goods) { return goods.inside; });
  for (FlowGoods& goods : now) {
    if (FindGoods(flow_, goods.code, goods.batch) == nullptr) flow_.goods.push_back(goods);
  }
  std::ranges::sort(flow_.goods, {},
                    [](const FlowGoods& g) { return std::tie(g.code, g.batch, g.inside); });
  return {};
}

bool FlowWork::VoidRival(const EntityId& rival) {
  const auto entity = LoadEntity(ctx_.state, EntityKind::kFlow, rival.view());
  Flow flow = DecodeFlow(entity->content);
  const bool covered = std::ranges::all_of(flow.goods, [&](const FlowGoods& goods) {
    return goods.inside || FindGoods(flow_, goods.code, goods.batch) != nullptr;
  });
  const PartyId& confirming = flow_.other;
  if (!covered || flow.recorder != confirming || entity->state != EntityState::kPending)
    return false;
  FlowWork(ctx_, book_, record_, rival, flow).Release();
  SaveFlow(ctx_, record_, rival, *entity, flow, EntityState::kVoided);
  return true;
}

void FlowWork::VoidRivalReceipts() {
  std::vector<EntityId> rivals;
  for (const FlowGoods& goods : flow_.goods) {
    if (goods.inside) continue;
    const Bytes prefix = PendingReceiptKey(flow_.receiver(), goods.code, {});
    ctx_.state.Scan(Namespace::kPendingReceipt, prefix, [&](ByteView key, ByteView) {
      if (!key.starts_with(prefix)) return false;
      rivals.push_back(EntityId::From(key.substr(prefix.size())).value());
      return true;
    });
  }
  for (const EntityId& rival : rivals) {
    if (rival != id_) VoidRival(rival);
  }
}

Status FlowWork::CheckConfirm() {
  for (FlowGoods& goods : flow_.goods) {
    if (goods.shared) {
      const auto item = book_.Find(goods.code);
      if (!goods.inside && !book_.HoldsShared(*item, goods.batch, flow_.giver()))
        return NotHeld(record_);
    } else if (flow_.receiving) {
      SUYUAN_RETURN_IF_ERROR(CheckReceipt(goods));
    } else {
      SUYUAN_RETURN_IF_ERROR(CheckReserved(goods));
    }
  }
  if (flow_.receiving) return CollectInside();
  VoidRivalReceipts();
  return {};
}

}  // namespace suyuan::contracts
