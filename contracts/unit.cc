#include "contracts/unit.h"

#include <algorithm>
#include <array>

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

constexpr uint8_t kRestoredFlag = 1, kSharedFlag = 2, kPackageFlag = 4, kCompositeFlag = 8,
                  kDataFlag = 16, kGapFlag = 32;
constexpr uint8_t kInsideFlag = 1, kSharedLinkFlag = 2;
constexpr std::array<std::string_view, 4> kKindWords = {"package", "bundle", "parent_child",
                                                        "alias"};

uint8_t FlagsOf(const Unit& unit) {
  return static_cast<uint8_t>((unit.restored ? kRestoredFlag : 0) |
                              (unit.shared ? kSharedFlag : 0) | (unit.package ? kPackageFlag : 0) |
                              (unit.composite ? kCompositeFlag : 0) |
                              (unit.issuer ? kDataFlag : 0) | (unit.gap ? kGapFlag : 0));
}

void WriteLink(Writer& out, const UnitLink& link) {
  if (link.kind != LinkKind::kPackage) out.U8(static_cast<uint8_t>(link.kind));
  out.Sized8(link.parent).Raw(link.link_flow);
  if (link.kind != LinkKind::kPackage) out.U8(link.inside ? 1 : 0);
}

UnitLink ReadLink(Reader& in, bool package) {
  UnitLink link;
  if (!package) link.kind = static_cast<LinkKind>(in.U8());
  link.parent = std::string(in.Sized8());
  link.link_flow = in.Take<EntityId>();
  if (!package) link.inside = in.U8() != 0;
  return link;
}

Claim ReadClaim(Reader& in) {
  Claim claim;
  claim.kind = static_cast<EntityKind>(in.U8());
  claim.id = in.Take<EntityId>();
  return claim;
}

}  // namespace

Bytes EncodeClaim(const Claim& claim) {
  Writer out;
  out.U8(static_cast<uint8_t>(claim.kind)).Raw(claim.id);
  return out.Take();
}

Claim DecodeClaim(ByteView bytes) {
  Reader in(bytes);
  const Claim claim = ReadClaim(in);
  SUYUAN_CHECK(in.Finish("claim").ok(), "claim value");
  return claim;
}

std::optional<LinkKind> ParseLinkKind(std::string_view word) {
  const auto it = std::ranges::find(kKindWords, word);
  if (it == kKindWords.end()) return std::nullopt;
  return static_cast<LinkKind>(it - kKindWords.begin() + 1);
}

std::string_view ToString(LinkKind kind) { return kKindWords[static_cast<size_t>(kind) - 1]; }

const UnitLink* Unit::Container() const {
  if (package) return &*package;
  return composite && composite->inside ? &*composite : nullptr;
}

Bytes EncodeUnit(const Unit& unit) {
  Writer out;
  out.Raw(ByteView(EncodeClaim(unit.claim))).U16(unit.part).Raw(unit.holder).U8(FlagsOf(unit));
  out.Raw(unit.pending).Raw(unit.last_flow).U32(unit.contents);
  if (unit.package) WriteLink(out, *unit.package);
  if (unit.composite) WriteLink(out, *unit.composite);
  if (unit.issuer) out.Raw(*unit.issuer).U8(unit.package_level);
  if (unit.gap) {
    out.U8(static_cast<uint8_t>(unit.gap->state)).Raw(unit.gap->holder);
    out.Raw(unit.gap->pending).Raw(unit.gap->last_flow);
  }
  return out.Take();
}

Unit DecodeUnit(ByteView content) {
  Reader in(content);
  Unit unit;
  unit.claim = ReadClaim(in);
  unit.part = in.U16();
  unit.holder = in.Take<PartyId>();
  const uint8_t flags = in.U8();
  unit.restored = (flags & kRestoredFlag) != 0;
  unit.shared = (flags & kSharedFlag) != 0;
  unit.pending = in.Take<EntityId>();
  unit.last_flow = in.Take<EntityId>();
  unit.contents = in.U32();
  if ((flags & kPackageFlag) != 0) unit.package = ReadLink(in, true);
  if ((flags & kCompositeFlag) != 0) unit.composite = ReadLink(in, false);
  if ((flags & kDataFlag) != 0) {
    unit.issuer = in.Take<PartyId>();
    unit.package_level = in.U8();
  }
  if ((flags & kGapFlag) != 0) {
    Standing gap;
    gap.state = static_cast<EntityState>(in.U8());
    gap.holder = in.Take<PartyId>();
    gap.pending = in.Take<EntityId>();
    gap.last_flow = in.Take<EntityId>();
    unit.gap = gap;
  }
  SUYUAN_CHECK(in.Finish("unit").ok(), "unit value");
  return unit;
}

Bytes EncodeLink(const LinkValue& link) {
  Writer out;
  out.U8(static_cast<uint8_t>(link.kind));
  out.U8(
      static_cast<uint8_t>((link.inside ? kInsideFlag : 0) | (link.shared ? kSharedLinkFlag : 0)));
  out.Raw(link.link_flow).U64(link.from).U64(link.to);
  return out.Take();
}

LinkValue DecodeLink(ByteView value) {
  Reader in(value);
  LinkValue link;
  link.kind = static_cast<LinkKind>(in.U8());
  const uint8_t flags = in.U8();
  link.inside = (flags & kInsideFlag) != 0;
  link.shared = (flags & kSharedLinkFlag) != 0;
  link.link_flow = in.Take<EntityId>();
  link.from = in.U64();
  link.to = in.U64();
  SUYUAN_CHECK(in.Finish("link").ok(), "link value");
  return link;
}

Bytes LinkKey(ByteView parent, ByteView code) { return Writer().Sized8(parent).Raw(code).Take(); }

Bytes EncodeLeft(const std::vector<LeftStep>& path) {
  Writer out;
  out.U8(static_cast<uint8_t>(path.size()));
  for (const LeftStep& step : path) out.Raw(step.own).Raw(step.link_flow).Sized8(step.container);
  return out.Take();
}

std::vector<LeftStep> DecodeLeft(ByteView value) {
  Reader in(value);
  std::vector<LeftStep> path(in.U8());
  for (LeftStep& step : path) {
    step.own = in.Take<EntityId>();
    step.link_flow = in.Take<EntityId>();
    step.container = std::string(in.Sized8());
  }
  SUYUAN_CHECK(in.Finish("left").ok() && !path.empty(), "left value");
  return path;
}

Bytes LeftKey(const EntityId& flow, ByteView code) { return Writer().Raw(flow).Raw(code).Take(); }

Bytes EncodeHolding(const Holding& holding) {
  return Writer().U32(holding.receipts).U64(holding.gave_ms).Take();
}

Holding DecodeHolding(ByteView value) {
  Reader in(value);
  Holding holding;
  holding.receipts = in.U32();
  holding.gave_ms = in.U64();
  SUYUAN_CHECK(in.Finish("holding").ok(), "holding value");
  return holding;
}

Bytes HoldingKey(ByteView code, const EntityId& batch, const PartyId& party) {
  return Writer().Sized8(code).Raw(batch).Raw(party).Take();
}

}  // namespace suyuan::contracts
