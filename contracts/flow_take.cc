// FlowWork: the goods of a new record.
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_work.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

bool IsComponent(const CodeItem& item) {
  return item.unit.composite && item.unit.composite->kind == LinkKind::kBundle &&
         item.unit.composite->inside;
}

}  // namespace

bool MayMove(FlowType type, EntityState state) {
  using E = EntityState;
  switch (type) {
    case FlowType::kSale:
    case FlowType::kPurchase:
    case FlowType::kUse:
    case FlowType::kDelivery:
      return state == E::kInCirculation;
    case FlowType::kTransport:
    case FlowType::kStorage:
    case FlowType::kDisposal:
      return state == E::kInCirculation || state == E::kFrozen || state == E::kRecalled ||
             state == E::kReturnedCode;
    case FlowType::kReturn:
      return state == E::kInCirculation || state == E::kEndUse || state == E::kFrozen;
    case FlowType::kRecallReturn:
      return state == E::kRecalled;
  }
  return false;
}

Status FlowWork::CheckState(const CodeItem& item, const EntityId& batch, EntityState own,
                            const Place& place) {
  if (item.unit.is_package() && (own == EntityState::kIssued || own == EntityState::kPrinted))
    own = EntityState::kInCirculation;  // its first flow puts it there
  const EntityState state = book_.Effective(item, own, batch);
  if (MayMove(flow_.type, state)) return {};
  const bool held_up = state == EntityState::kFrozen || state == EntityState::kRecalled;
  const bool way_back = flow_.type == FlowType::kReturn || flow_.type == FlowType::kRecallReturn;
  return RefuseAt(place, held_up && !way_back ? ErrorCode::kFrozen : ErrorCode::kState,
                  "not allowed in state " + std::string(ToString(state)));
}

Result<FlowWork::View> FlowWork::ViewOf(const CodeItem& item, const Place& place) {
  View view;
  view.standing = book_.Real(item);
  const auto gap = book_.Gap(item);
  const auto holds = [&](const Standing& s, const PartyId& party) { return s.holder == party; };
  const bool from_outside = flow_.receiving && flow_.giver_kind != SideKind::kRegistered;
  if (from_outside) {
    if (holds(gap ? *gap : view.standing, flow_.recorder))
      return RefuseAt(place, ErrorCode::kHolder, "the receiving side holds the unit already");
    view.in_gap = gap || !book_.IsOutside(view.standing.holder);
    view.opens_gap = view.in_gap && !gap;
    if (gap) view.standing = *gap;
    return view;
  }
  if (flow_.receiving) return view;  // the giving side is tested when it confirms
  const PartyId giver = OneParty() && !flow_.other.is_zero() ? flow_.other : flow_.recorder;
  if (!holds(view.standing, giver)) {
    if (!gap || !holds(*gap, giver))
      return RefuseAt(place, ErrorCode::kHolder, "the giving side does not hold the unit");
    view.in_gap = true;
    view.standing = *gap;
  }
  if (!view.standing.pending.is_zero())
    return RefuseAt(place, ErrorCode::kBalance, "the unit is reserved by a pending flow");
  return view;
}

// EN-5.3-j, D-39.
Status FlowWork::CheckLinks(const CodeItem& item, const Place& place) {
  if (flow_.part_sale && item.role != CodeRole::kChild) {
    return RefuseAt({record_, flow_field::kPartSale}, ErrorCode::kLevel,
                    "only of a child's length a part can be sold");
  }
  const bool alone = flow_.type == FlowType::kSale || flow_.type == FlowType::kPurchase ||
                     flow_.type == FlowType::kUse || flow_.type == FlowType::kDelivery;
  if (alone && IsComponent(item))
    return RefuseAt(place, ErrorCode::kLink, "a component is not sold or used without its bundle");
  if (item.unit.is_package() && item.unit.contents == 0)
    return RefuseAt(place, ErrorCode::kLink, "the package is empty");
  return {};
}

// What is inside moves along; it has to be movable, too, and is not named a second time.
Status FlowWork::CheckInside(const NamedGoods& named, GoodsReader& reader,
                             const std::set<ByteView>& codes) {
  size_t seen = 0;
  return book_.ForEachInside(named.item.code, [&](Content& inside) -> Status {
    CodeItem& item = inside.item;
    if (++seen > kGoodsMax || flow_.goods.size() > kGoodsMax)
      return RefuseAt(named.place, ErrorCode::kSize, "more codes than one flow can move");
    if (!item.shared && codes.contains(item.code))
      return RefuseAt(named.place, ErrorCode::kFormat, "what is inside is named a second time");
    reader.Use(item);
    std::vector<EntityId> batches = {item.batch};
    if (item.per_product()) batches = reader.BatchesOf(item);
    if (batches.empty()) {
      return RefuseAt({record_, flow_field::kFlowBatches}, ErrorCode::kMissing,
                      "a product's code needs the batch of the goods");
    }
    for (const EntityId& batch : batches) {
      // Frozen or recalled contents hold up the container as a whole, which was checked.
      const EntityState own = item.unit.is_package()
                                  ? EntityState::kInCirculation
                                  : book_.WithBatch(item, item.entity.state, batch);
      if (!MayMove(flow_.type, own) && !MayMove(FlowType::kDisposal, own)) {
        return RefuseAt(named.place, ErrorCode::kState,
                        "something inside is in state " + std::string(ToString(own)));
      }
      if (!item.shared) continue;
      FlowGoods goods;
      goods.code = item.code;
      goods.shared = goods.inside = true;
      goods.batch = batch;
      flow_.goods.push_back(std::move(goods));
    }
    return {};
  });
}

