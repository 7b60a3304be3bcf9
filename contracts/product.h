// Content of a product's entity value (kProduct: 16-byte id → value).
#pragma once

#include <string>
#include <vector>

#include "common/ids.h"
#include "contracts/calendar.h"
#include "contracts/catalog.h"

namespace suyuan::contracts {

// Schemes and filing frequencies, in the order of the fields' choices, from 1. Frozen.
enum class Scheme : uint8_t { kNone = 0, kGs1 = 1, kEcode, kDigitalId, kCcc };
Scheme ParseScheme(std::string_view word);
std::string_view ToString(Scheme scheme);

enum class Frequency : uint8_t { kNone = 0, kDaily = 1, kMonthly, kQuarterly, kYearly };
Frequency ParseFrequency(std::string_view word);

// Who suspended a product: its producer's statement or a regulator's order.
enum class SuspendedBy : uint8_t { kNobody = 0, kProducer = 1, kRegulator = 2 };

// Layout: owner 18 ‖ s8(category) ‖ u8 default level ‖ u8 scheme ‖ u8 frequency ‖ s8(gtin14) ‖
// i32 licence valid to ‖ i32 ccc valid to (2^31 − 1: no such certificate) ‖ service life ‖
// warranty ‖ u8 min level ‖ u8 batch review ‖ retention ‖ fields required of batches ‖
// u8 suspended by ‖ i32 stop day ‖ s32(live code) ‖ s32(name).
// What the category asks is copied here: a registered product keeps its category's version until it
// is amended (requirements 6.14 CATALOG_PUT).
struct Product {
  PartyId owner;
  std::string category;
  TraceLevel default_level = TraceLevel::kNone;
  Scheme default_scheme = Scheme::kNone;
  Frequency frequency = Frequency::kNone;
  std::string gtin14;  // padded with zeros; "" when the product has none
  Day licence_valid_to = kNoEnd;
  Day ccc_valid_to = kNoEnd;
  Period service_life, warranty;
  TraceLevel min_level = TraceLevel::kNone;
  ReviewPolicy batch_review = ReviewPolicy::kAuto;
  Period retention;
  std::vector<uint16_t> batch_required_fields;
  SuspendedBy suspended_by = SuspendedBy::kNobody;
  Day stop_day;
  std::string live_code;  // at per_product level: the code that batches attach to (D-02)
  std::string name;
};
Bytes EncodeProduct(const Product& product);
Product DecodeProduct(ByteView content);

}  // namespace suyuan::contracts
