// CODE_LINK (6.4): records of new package codes, and records that put codes inside a package,
// bundle or parent, in the order of the transaction.
#include "contracts/code_link.h"

#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = code_field;

bool IssuesPackages(const ledger::Record& record) {
  return RecordView(record).Text(f::kCodeKind) == "package_code";
}

Status CheckOne(const TxContext& ctx, uint32_t i) {
  const ledger::Record& record = ctx.record(i);
  if (record.schema != f::kSection || !IssuesPackages(record))
    return CheckLinkRecord(ctx, i, false);
  if (record.subject_kind != ledger::EntityKind::kNone || record.Find(f::kParentCode) != nullptr)
    return RefuseAt({i}, ErrorCode::kFormat, "new package codes are linked by another record");
  return CheckRecord(record, {.record_index = i});
}

}  // namespace

Status ValidateCodeLink(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer | kDistributor));
  size_t codes = 0;
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(CheckOne(ctx, i));
    for (const ledger::Leaf& leaf : ctx.record(i).leaves)
      codes += leaf.field == f::kCodeValue ? 1 : 0;
    if (codes > ctx.limits.codes_max)
      return RefuseAt({i, f::kCodeValue}, ErrorCode::kSize, "too many codes in one transaction");
  }
  return {};
}

Status ApplyCodeLink(TxContext& ctx) {
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(IssuesPackages(ctx.record(i)) ? IssuePackages(ctx, i)
                                                         : LinkRecord(ctx, book, i));
  }
  return {};
}

}  // namespace suyuan::contracts
