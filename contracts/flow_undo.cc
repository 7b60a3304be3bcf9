// FlowWork: goods that never moved are freed, goods that moved go back.
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/flow_record.h"
#include "contracts/flow_work.h"

namespace suyuan::contracts {
namespace {

bool HeldUp(EntityState state) {
  return state == EntityState::kFrozen || state == EntityState::kRecalled;
}

}  // namespace

FlowGoods* FindGoods(Flow& flow, ByteView code, const EntityId& batch) {
  const auto key = [](const FlowGoods& g) { return std::pair(ByteView(g.code), g.batch); };
  const auto at = std::ranges::lower_bound(flow.goods, std::pair(code, batch), {}, key);
  return at != flow.goods.end() && key(*at) == std::pair(code, batch) ? &*at : nullptr;
}

void FlowWork::Release() {
  bool first = true;
  for (const FlowGoods& goods : flow_.goods) {
    if (goods.inside) continue;
    if (flow_.receiving && first) {
      ctx_.state.Erase(Namespace::kPendingReceipt,
                       PendingReceiptKey(flow_.recorder, goods.code, id_));
    }
    first = false;
    if (goods.shared || flow_.receiving) continue;
    CodeItem item = book_.Find(goods.code).value();
    if (item.unit.pending == id_) item.unit.pending = {};
    if (item.unit.gap && item.unit.gap->pending == id_) item.unit.gap->pending = {};
    change_.Save(item);
    if (goods.was_inside) change_.PutBack(item);
  }
  flow_.gaps = 0;
}

Error FlowWork::MovedOn() const {
  return RefuseAt({record_}, ErrorCode::kState, "there is a later flow of some of the goods");
}

Status FlowWork::CheckUndoUnit(const CodeItem& item) const {
  const Standing real = book_.Real(item);
  if (item.unit.last_flow != id_ || real.last_flow != id_ || !real.pending.is_zero())
    return MovedOn();
  if (item.unit.package)
    return RefuseAt({record_}, ErrorCode::kLink, "some of the goods were packed since");
  return book_.ForEachInside(item.code, [&](Content& inside) -> Status {
    if (inside.link.link_flow != id_) return {};
    return RefuseAt({record_}, ErrorCode::kLink, "something was put into the goods since");
  });
}

Status FlowWork::CheckUndoShared(const FlowGoods& goods, const CodeItem& item) const {
  if (!MovesHolder(flow_.type) || flow_.receiver().is_zero()) return {};
  const auto value =
      ctx_.state.Get(Namespace::kHolding, HoldingKey(item.code, goods.batch, flow_.receiver()));
  if (value && DecodeHolding(*value).gave_ms >= flow_.moved_ms) return MovedOn();
  return {};
}

Status FlowWork::CheckUndo() {
  if (OnlyCarries()) return {};
  for (const FlowGoods& goods : flow_.goods) {
    const CodeItem item = book_.Find(goods.code).value();
    if (goods.shared) {
      SUYUAN_RETURN_IF_ERROR(CheckUndoShared(goods, item));
    } else if (goods.in_gap) {
      const auto& gap = item.unit.gap;
      if (!gap || gap->last_flow != id_ || !gap->pending.is_zero()) return MovedOn();
    } else if (!goods.inside) {
      SUYUAN_RETURN_IF_ERROR(CheckUndoUnit(item));
    }
  }
  for (const auto& left : Left())
    SUYUAN_RETURN_IF_ERROR(CheckUndoUnit(book_.Find(left.first).value()));
  return {};
}

std::map<std::string, std::vector<LeftStep>> FlowWork::Left() const {
  std::map<std::string, std::vector<LeftStep>> left;
  ctx_.state.Scan(Namespace::kLeft, id_.view(), [&](ByteView key, ByteView value) {
    if (!key.starts_with(id_.view())) return false;
    left.emplace(key.substr(EntityId::kSize), DecodeLeft(value));
    return true;
  });
  return left;
}

// Holder and last flow of a code before this flow moved it, and what of its way up is left then:
// without this flow a container may not have moved since the link was made.
FlowWork::Past FlowWork::PastOf(const std::map<std::string, std::vector<LeftStep>>& left,
                                const std::string& code) {
  // Contents whose state alone changed moved with their container.
  if (const FlowGoods* goods = FindGoods(flow_, code); goods != nullptr && !goods->inside)
    return {goods->before->holder, goods->before->last_flow, {}};
  const std::vector<LeftStep>& path = left.at(code);
  Past past = PastOf(left, path.back().container);
  past.path = path;
  for (size_t i = path.size(); i-- > 0;) {
    if (past.last_flow != path[i].link_flow) continue;
    past.last_flow = path[i].own;
    past.path.resize(i);
  }
  return past;
}

// What left a package since goes back with it, and then counts as moved by the flow before.
void FlowWork::UndoLeft() {
  const auto left = Left();
  std::map<std::string, Past> pasts;
  for (const auto& [code, path] : left) pasts.emplace(code, PastOf(left, code));
  for (const auto& [code, past] : pasts) {
    ctx_.state.Erase(Namespace::kLeft, LeftKey(id_, code));
    CodeItem item = book_.Find(code).value();
    item.unit.holder = past.holder;
    item.unit.last_flow = past.last_flow;
    change_.Save(item);
    if (past.path.empty() || past.last_flow.is_zero()) continue;
    ctx_.state.Put(Namespace::kLeft, LeftKey(past.last_flow, code), EncodeLeft(past.path));
  }
}

void FlowWork::UndoShared(const FlowGoods& goods) {
  if (!MovesHolder(flow_.type) || flow_.receiver().is_zero()) return;
  const Bytes key = HoldingKey(goods.code, goods.batch, flow_.receiver());
  Holding holding = DecodeHolding(ctx_.state.Get(Namespace::kHolding, key).value());
  --holding.receipts;
  ctx_.state.Put(Namespace::kHolding, key, EncodeHolding(holding));
}

void FlowWork::UndoUnit(const FlowGoods& goods) {
  CodeItem item = book_.Find(goods.code).value();
  if (goods.in_gap) {
    item.unit.gap = goods.before;
    change_.Save(item);
    return;
  }
  if (!HeldUp(item.entity.state)) item.entity.state = goods.before->state;
  if (!goods.inside) {
    item.unit.holder = goods.before->holder;
    item.unit.last_flow = goods.before->last_flow;
  }
  change_.Save(item);
  if (goods.was_inside) change_.PutBack(item);
}

void FlowWork::Undo() {
  if (OnlyCarries()) return;
  UndoLeft();
  for (const FlowGoods& goods : flow_.goods) {
    if (goods.shared) {
      UndoShared(goods);
    } else {
      UndoUnit(goods);
    }
  }
  flow_.gaps = 0;
}

Status FlowWork::Reject(const std::vector<std::pair<std::string, Place>>& codes) {
  for (const auto& [code, place] : codes) {
    auto item = book_.Find(code);
    const CodeItem* at = item ? &*item : nullptr;
    std::optional<CodeItem> up;
    while (at != nullptr &&
           FindGoods(flow_, at->code, at->shared ? at->batch : EntityId()) == nullptr) {
      const UnitLink* link = at->unit.Container();
      up = link == nullptr ? std::nullopt : book_.Find(link->parent);
      at = up ? &*up : nullptr;
    }
    if (at == nullptr ||
        (item->shared && at == &*item && FindGoods(flow_, code, item->batch)->inside))
      return RefuseAt(place, ErrorCode::kRef, "the flow names no such goods");
    const FlowGoods* goods = FindGoods(flow_, at->code, at->shared ? at->batch : EntityId());
    if (goods->in_gap) return RefuseAt(place, ErrorCode::kState, "the goods have an open gap");
    if (at != &*item) {
      change_.TakeOut(*item);
      continue;
    }
    if (!item->shared && item->unit.pending == id_) {
      item->unit.pending = {};
      change_.Save(*item);
      if (goods->was_inside) change_.PutBack(*item);
    }
    flow_.goods.erase(flow_.goods.begin() + (goods - flow_.goods.data()));
  }
  const bool some = std::ranges::any_of(flow_.goods, [](const FlowGoods& g) { return !g.inside; });
  if (some || codes.empty()) return {};
  return RefuseAt(codes.front().second, ErrorCode::kFormat, "nothing of the flow is left");
}

void FlowWork::Adopt(const PartyId& party) {
  if (flow_.receiving) return;  // what came from it stays where it is
  for (const FlowGoods& goods : flow_.goods) {
    CodeItem item = book_.Find(goods.code).value();
    if (goods.shared) {
      change_.Receive(item, goods.batch, party);
    } else if (goods.inside) {
      continue;
    } else if (goods.in_gap) {
      if (!item.unit.gap || item.unit.gap->last_flow != id_) continue;
      item.unit.gap->holder = party;
      change_.Save(item);
    } else if (item.unit.last_flow == id_ && book_.Real(item).last_flow == id_) {
      item.unit.holder = party;
      change_.Save(item);
    }
  }
}

}  // namespace suyuan::contracts
