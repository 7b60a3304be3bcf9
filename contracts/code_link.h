// Links between codes (C23, EN 5.3, GR 6.1.2): packages, bundles with their components, parents
// with their children. A record of section 4 names the contents (code_value), what contains them
// (parent_code) and the kind (link_kind).
#pragma once

#include "contracts/contract.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {

// New package codes (code_kind package_code), ISSUED and held by the submitter. C07, C08.
Status IssuePackages(TxContext& ctx, uint32_t record);
// Puts a record's contents inside its parent. E_REF, E_HOLDER, E_STATE, E_BALANCE, E_LINK,
// E_MISSING.
Status LinkRecord(TxContext& ctx, UnitBook& book, uint32_t record);
// Takes the named contents, or all of them, out of the parent.
Status UnlinkRecord(TxContext& ctx, UnitBook& book, uint32_t record);
// Form of a record that links: parent_code and link_kind, beside them only what a link has.
Status CheckLinkRecord(const TxContext& ctx, uint32_t record, bool unlink);

// 6.3: a bundle leaves the factory with at least two components that are in circulation and held by
// its manufacturer, a parent with at least two children that cover its length. E_NOT_READY, E_LINK.
Status CheckContentsReady(const TxContext& ctx, UnitBook& book, uint32_t record,
                          const std::string& code);

// The length of the parents that a record of an activation issues (segment_from 0, segment_to).
struct Length {
  uint64_t thousandths = 0;
  std::string unit;
  friend bool operator==(const Length&, const Length&) = default;
};
Result<Length> ReadLength(const TxContext& ctx, uint32_t record);

}  // namespace suyuan::contracts
