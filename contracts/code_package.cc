// Package codes (GR 6.1.2), and the form of records that link.
#include <algorithm>

#include "contracts/code_link.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"

namespace suyuan::contracts {
namespace {

namespace f = code_field;
using ledger::EntityKind;

constexpr uint16_t kLinkFields[] = {f::kCodeValue,    f::kParentCode,  f::kLinkKind,
                                    f::kLinkQuantity, f::kSegmentFrom, f::kSegmentTo};

// 4.4: 00 alone, or 01 with 21 and nothing else; other schemes as they are.
Status CheckShape(const CodeShape& shape, Scheme scheme, const Place& place) {
  const auto refuse = [&](const char* why) { return RefuseAt(place, ErrorCode::kScheme, why); };
  if (shape.scheme != scheme) return refuse("the code is not of the scheme that is said");
  if (scheme != Scheme::kGs1 || shape.package) return {};
  if (!shape.serial || shape.lot) return refuse("a package code is 00, or 01 with 21");
  return {};
}

}  // namespace

Status IssuePackages(TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  if (view.Text(f::kCodeRole) != "package")
    return RefuseAt({record, f::kCodeRole}, ErrorCode::kLevel, "the role of a package code");
  const Scheme scheme = ParseScheme(view.Text(f::kCodeScheme));
  const Claim claim{EntityKind::kCode, {}};
  uint16_t item = 0;
  for (const std::string& code : view.Texts(f::kCodeValue)) {
    const Place place{record, f::kCodeValue, item++};
    const CodeShape shape = ShapeOf(code);
    SUYUAN_RETURN_IF_ERROR(CheckShape(shape, scheme, place));
    if (FindClaim(ctx.state, shape.claim_key))
      return RefuseAt(place, ErrorCode::kDupCode, "the code was issued before");
    ctx.state.Put(Namespace::kCodeClaim, shape.claim_key, EncodeClaim(claim));
    Unit unit;
    unit.claim = claim;
    unit.holder = ctx.tx.core.submitter;
    unit.issuer = ctx.tx.core.submitter;
    unit.package_level = static_cast<uint8_t>(*view.Integer(f::kPackageLevel));
    Entity entity;
    entity.state = EntityState::kIssued;
    entity.content = EncodeUnit(unit);
    SaveEntity(ctx, {record, EntityKind::kCode, code, EffectKind::kCreated}, std::move(entity));
  }
  return {};
}

Status CheckLinkRecord(const TxContext& ctx, uint32_t record, bool unlink) {
  const ledger::Record& r = ctx.record(record);
  if (r.schema != f::kSection || r.subject_kind != EntityKind::kNone)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a record of codes and their parent");
  for (const ledger::Leaf& leaf : r.leaves) {
    if (std::ranges::find(kLinkFields, leaf.field) == std::end(kLinkFields))
      return RefuseAt({record, leaf.field}, ErrorCode::kImmutable, "a link does not change this");
  }
  RecordCheck check{
      .record_index = record, .extra_required = {f::kParentCode, f::kLinkKind}, .partial = true};
  if (!unlink) check.extra_required.push_back(f::kCodeValue);
  return CheckRecord(r, check);
}

}  // namespace suyuan::contracts
