#include "contracts/code_link.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/record_values.h"
#include "contracts/unit_change.h"

namespace suyuan::contracts {
namespace {

namespace f = code_field;
using ledger::EntityKind;

// Who links: the holder; what was not released yet is its manufacturer's.
Status RequireHolder(const TxContext& ctx, UnitBook& book, const CodeItem& item,
                     const Place& place) {
  const PartyId& party = ctx.tx.core.submitter;
  const bool holds = item.shared ? book.HoldsSome(item, party) : book.Real(item).holder == party;
  if (!holds) return RefuseAt(place, ErrorCode::kHolder, "the sender does not hold this");
  if (item.shared) return {};
  if (book.Gap(item))
    return RefuseAt(place, ErrorCode::kHolder, "somebody else says that it received this");
  if (!book.Real(item).pending.is_zero())
    return RefuseAt(place, ErrorCode::kBalance, "reserved by a pending flow");
  return {};
}

Status RequireLive(const CodeItem& item, const Place& place) {
  const EntityState state = item.entity.state;
  if (state != EntityState::kVoided && state != EntityState::kDisposed) return {};
  return RefuseAt(place, ErrorCode::kState, "not allowed in state " + std::string(ToString(state)));
}

CodeRole RoleOfParent(LinkKind kind) {
  if (kind == LinkKind::kPackage) return CodeRole::kPackage;
  return kind == LinkKind::kBundle ? CodeRole::kBundle : CodeRole::kParent;
}

// One record's parent and kind, checked.
struct Linking {
  CodeItem parent;
  LinkKind kind = LinkKind::kPackage;
};
Result<Linking> ReadParent(const TxContext& ctx, UnitBook& book, uint32_t record) {
  const RecordView view(ctx.record(record));
  const Place place{record, f::kParentCode};
  Linking linking;
  const auto kind = ParseLinkKind(view.Text(f::kLinkKind));
  if (!kind || *kind == LinkKind::kAlias)
    return RefuseAt({record, f::kLinkKind}, ErrorCode::kLink, "not a kind that contains anything");
  linking.kind = *kind;
  auto parent = book.Find(view.Text(f::kParentCode));
  if (!parent) return RefuseAt(place, ErrorCode::kRef, "this code was never issued");
  linking.parent = *std::move(parent);
  SUYUAN_RETURN_IF_ERROR(RequireLive(linking.parent, place));
  SUYUAN_RETURN_IF_ERROR(RequireHolder(ctx, book, linking.parent, place));
  if (linking.parent.role != RoleOfParent(linking.kind))
    return RefuseAt(place, ErrorCode::kLink, "the code's role does not fit the kind of link");
  // 6.4: fixed from the release of the parent or bundle on.
  const EntityState state = linking.parent.entity.state;
  const bool early = state == EntityState::kIssued || state == EntityState::kPrinted;
  if (linking.kind != LinkKind::kPackage && !early)
    return RefuseAt(place, ErrorCode::kLink, "released; its links stay as they are");
  return linking;
}

// C23: roles that go together, levels, one parent of a kind, nothing inside two things at once.
Status CheckFits(const Linking& linking, const CodeItem& item, const Place& place) {
  const auto refuse = [&](const char* why) { return RefuseAt(place, ErrorCode::kLink, why); };
  switch (linking.kind) {
    case LinkKind::kPackage:
      if (item.unit.is_package() && item.unit.package_level >= linking.parent.unit.package_level)
        return refuse("a package holds packages of lower levels only");
      break;
    case LinkKind::kBundle:
      if (item.role != CodeRole::kSingle && item.role != CodeRole::kComponent)
        return refuse("not a code that a bundle is made of");
      break;
    default:
      if (item.role != CodeRole::kChild || item.batch != linking.parent.batch)
        return refuse("not a child code of the parent's batch");
  }
  if (item.shared) return {};
  const bool package = linking.kind == LinkKind::kPackage;
  if (package ? item.unit.package.has_value() : item.unit.composite.has_value())
    return refuse("it has a parent of this kind");
  if (item.unit.Container() != nullptr)
    return refuse("it lies in something else; take it out first");
  return {};
}

// C23: no cycle. Levels and roles forbid it already; this holds whatever they allow.
Status CheckNoCycle(UnitBook& book, const Linking& linking, const CodeItem& item,
                    const Place& place) {
  std::optional<CodeItem> up = linking.parent;
  while (up) {
    if (up->code == item.code)
      return RefuseAt(place, ErrorCode::kLink, "a code cannot lie inside itself");
    const UnitLink* link = up->unit.Container();
    up = link == nullptr ? std::nullopt : book.Find(link->parent);
  }
  return {};
}

const CodePart& PartOf(UnitBook& book, const CodeItem& item) {
  return book.FindBatch(item.batch)->batch.parts[item.unit.part];
}

// EN 5.3: a child's segment lies within its parent and overlaps no other.
Result<LinkValue> ReadSegment(const TxContext& ctx, UnitBook& book, uint32_t record,
                              const Linking& linking, size_t codes) {
  const RecordView view(ctx.record(record));
  LinkValue link;
  link.kind = linking.kind;
  if (linking.kind != LinkKind::kParentChild) return link;
  const CodePart& part = PartOf(book, linking.parent);
  const Place place{record, f::kSegmentFrom};
  const auto from = QuantityOf(view, f::kSegmentFrom), to = QuantityOf(view, f::kSegmentTo);
  if (part.length == 0) {
    if (!from && !to) return link;
    return RefuseAt(place, ErrorCode::kLink, "the parent was issued without a length");
  }
  if (!from || !to)
    return RefuseAt({record, from ? f::kSegmentTo : f::kSegmentFrom}, ErrorCode::kMissing,
                    "a child of a length product states its segment");
  if (codes != 1)
    return RefuseAt({record, f::kCodeValue, 1}, ErrorCode::kLink, "one child a segment");
  const bool units = view.Value(f::kSegmentFrom)->Text("unit") == part.length_unit &&
                     view.Value(f::kSegmentTo)->Text("unit") == part.length_unit;
  if (!units || *from >= *to || *to > part.length)
    return RefuseAt(place, ErrorCode::kLink, "the segment does not lie within the parent");
  for (const Content& other : book.Links(linking.parent.code)) {
    if (*from < other.link.to && other.link.from < *to)
      return RefuseAt(place, ErrorCode::kLink, "the segment overlaps another one");
  }
  link.from = *from;
  link.to = *to;
  return link;
}

Status LinkOne(TxContext& ctx, UnitBook& book, Linking& linking, const LinkValue& link,
               const std::string& code, const Place& place) {
  auto item = book.Find(code);
  if (!item) return RefuseAt(place, ErrorCode::kRef, "this code was never issued");
  SUYUAN_RETURN_IF_ERROR(RequireLive(*item, place));
  SUYUAN_RETURN_IF_ERROR(RequireHolder(ctx, book, *item, place));
  SUYUAN_RETURN_IF_ERROR(CheckFits(linking, *item, place));
  SUYUAN_RETURN_IF_ERROR(CheckNoCycle(book, linking, *item, place));
  if (item->shared) {
    // RC: a shared code's link says how much of it (4.4).
    if (ctx.record(place.record).Find(f::kLinkQuantity) == nullptr)
      return RefuseAt({place.record, f::kLinkQuantity}, ErrorCode::kMissing,
                      "a shared code is linked with its quantity");
    if (ctx.state.Get(Namespace::kLink, LinkKey(linking.parent.code, code)))
      return RefuseAt(place, ErrorCode::kLink, "it lies in this parent already");
  }
  UnitChange(ctx, book, place.record).Link(linking.parent, *item, link);
  return {};
}

Status UnlinkOne(TxContext& ctx, UnitBook& book, const Linking& linking, const std::string& code,
                 const Place& place) {
  const auto value = ctx.state.Get(Namespace::kLink, LinkKey(linking.parent.code, code));
  if (!value || DecodeLink(*value).kind != linking.kind)
    return RefuseAt(place, ErrorCode::kRef, "there is no such link");
  CodeItem item = book.Find(code).value();
  SUYUAN_RETURN_IF_ERROR(RequireLive(item, place));
  UnitChange(ctx, book, place.record).Unlink(linking.parent.code, item);
  return {};
}

}  // namespace

Status LinkRecord(TxContext& ctx, UnitBook& book, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(Linking linking, ReadParent(ctx, book, record));
  const std::vector<std::string> codes = RecordView(ctx.record(record)).Texts(f::kCodeValue);
  SUYUAN_ASSIGN_OR_RETURN(const LinkValue link,
                          ReadSegment(ctx, book, record, linking, codes.size()));
  for (size_t i = 0; i < codes.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(LinkOne(ctx, book, linking, link, codes[i],
                                   {record, f::kCodeValue, static_cast<uint16_t>(i)}));
  }
  return {};
}

Status UnlinkRecord(TxContext& ctx, UnitBook& book, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(const Linking linking, ReadParent(ctx, book, record));
  std::vector<std::string> codes = RecordView(ctx.record(record)).Texts(f::kCodeValue);
  if (codes.empty()) {
    for (const Content& content : book.Links(linking.parent.code))
      codes.push_back(content.item.code);
  }
  if (codes.empty())
    return RefuseAt({record, f::kParentCode}, ErrorCode::kRef, "there is nothing inside");
  for (size_t i = 0; i < codes.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(
        UnlinkOne(ctx, book, linking, codes[i], {record, f::kCodeValue, static_cast<uint16_t>(i)}));
  }
  return {};
}

Status CheckContentsReady(const TxContext& ctx, UnitBook& book, uint32_t record,
                          const std::string& code) {
  const CodeItem container = book.Find(code).value();
  std::vector<Content> inside = book.Inside(code);
  const auto refuse = [&](ErrorCode error, const char* why) {
    return RefuseAt({record, batch_field::kReleaseCodes}, error, why);
  };
  if (inside.size() < 2) {
    return refuse(ErrorCode::kNotReady, container.role == CodeRole::kBundle
                                            ? "a bundle has at least two components"
                                            : "a parent has at least two children");
  }
  if (container.role == CodeRole::kBundle) {
    for (const Content& content : inside) {
      const EntityState state = content.item.entity.state;
      if (book.WithBatch(content.item, state, {}) != EntityState::kInCirculation)
        return refuse(ErrorCode::kNotReady, "a component is not in circulation");
      SUYUAN_RETURN_IF_ERROR(RequireHolder(ctx, book, content.item, {record}));
    }
    return {};
  }
  const uint64_t length = PartOf(book, container).length;
  if (length == 0) return {};
  std::ranges::sort(inside, {}, [](const Content& c) { return c.link.from; });
  uint64_t covered = 0;
  for (const Content& content : inside) {
    if (content.link.from != covered) break;
    covered = content.link.to;
  }
  return covered == length ? Status()
                           : refuse(ErrorCode::kLink, "the children do not cover the length");
}

Result<Length> ReadLength(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  if (!view.Has(f::kSegmentTo)) return Length();
  const auto from = QuantityOf(view, f::kSegmentFrom), to = QuantityOf(view, f::kSegmentTo);
  Length length{*to, view.Value(f::kSegmentTo)->Text("unit")};
  const bool fits =
      *from == 0 && *to != 0 && view.Value(f::kSegmentFrom)->Text("unit") == length.unit;
  if (fits) return length;
  return RefuseAt({record, f::kSegmentFrom}, ErrorCode::kLink,
                  "a parent's segment goes from 0 to its length");
}

}  // namespace suyuan::contracts
