// Content of a catalogue node's entity value (kCatalog: category code → value).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "contracts/calendar.h"

namespace suyuan::contracts {

// Tracing levels, in the order of the field's choices; 0 where none is set. Frozen.
enum class TraceLevel : uint8_t { kNone = 0, kPerProduct = 1, kPerBatch, kPerItem, kComposite };
TraceLevel ParseTraceLevel(std::string_view word);
std::string_view ToString(TraceLevel level);
// C08: per_product < per_batch < per_item; composite satisfies per_item.
bool LevelSatisfies(TraceLevel level, TraceLevel minimum);
// per_item and composite: every code is one unit, the quantity is exact.
inline bool HasUnitCodes(TraceLevel level) {
  return level == TraceLevel::kPerItem || level == TraceLevel::kComposite;
}

enum class ReviewPolicy : uint8_t { kUnset = 0, kAuto = 1, kManual = 2 };
ReviewPolicy ParseReviewPolicy(std::string_view word);

// What one version of a node asks of products and batches.
struct CatalogVersion {
  Day effective_from;
  Day effective_to = kNoEnd;  // last day in force
  TraceLevel min_level = TraceLevel::kNone;
  Period retention;  // industry_retention
  ReviewPolicy batch_review = ReviewPolicy::kAuto;
  ReviewPolicy product_review = ReviewPolicy::kUnset;  // the rule parameter decides
  std::vector<uint16_t> required_fields;               // field numbers, as the record lists them
};

// Layout: u8 level (1 national, 2 region) ‖ region 6 ‖ s8(parent) ‖ u8 count ‖ version…, a version:
// i32 from ‖ i32 to ‖ u8 min level ‖ period ‖ u8 policy ‖ u8 product policy ‖ u16 count ‖ u16
// field… (period: u8 unit ‖ u32 value). Versions rise by effective_from; those past for good are
// dropped.
struct CatalogNode {
  bool national = true;
  std::string region = "000000";
  std::string parent;  // "" for a root
  std::vector<CatalogVersion> versions;

  // The version in force on a day; nullptr when there is none.
  const CatalogVersion* InForce(Day day) const;
  // Adds a version and drops those that can no longer come into force on `today` or later. False
  // when more versions would wait for their day than the layout can count.
  bool Add(CatalogVersion version, Day today);
};
Bytes EncodeCatalogNode(const CatalogNode& node);
CatalogNode DecodeCatalogNode(ByteView content);

}  // namespace suyuan::contracts
