// Content of a code's own entity value (kCode: canonical code → value): a unit that departed from
// its batch, a per_product code, or a package code. What a unit has not got of its own it takes
// from its part (code.h) and, while something contains it, from there (unit_book.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "contracts/entity.h"

namespace suyuan::contracts {

// Who issued a code. Value of kCodeClaim: u8 entity kind (2 product, 3 batch, 4 the code itself, a
// package) ‖ id 16 (zeros for a package).
struct Claim {
  ledger::EntityKind kind = ledger::EntityKind::kBatch;
  EntityId id;
  friend bool operator==(const Claim&, const Claim&) = default;
};
Bytes EncodeClaim(const Claim& claim);
Claim DecodeClaim(ByteView bytes);

// Kinds of links, in the order of the field's choices, from 1. Frozen.
enum class LinkKind : uint8_t { kPackage = 1, kBundle, kParentChild, kAlias };
std::optional<LinkKind> ParseLinkKind(std::string_view word);
std::string_view ToString(LinkKind kind);

// Where a unit is and what it is about to do. `holder` zero: outside the ledger (6.5).
struct Standing {
  EntityState state = EntityState::kIssued;
  PartyId holder;
  EntityId pending;    // the flow that reserves it; zero: none
  EntityId last_flow;  // the flow that moved it last; zero: none
  friend bool operator==(const Standing&, const Standing&) = default;
};

// A unit's link to what contains it. `link_flow` is the last flow of the container when the link
// was made: the container moved since exactly when its last flow is another one.
struct UnitLink {
  std::string parent;
  LinkKind kind = LinkKind::kPackage;
  EntityId link_flow;
  // A child or component that moved alone stays linked, but is no longer inside (D-39).
  bool inside = true;
  friend bool operator==(const UnitLink&, const UnitLink&) = default;
};

// Layout: claim ‖ u16 part ‖ holder 18 ‖ u8 flags (1 restored, 2 shared, 4 package link,
// 8 composite link, 16 package data, 32 gap) ‖ pending 16 ‖ last flow 16 ‖ u32 contents ‖
// [package link: s8(parent) ‖ link flow 16] ‖
// [composite link: u8 kind ‖ s8(parent) ‖ link flow 16 ‖ u8 inside] ‖
// [package data: issuer 18 ‖ u8 level] ‖ [gap: u8 state ‖ holder 18 ‖ pending 16 ‖ last flow 16].
struct Unit {
  Claim claim;
  uint16_t part = 0;
  PartyId holder;
  bool restored = false;  // under a recall, which it is exempt from
  bool shared = false;    // a child that was sold in part (D-39)
  EntityId pending, last_flow;
  uint32_t contents = 0;  // codes inside it now
  std::optional<UnitLink> package, composite;
  std::optional<PartyId> issuer;  // of a package code
  uint8_t package_level = 0;
  // Open gap (D-36): what those say who received it from outside, beside what the ledger shows.
  std::optional<Standing> gap;

  bool is_package() const { return claim.kind == ledger::EntityKind::kCode; }
  // The link to what contains it now; nullptr when nothing does.
  const UnitLink* Container() const;
};
Bytes EncodeUnit(const Unit& unit);
// Aborts on bytes that this code did not write.
Unit DecodeUnit(ByteView content);

// Value of kLink (key: s8(parent) ‖ code): u8 kind ‖ u8 flags (1 inside, 2 shared code) ‖
// link flow 16 ‖ u64 segment from ‖ u64 segment to (thousandths; both 0: no segment). A unit
// repeats its side of it; a shared code has no other place for it.
struct LinkValue {
  LinkKind kind = LinkKind::kPackage;
  bool inside = true;
  bool shared = false;
  EntityId link_flow;
  uint64_t from = 0, to = 0;
};
Bytes EncodeLink(const LinkValue& link);
LinkValue DecodeLink(ByteView value);
Bytes LinkKey(ByteView parent, ByteView code);

// How a code left what a flow had moved, from the code itself up to the one that the flow moved:
// u8 count ‖ (own last flow 16 ‖ link flow 16 ‖ s8(container))…. Value of kLeft (key: flow ‖ code).
struct LeftStep {
  EntityId own;        // last flow of this code by itself
  EntityId link_flow;  // of its link to the container
  std::string container;
};
Bytes EncodeLeft(const std::vector<LeftStep>& path);
std::vector<LeftStep> DecodeLeft(ByteView value);
Bytes LeftKey(const EntityId& flow, ByteView code);

// Value of kHolding (key: s8(code) ‖ batch 16 ‖ party 18): that a party holds some of a shared
// code. u32 receipts that stand ‖ u64 time of its last flow as giving side (0: none).
struct Holding {
  uint32_t receipts = 0;
  uint64_t gave_ms = 0;
};
Bytes EncodeHolding(const Holding& holding);
Holding DecodeHolding(ByteView value);
Bytes HoldingKey(ByteView code, const EntityId& batch, const PartyId& party);

}  // namespace suyuan::contracts
