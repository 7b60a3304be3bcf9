#include "contracts/unit_book.h"

#include "common/codec.h"
#include "contracts/entity_access.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

// FROZEN and RECALLED pass on to what they touch.
EntityState Take(EntityState own, EntityState from) {
  if (from == EntityState::kRecalled || from == EntityState::kFrozen) return TakeOver(own, from);
  return own;
}

}  // namespace

std::optional<Claim> UnitBook::FindClaimOf(ByteView code) {
  const ByteView key = ShapeOf(code).claim_key;
  if (last_claim_ && key == last_key_) return last_claim_;
  last_claim_ = FindClaim(state_, key);
  last_key_ = std::string(key);
  return last_claim_;
}

UnitBook::KnownBatch* UnitBook::Know(const EntityId& id) {
  auto& known = batches_[id];
  if (known) return known.get();
  const auto entity = LoadEntity(state_, EntityKind::kBatch, id.view());
  if (!entity) return nullptr;
  known = std::make_unique<KnownBatch>();
  known->info = {entity->state, DecodeBatch(entity->content)};
  for (size_t p = 0; p < known->info.batch.parts.size(); ++p)
    known->cursors.emplace_back(state_, id, static_cast<uint16_t>(p));
  return known.get();
}

const BatchInfo* UnitBook::FindBatch(const EntityId& id) {
  const KnownBatch* known = Know(id);
  return known == nullptr ? nullptr : &known->info;
}

std::optional<uint16_t> UnitBook::FindPart(KnownBatch& known, ByteView code) {
  const std::vector<CodePart>& parts = known.info.batch.parts;
  for (size_t p = 0; p < parts.size(); ++p) {
    if (code < parts[p].first || code > parts[p].last) continue;
    if (known.cursors[p].Contains(code)) return static_cast<uint16_t>(p);
  }
  return std::nullopt;
}

std::optional<CodeItem> UnitBook::Find(ByteView code) {
  const auto claim = FindClaimOf(code);
  if (!claim) return std::nullopt;
  CodeItem item;
  item.code = std::string(code);
  auto own = LoadEntity(state_, EntityKind::kCode, code);
  if (claim->kind != EntityKind::kBatch) {
    if (!own) return std::nullopt;
    item.unit = DecodeUnit(own->content);
    item.entity = *std::move(own);
    item.shared = claim->kind == EntityKind::kProduct;
    if (!item.shared) item.role = CodeRole::kPackage;
    return item;
  }
  KnownBatch* known = Know(claim->id);
  const auto part = FindPart(*known, code);
  if (!part) return std::nullopt;
  const Batch& batch = known->info.batch;
  item.batch = claim->id;
  item.role = batch.parts[*part].role;
  if (own) {
    item.unit = DecodeUnit(own->content);
    item.entity = *own;
  } else {
    item.unit.claim = *claim;
    item.unit.part = *part;
    item.unit.holder = batch.owner;
  }
  item.entity.state = UnitStateOf(own, batch.parts[*part].state);
  item.shared = !HasUnitCodes(batch.level) || item.unit.shared;
  return item;
}

Standing UnitBook::Real(const CodeItem& item) {
  Standing s{item.entity.state, item.unit.holder, item.unit.pending, item.unit.last_flow};
  const UnitLink* link = item.unit.Container();
  if (link == nullptr) return s;
  const Standing around = Real(Find(link->parent).value());
  s.holder = around.holder;
  if (s.pending.is_zero()) s.pending = around.pending;
  if (around.last_flow != link->link_flow) s.last_flow = around.last_flow;
  return s;
}

std::optional<Standing> UnitBook::Gap(const CodeItem& item) {
  if (item.unit.gap) return item.unit.gap;
  const UnitLink* link = item.unit.Container();
  if (link == nullptr) return std::nullopt;
  auto around = Gap(Find(link->parent).value());
  // What was used up or disposed of with its container is so itself.
  const bool over =
      around && (around->state == EntityState::kEndUse || around->state == EntityState::kDisposed);
  if (around && !over) around->state = item.entity.state;
  return around;
}

