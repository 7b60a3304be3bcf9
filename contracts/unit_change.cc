#include "contracts/unit_change.h"

#include "common/codec.h"
#include "contracts/entity_access.h"

namespace suyuan::contracts {

using ledger::EntityKind;

void UnitChange::Save(CodeItem& item) {
  item.entity.content = EncodeUnit(item.unit);
  SaveQuietly(ctx_, {record_, EntityKind::kCode, item.code}, item.entity);
}

void UnitChange::SaveShown(CodeItem& item) {
  item.entity.content = EncodeUnit(item.unit);
  item.entity = SaveEntity(ctx_, {record_, EntityKind::kCode, item.code}, std::move(item.entity));
}

void UnitChange::WriteLink(const std::string& parent, const std::string& code,
                           const LinkValue& link) {
  ctx_.state.Put(Namespace::kLink, LinkKey(parent, code), EncodeLink(link));
}

void UnitChange::CountContents(const std::string& parent, int by) {
  CodeItem container = book_.Find(parent).value();
  container.unit.contents += static_cast<uint32_t>(by);
  // 6.4: an emptied package is free for new contents.
  const bool emptied = container.unit.is_package() && container.unit.contents == 0 && by < 0 &&
                       container.entity.state == EntityState::kInCirculation;
  if (emptied) container.entity.state = EntityState::kIssued;
  emptied ? SaveShown(container) : Save(container);
}

void UnitChange::Link(CodeItem& parent, CodeItem& item, LinkValue link) {
  link.link_flow = book_.Real(parent).last_flow;
  link.shared = item.shared;
  WriteLink(parent.code, item.code, link);
  if (!item.shared) {
    const UnitLink side{parent.code, link.kind, link.link_flow, true};
    (link.kind == LinkKind::kPackage ? item.unit.package : item.unit.composite) = side;
    Save(item);
  }
  CountContents(parent.code, 1);
  parent = book_.Find(parent.code).value();
}

void UnitChange::Settle(CodeItem& item) {
  const Standing real = book_.Real(item);
  const auto gap = book_.Gap(item);
  if (real.last_flow != item.unit.last_flow) {
    // It moved inside a container; remember how, so that the flow can take it back.
    std::vector<LeftStep> path;
    for (CodeItem at = item; at.unit.last_flow != real.last_flow;) {
      const UnitLink link = *at.unit.Container();
      path.push_back({at.unit.last_flow, link.link_flow, link.parent});
      at = book_.Find(link.parent).value();
    }
    ctx_.state.Put(Namespace::kLeft, LeftKey(real.last_flow, item.code), EncodeLeft(path));
  }
  item.unit.holder = real.holder;
  item.unit.last_flow = real.last_flow;
  item.unit.gap = gap;
}

void UnitChange::Unlink(const std::string& parent, CodeItem& item) {
  if (item.shared) {
    ctx_.state.Erase(Namespace::kLink, LinkKey(parent, item.code));
  } else {
    const bool packed = item.unit.package && item.unit.package->parent == parent;
    const bool inside = item.unit.Container() != nullptr && item.unit.Container()->parent == parent;
    if (inside) Settle(item);
    (packed ? item.unit.package : item.unit.composite).reset();
    ctx_.state.Erase(Namespace::kLink, LinkKey(parent, item.code));
    Save(item);
    if (!inside) return;
  }
  CountContents(parent, -1);
}

void UnitChange::TakeOut(CodeItem& item) {
  if (item.unit.package) Unlink(std::string(item.unit.package->parent), item);
  if (!item.unit.composite || !item.unit.composite->inside) return;
  Settle(item);
  UnitLink& link = *item.unit.composite;
  link.inside = false;
  link.link_flow = book_.Real(book_.Find(link.parent).value()).last_flow;
  const Bytes key = LinkKey(link.parent, item.code);
  LinkValue value = DecodeLink(ctx_.state.Get(Namespace::kLink, key).value());
  value.inside = false;
  WriteLink(link.parent, item.code, value);
  Save(item);
  CountContents(link.parent, -1);
}

bool UnitChange::PutBack(CodeItem& item) {
  UnitLink& link = *item.unit.composite;
  CodeItem parent = book_.Find(link.parent).value();
  const Standing around = book_.Real(parent);
  if (around.holder != item.unit.holder || !around.pending.is_zero() ||
      around.last_flow != link.link_flow) {
    return false;
  }
  if (parent.role == CodeRole::kParent && parent.entity.state == EntityState::kEndUse) {
    parent.entity.state = EntityState::kInCirculation;  // its last child is back
    SaveShown(parent);
  }
  link.inside = true;
  const Bytes key = LinkKey(link.parent, item.code);
  LinkValue value = DecodeLink(ctx_.state.Get(Namespace::kLink, key).value());
  value.inside = true;
  WriteLink(link.parent, item.code, value);
  Save(item);
  CountContents(link.parent, 1);
  return true;
}

void UnitChange::Receive(const CodeItem& item, const EntityId& batch, const PartyId& party) {
  const Bytes key = HoldingKey(item.code, batch, party);
  const auto value = ctx_.state.Get(Namespace::kHolding, key);
  Holding holding = value ? DecodeHolding(*value) : Holding();
  ++holding.receipts;
  ctx_.state.Put(Namespace::kHolding, key, EncodeHolding(holding));
}

void UnitChange::Give(const CodeItem& item, const EntityId& batch, const PartyId& party) {
  const Bytes key = HoldingKey(item.code, batch, party);
  const auto value = ctx_.state.Get(Namespace::kHolding, key);
  Holding holding = value ? DecodeHolding(*value) : Holding();
  holding.gave_ms = ctx_.block_time_ms;
  ctx_.state.Put(Namespace::kHolding, key, EncodeHolding(holding));
}

}  // namespace suyuan::contracts
