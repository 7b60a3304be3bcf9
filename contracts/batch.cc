#include "contracts/batch.h"

#include <algorithm>
#include <array>

#include "common/hash.h"
#include "contracts/layout.h"

namespace suyuan::contracts {
namespace {

constexpr std::array<std::string_view, 7> kRoleWords = {"single", "bundle",  "component", "parent",
                                                        "child",  "package", "alias"};
constexpr uint8_t kPlannedFlag = 1, kLateFlag = 2, kPendingFlag = 4, kAutoFlag = 8;
constexpr uint64_t kNoQuantity = UINT64_MAX;

void WritePart(Writer& out, const CodePart& part) {
  out.U32(part.count).Sized(part.first).Sized(part.last).Raw(part.root);
  out.U8(static_cast<uint8_t>(part.state)).U8(static_cast<uint8_t>(part.role));
  out.U32(part.printed).U32(part.released).U32(part.voided);
  out.U8(part.packed ? 1 : 0).U64(part.length).Sized8(part.length_unit);
}

CodePart ReadPart(Reader& in) {
  CodePart part;
  part.count = in.U32();
  part.first = std::string(in.Sized());
  part.last = std::string(in.Sized());
  part.root = in.Take<Hash>();
  part.state = static_cast<EntityState>(in.U8());
  part.role = static_cast<CodeRole>(in.U8());
  part.printed = in.U32();
  part.released = in.U32();
  part.voided = in.U32();
  part.packed = in.U8() != 0;
  part.length = in.U64();
  part.length_unit = std::string(in.Sized8());
  return part;
}

uint8_t FlagsOf(const Batch& b) {
  return static_cast<uint8_t>(
      (b.planned_date ? kPlannedFlag : 0) | (b.late_filing ? kLateFlag : 0) |
      (b.supplement_pending ? kPendingFlag : 0) | (b.auto_reviewed ? kAutoFlag : 0));
}

}  // namespace

std::optional<CodeRole> ParseCodeRole(std::string_view word) {
  const auto it = std::ranges::find(kRoleWords, word);
  if (it == kRoleWords.end()) return std::nullopt;
  return static_cast<CodeRole>(it - kRoleWords.begin() + 1);
}

std::string_view ToString(CodeRole role) { return kRoleWords[static_cast<size_t>(role) - 1]; }

bool IsPrimary(CodeRole role) {
  return role == CodeRole::kSingle || role == CodeRole::kBundle || role == CodeRole::kParent;
}

uint64_t Batch::PrimaryCodes() const {
  uint64_t total = 0;
  for (const CodePart& part : parts) {
    if (IsPrimary(part.role)) total += part.count - part.voided;
  }
  return total;
}

bool Batch::CompletelyActivated() const {
  if (!HasUnitCodes(level)) return PrimaryCodes() == 1;
  return quantity && PrimaryCodes() * 1000 == *quantity;
}

Bytes EncodeBatch(const Batch& b) {
  Writer out;
  out.Raw(b.product).U32(b.product_version).Raw(b.owner).U8(static_cast<uint8_t>(b.level));
  out.U8(static_cast<uint8_t>(b.composite)).U8(static_cast<uint8_t>(b.scheme));
  WriteDay(out, b.production_day);
  out.U8(FlagsOf(b)).U64(b.quantity.value_or(kNoQuantity));
  WriteDay(out, b.retention_until);
  out.U64(b.submitted_ms).U64(b.released_ms);
  out.U8(static_cast<uint8_t>(b.inspection_docs.size()));
  for (const EntityId& doc : b.inspection_docs) out.Raw(doc);
  out.Raw(b.codes_root).U16(static_cast<uint16_t>(b.parts.size()));
  for (const CodePart& part : b.parts) WritePart(out, part);
  return out.Take();
}

Batch DecodeBatch(ByteView content) {
  Reader in(content);
  Batch b;
  b.product = in.Take<EntityId>();
  b.product_version = in.U32();
  b.owner = in.Take<PartyId>();
  b.level = static_cast<TraceLevel>(in.U8());
  b.composite = static_cast<CompositeKind>(in.U8());
  b.scheme = static_cast<Scheme>(in.U8());
  b.production_day = ReadDay(in);
  const uint8_t flags = in.U8();
  b.planned_date = (flags & kPlannedFlag) != 0;
  b.late_filing = (flags & kLateFlag) != 0;
  b.supplement_pending = (flags & kPendingFlag) != 0;
  b.auto_reviewed = (flags & kAutoFlag) != 0;
  const uint64_t quantity = in.U64();
  if (quantity != kNoQuantity) b.quantity = quantity;
  b.retention_until = ReadDay(in);
  b.submitted_ms = in.U64();
  b.released_ms = in.U64();
  b.inspection_docs.resize(in.U8());
  for (EntityId& doc : b.inspection_docs) doc = in.Take<EntityId>();
  b.codes_root = in.Take<Hash>();
  const uint16_t parts = in.U16();
  for (uint16_t i = 0; i < parts && !in.failed(); ++i) b.parts.push_back(ReadPart(in));
  SUYUAN_CHECK(in.Finish("batch").ok(), "batch value");
  return b;
}

Hash CodesRootOf(const std::vector<CodePart>& parts) {
  std::vector<Hash> leaves;
  leaves.reserve(parts.size());
  for (const CodePart& part : parts) leaves.push_back(MerkleLeafHash(part.root.view()));
  return MerkleTreeHash(leaves);
}

Day RetentionOf(const Batch& batch, const Product& product, const RetentionTerms& terms) {
  const Day submitted = DayOf(batch.submitted_ms);
  const Day floor = AddYears(submitted, terms.producer_floor);
  Period life = product.service_life;
  // RC-15: a warranty stands for a missing life when it is longer than the producer's floor.
  if (life.unit == PeriodUnit::kNone && AddPeriod(batch.production_day, product.warranty) >
                                            AddYears(batch.production_day, terms.producer_floor)) {
    life = product.warranty;
  }
  Day base;
  if (product.retention.unit != PeriodUnit::kNone) {
    base = AddPeriod(batch.production_day, product.retention);
  } else if (life.unit != PeriodUnit::kNone) {
    base = AddYears(AddPeriod(batch.production_day, life), terms.life_plus);
  } else {
    const Day latest =
        batch.released_ms == 0 ? submitted : std::max(submitted, DayOf(batch.released_ms));
    base = AddYears(latest, terms.no_life);
  }
  return std::max({base, floor, batch.retention_until});
}

}  // namespace suyuan::contracts