bool UnitBook::IsOutside(const PartyId& party) {
  if (party.is_zero()) return true;
  const auto [known, first] = outside_.try_emplace(party, false);
  if (first) {
    const auto entity = LoadEntity(state_, EntityKind::kParty, party.view());
    known->second =
        !entity || entity->state == EntityState::kRevoked || entity->state == EntityState::kClosed;
  }
  return known->second;
}

bool UnitBook::HoldsShared(const CodeItem& item, const EntityId& batch, const PartyId& party) {
  if (!item.unit.shared) {
    const BatchInfo* info = FindBatch(batch);
    if (info != nullptr && info->batch.owner == party && info->batch.released_ms != 0) return true;
  }
  const auto value = state_.Get(Namespace::kHolding, HoldingKey(item.code, batch, party));
  return value && DecodeHolding(*value).receipts != 0;
}

bool UnitBook::HoldsSome(const CodeItem& item, const PartyId& party) {
  // The unit's own holder is its manufacturer as long as it is shared by its level.
  if (!item.unit.shared && item.unit.holder == party) return true;
  const Bytes prefix = Writer().Sized8(item.code).Take();
  bool holds = false;
  state_.Scan(Namespace::kHolding, prefix, [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    holds = key.ends_with(party.view()) && DecodeHolding(value).receipts != 0;
    return !holds;
  });
  return holds;
}

EntityState UnitBook::WithBatch(const CodeItem& item, EntityState own, const EntityId& batch) {
  const BatchInfo* info = FindBatch(item.batch.is_zero() ? batch : item.batch);
  if (info == nullptr) return own;
  if (item.per_product()) {
    if (own == EntityState::kVoided) return own;
    // The batch says how far its share of the code has come.
    if (info->batch.released_ms != 0)
      own = EntityState::kInCirculation;
    else if (own == EntityState::kInCirculation)
      own = EntityState::kPrinted;
  }
  return TakeOver(own, info->state, item.unit.restored);
}

EntityState UnitBook::Effective(const CodeItem& item, EntityState own, const EntityId& batch) {
  EntityState state = WithBatch(item, own, batch);
  std::optional<CodeItem> at = item;
  while (const UnitLink* link = at->unit.Container()) {
    at = Find(link->parent);
    state = Take(state, WithBatch(*at, at->entity.state, batch));
  }
  if (item.unit.contents == 0) return state;
  const Status walked = ForEachInside(item.code, [&](Content& inside) -> Status {
    state = Take(state, WithBatch(inside.item, inside.item.entity.state, batch));
    return {};
  });
  SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
  return state;
}

std::vector<Content> UnitBook::Links(ByteView container) {
  const Bytes prefix = LinkKey(container, {});
  std::vector<std::pair<std::string, LinkValue>> found;
  state_.Scan(Namespace::kLink, prefix, [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    found.emplace_back(std::string(key.substr(prefix.size())), DecodeLink(value));
    return true;
  });
  std::vector<Content> out;
  out.reserve(found.size());
  for (const auto& [code, link] : found) out.push_back({Find(code).value(), link});
  return out;
}

std::vector<Content> UnitBook::Inside(ByteView container) {
  std::vector<Content> out = Links(container);
  std::erase_if(out, [](const Content& content) { return !content.link.inside; });
  return out;
}

Status UnitBook::ForEachInside(ByteView container, const std::function<Status(Content&)>& visit) {
  for (Content& content : Inside(container)) {
    SUYUAN_RETURN_IF_ERROR(visit(content));
    if (content.item.unit.contents != 0)
      SUYUAN_RETURN_IF_ERROR(ForEachInside(content.item.code, visit));
  }
  return {};
}

}  // namespace suyuan::contracts
