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

std::optional<Claim> FindClaim(const StateReader& state, ByteView claim_key) {
  const auto value = state.Get(Namespace::kCodeClaim, claim_key);
  if (!value) return std::nullopt;
  return DecodeClaim(*value);
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

EntityState TakeOver(EntityState own, EntityState from, bool restored) {
  // What is void, disposed of or back with its producer is beyond any recall.
  if (own == EntityState::kVoided || own == EntityState::kDisposed ||
      own == EntityState::kReturnedCode) {
    return own;
  }
  if (from == EntityState::kVoided) return from;
  const bool recalled = from == EntityState::kRecalled || from == EntityState::kRecallClosed;
  if (own == EntityState::kRecalled || (recalled && !restored)) return EntityState::kRecalled;
  return from == EntityState::kFrozen ? EntityState::kFrozen : own;
}

}  // namespace suyuan::contracts
