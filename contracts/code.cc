#include "contracts/code.h"

#include <algorithm>

#include "common/codec.h"
#include "contracts/entity_access.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

// Next "/"-separated piece of `rest`, which loses it.
ByteView TakePiece(ByteView& rest) {
  const size_t end = std::min(rest.find('/'), rest.size());
  const ByteView piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

int Progress(EntityState state) {
  switch (state) {
    case EntityState::kIssued:
      return 1;
    case EntityState::kPrinted:
      return 2;
    case EntityState::kInCirculation:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

CodeShape ShapeOf(ByteView canonical) {
  CodeShape shape;
  shape.claim_key = canonical;
  ByteView rest = canonical;
  const ByteView head = TakePiece(rest);
  if (head == "00") {
    shape.scheme = Scheme::kGs1;
    shape.package = true;
    return shape;
  }
  if (head != "01") {
    shape.scheme = ParseScheme(head);
    return shape;
  }
  shape.scheme = Scheme::kGs1;
  shape.gtin = TakePiece(rest);
  while (!rest.empty()) {
    const ByteView ai = TakePiece(rest);
    const ByteView value = TakePiece(rest);
    if (ai == "10") {
      shape.lot = true;
      const auto end = static_cast<size_t>(value.data() + value.size() - canonical.data());
      shape.claim_key = canonical.substr(0, end);
    }
    shape.serial = shape.serial || ai == "21";
  }
  return shape;
}

Bytes EncodeClaim(const Claim& claim) {
  Writer out;
  out.U8(static_cast<uint8_t>(claim.kind)).Raw(claim.id);
  return out.Take();
}

std::optional<Claim> FindClaim(const StateReader& state, ByteView claim_key) {
  const auto value = state.Get(Namespace::kCodeClaim, claim_key);
  if (!value) return std::nullopt;
  Reader in(*value);
  Claim claim;
  claim.kind = static_cast<EntityKind>(in.U8());
  claim.id = in.Take<EntityId>();
  SUYUAN_CHECK(in.Finish("claim").ok(), "claim value");
  return claim;
}

Bytes EncodeUnit(const Unit& unit) {
  Writer out;
  out.Raw(ByteView(EncodeClaim(unit.claim))).U16(unit.part).Raw(unit.holder);
  out.U8(unit.restored ? 1 : 0);
  return out.Take();
}

Unit DecodeUnit(ByteView content) {
  Reader in(content);
  Unit unit;
  unit.claim.kind = static_cast<EntityKind>(in.U8());
  unit.claim.id = in.Take<EntityId>();
  unit.part = in.U16();
  unit.holder = in.Take<PartyId>();
  unit.restored = in.U8() != 0;
  SUYUAN_CHECK(in.Finish("unit").ok(), "unit value");
  return unit;
}

EntityState UnitStateOf(const std::optional<Entity>& own, EntityState part_state) {
  if (!own) return part_state;
  const int mine = Progress(own->state);
  return mine != 0 && mine < Progress(part_state) ? part_state : own->state;
}

Bytes ChunkKey(const EntityId& batch, uint16_t part, ByteView first_code) {
  Writer key;
  key.Raw(batch).U16(part).Raw(first_code);
  return key.Take();
}

std::vector<ByteView> CodesOfChunk(ByteView value) {
  std::vector<ByteView> codes;
  codes.reserve(kCodesPerChunk);
  Reader in(value);
  while (!in.empty()) {
    codes.push_back(in.Sized());
    in.U8();
    SUYUAN_CHECK(!in.failed(), "code chunk");
  }
  return codes;
}

ChunkCursor::ChunkCursor(const StateReader& state, const EntityId& batch, uint16_t part)
    : state_(state), prefix_(ChunkKey(batch, part, {})) {}

void ChunkCursor::Load(ByteView code) {
  codes_.clear();
  auto found = state_.LastAtMost(Namespace::kCodeChunk, prefix_ + Bytes(code));
  if (!found || !found->first.starts_with(prefix_)) return;
  value_ = std::move(found->second);
  codes_ = CodesOfChunk(value_);
}

bool ChunkCursor::Contains(ByteView code) {
  if (codes_.empty() || code < codes_.front() || code > codes_.back()) Load(code);
  return std::ranges::binary_search(codes_, code);
}

std::vector<std::string> ChunkCursor::Range(ByteView first, ByteView last, size_t max) const {
  std::vector<std::string> codes;
  const auto start = state_.LastAtMost(Namespace::kCodeChunk, prefix_ + Bytes(first));
  const bool inside = start && start->first.starts_with(prefix_);
  const auto visit = [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix_)) return false;
    for (const ByteView code : CodesOfChunk(value)) {
      if (code > last || codes.size() > max) return false;
      if (code >= first) codes.emplace_back(code);
    }
    return true;
  };
  state_.Scan(Namespace::kCodeChunk, inside ? start->first : prefix_, visit);
  return codes;
}

std::optional<uint16_t> FindPart(const StateReader& state, const EntityId& id, const Batch& batch,
                                 ByteView code) {
  for (size_t i = 0; i < batch.parts.size(); ++i) {
    if (code < batch.parts[i].first || code > batch.parts[i].last) continue;
    const auto part = static_cast<uint16_t>(i);
    if (ChunkCursor(state, id, part).Contains(code)) return part;
  }
  return std::nullopt;
}

EntityState StricterState(EntityState own, EntityState batch) {
  for (const EntityState strict : {EntityState::kVoided, EntityState::kRecalled}) {
    if (own == strict || batch == strict) return strict;
  }
  return batch == EntityState::kFrozen ? EntityState::kFrozen : own;
}

namespace {

// A per_product code: its state stands in its own entry, whatever batches share it.
std::optional<CodeResolution> ResolveShared(const StateReader& state, ByteView code,
                                            const EntityId& id) {
  const auto product = LoadEntity(state, EntityKind::kProduct, id.view());
  const auto own = LoadEntity(state, EntityKind::kCode, code);
  if (!product || !own) return std::nullopt;
  CodeResolution found;
  found.own = found.effective = own->state;
  found.product = id;
  found.product_state = product->state;
  found.producer = DecodeProduct(product->content).owner;
  found.holder = DecodeUnit(own->content).holder;
  const Bytes last = id.str() + Bytes(EntityId::kSize, '\xFF');
  if (const auto batch = state.LastAtMost(Namespace::kBatchOfProduct, last);
      batch && batch->first.starts_with(id.view())) {
    found.batch = EntityId::From(batch->second).value();
    found.batch_state = LoadEntity(state, EntityKind::kBatch, found.batch->view())->state;
  }
  return found;
}

}  // namespace

std::optional<CodeResolution> ResolveCode(const StateReader& state, ByteView canonical) {
  const auto claim = FindClaim(state, ShapeOf(canonical).claim_key);
  if (!claim) return std::nullopt;
  if (claim->kind == EntityKind::kProduct) return ResolveShared(state, canonical, claim->id);
  const auto entity = LoadEntity(state, EntityKind::kBatch, claim->id.view());
  const Batch batch = DecodeBatch(entity->content);
  const auto part = FindPart(state, claim->id, batch, canonical);
  if (!part) return std::nullopt;
  const auto own = LoadEntity(state, EntityKind::kCode, canonical);
  CodeResolution found;
  found.own = UnitStateOf(own, batch.parts[*part].state);
  const bool restored = own && DecodeUnit(own->content).restored;
  found.effective = restored ? found.own : StricterState(found.own, entity->state);
  found.role = batch.parts[*part].role;
  found.product = batch.product;
  found.product_state = LoadEntity(state, EntityKind::kProduct, batch.product.view())->state;
  found.batch = claim->id;
  found.batch_state = entity->state;
  found.part = part;
  found.producer = batch.owner;
  found.holder = own ? DecodeUnit(own->content).holder : batch.owner;
  return found;
}

}  // namespace suyuan::contracts
