// CODE_UNLINK (6.4): takes the named codes, or all, out of a package, or, before its release, of a
// bundle or parent. An emptied package is free for new contents.
#include "contracts/code_link.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {

Status ValidateCodeUnlink(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kManufacturer | kDistributor));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(CheckLinkRecord(ctx, i, true));
  return {};
}

Status ApplyCodeUnlink(TxContext& ctx) {
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(UnlinkRecord(ctx, book, i));
  return {};
}

}  // namespace suyuan::contracts