// C26, GR-6.1.2-c: the release said that the goods leave packed.
void FlowWork::AlertUnpacked(const CodeItem& item) {
  if (flow_.type != FlowType::kSale || item.batch.is_zero() || item.unit.package) return;
  const BatchInfo* info = book_.FindBatch(item.batch);
  const bool first = item.shared || item.unit.last_flow.is_zero();
  const bool packed =
      item.unit.part < info->batch.parts.size() && info->batch.parts[item.unit.part].packed;
  if (!first || !packed || info->batch.owner != flow_.recorder) return;
  if (!unpacked_.insert(item.batch).second) return;
  ctx_.effects.push_back(
      {EffectKind::kAlert, record_, EntityKind::kBatch, item.batch.str(), "UNPACKED"});
}

Status FlowWork::TakeOne(const NamedGoods& named, GoodsReader& reader,
                         const std::set<ByteView>& codes) {
  const CodeItem& item = named.item;
  FlowGoods goods;
  goods.code = item.code;
  goods.shared = item.shared;
  goods.batch = item.shared ? named.batch : EntityId();
  EntityState own = item.entity.state;
  if (item.shared) {
    const PartyId giver = OneParty() && !flow_.other.is_zero() ? flow_.other : flow_.recorder;
    if (!flow_.receiving && !book_.HoldsShared(item, named.batch, giver))
      return RefuseAt(named.place, ErrorCode::kHolder, "the giving side holds none of these goods");
  } else {
    SUYUAN_ASSIGN_OR_RETURN(const View view, ViewOf(item, named.place));
    goods.in_gap = view.in_gap;
    if (view.in_gap && flow_.part_sale) {
      return RefuseAt(named.place, ErrorCode::kHolder,
                      "while its gap is open a child is not sold in part");
    }
    if (view.in_gap) own = view.standing.state;
    gap_opened_ = gap_opened_ || view.opens_gap;
    flow_.gaps += view.in_gap ? 1 : 0;
  }
  SUYUAN_RETURN_IF_ERROR(CheckState(item, named.batch, own, named.place));
  SUYUAN_RETURN_IF_ERROR(CheckLinks(item, named.place));
  flow_.goods.push_back(std::move(goods));
  if (item.unit.contents != 0) SUYUAN_RETURN_IF_ERROR(CheckInside(named, reader, codes));
  AlertUnpacked(item);
  return {};
}

Status FlowWork::Take(const std::vector<NamedGoods>& named, GoodsReader& reader) {
  std::set<ByteView> codes;
  for (const NamedGoods& goods : named) codes.insert(goods.item.code);
  for (const NamedGoods& goods : named) SUYUAN_RETURN_IF_ERROR(TakeOne(goods, reader, codes));
  SUYUAN_RETURN_IF_ERROR(reader.CheckBatchesUsed());
  const auto key = [](const FlowGoods& g) { return std::tie(g.code, g.batch, g.inside); };
  std::ranges::sort(flow_.goods, {}, key);
  // A batch code that lies in a hundred boxes is one holding.
  // (std::ranges::unique is beyond clang 14 with this standard library.)
  const auto twins = [](const FlowGoods& a, const FlowGoods& b) {
    return std::tie(a.code, a.batch) == std::tie(b.code, b.batch);
  };
  flow_.goods.erase(std::unique(flow_.goods.begin(), flow_.goods.end(), twins), flow_.goods.end());
  return {};
}

// What moves alone leaves what contains it; in an open gap the links of the holder that the ledger
// shows stay as they are.
void FlowWork::TakeOutAll() {
  if (OnlyCarries()) return;
  for (FlowGoods& goods : flow_.goods) {
    if (goods.shared || goods.inside || goods.in_gap) continue;
    CodeItem item = book_.Find(goods.code).value();
    if (item.unit.Container() == nullptr) continue;
    goods.was_inside = !item.unit.package && item.unit.composite && item.unit.composite->inside;
    change_.TakeOut(item);
  }
}

void FlowWork::Reserve() {
  TakeOutAll();
  for (const FlowGoods& goods : flow_.goods) {
    if (goods.shared || goods.inside) continue;
    CodeItem item = book_.Find(goods.code).value();
    if (goods.in_gap) {
      item.unit.gap = book_.Gap(item);
      item.unit.gap->pending = id_;
    } else {
      item.unit.pending = id_;
    }
    change_.Save(item);
    CirculatePackages(goods.code);
  }
}

}  // namespace suyuan::contracts
