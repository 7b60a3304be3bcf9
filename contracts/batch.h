// Content of a batch's entity value (kBatch: 16-byte id → value): what the rules need of it and the
// directory of its codes (docs/formats.md §6, "Codes of a batch").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "contracts/calendar.h"
#include "contracts/entity.h"
#include "contracts/product.h"

namespace suyuan::contracts {

// Roles and composite kinds, in the order of the fields' choices, from 1. Frozen.
enum class CodeRole : uint8_t {
  kSingle = 1,
  kBundle,
  kComponent,
  kParent,
  kChild,
  kPackage,
  kAlias
};
std::optional<CodeRole> ParseCodeRole(std::string_view word);
std::string_view ToString(CodeRole role);
// Codes that count against the exact quantity: item (single), bundle, parent.
bool IsPrimary(CodeRole role);

enum class CompositeKind : uint8_t { kNone = 0, kBundle = 1, kParentChild = 2 };

// One activation part: its codes in bytewise order, all with one role. `state` holds for every unit
// that has no own entry under kCode, and lifts those that have one along
// ISSUED → PRINTED → IN_CIRCULATION (code.h). The counters cover all units of the part.
// Layout: u32 count ‖ s32(first) ‖ s32(last) ‖ root 32 ‖ u8 state ‖ u8 role ‖ u32 printed ‖
// u32 released ‖ u32 voided ‖ u8 flags (1 released packed) ‖ u64 length ‖ s8(its unit).
struct CodePart {
  uint32_t count = 0;
  std::string first, last;
  Hash root;
  EntityState state = EntityState::kIssued;
  CodeRole role = CodeRole::kSingle;
  uint32_t printed = 0;   // units now PRINTED
  uint32_t released = 0;  // units that were released
  uint32_t voided = 0;
  bool packed = false;      // a release said that they leave in transport packaging (GR 6.1.2)
  uint64_t length = 0;      // of parents of a length product, in thousandths; their children's
  std::string length_unit;  // segments lie within it (EN 5.3)
  uint32_t issued() const { return count - printed - released - voided; }
};

// Layout: product 16 ‖ u32 product version ‖ owner 18 ‖ u8 level ‖ u8 composite kind ‖ u8 scheme ‖
// i32 production day ‖ u8 flags (1 planned date, 2 late filing, 4 supplement pending,
// 8 automatically reviewed) ‖ u64 quantity in thousandths (2^64 − 1: none) ‖
// i32 last day of retention ‖ u64 submission time ‖ u64 first release time (0: none) ‖
// u8 count ‖ inspection document 16… ‖ codes root 32 ‖ u16 count ‖ part….
struct Batch {
  EntityId product;
  uint32_t product_version = 1;
  PartyId owner;
  TraceLevel level = TraceLevel::kNone;
  CompositeKind composite = CompositeKind::kNone;
  Scheme scheme = Scheme::kNone;
  Day production_day;
  bool planned_date = false;
  bool late_filing = false;
  bool supplement_pending = false;
  bool auto_reviewed = false;
  std::optional<uint64_t> quantity;
  Day retention_until;
  uint64_t submitted_ms = 0;
  uint64_t released_ms = 0;
  std::vector<EntityId> inspection_docs;
  Hash codes_root;
  std::vector<CodePart> parts;

  // Live primary codes, i.e. those not voided.
  uint64_t PrimaryCodes() const;
  // Are all codes there that the level asks for (C09)? One at per_product and per_batch level, as
  // many primary codes as the exact quantity otherwise.
  bool CompletelyActivated() const;
};
Bytes EncodeBatch(const Batch& batch);
Batch DecodeBatch(ByteView content);

// codes root = MTH(part roots as leaf bytes).
Hash CodesRootOf(const std::vector<CodePart>& parts);

// Terms of D-05 in years.
struct RetentionTerms {
  uint32_t producer_floor = 3, life_plus = 1, no_life = 2;
};
// retention_until by D-05 and RC-15: the latest of the industry's rule or life end + 1 year (both
// from the production date) or else two years from submission and release, and of submission + 3
// years. Never earlier than what `batch` already says.
Day RetentionOf(const Batch& batch, const Product& product, const RetentionTerms& terms);

}  // namespace suyuan::contracts
