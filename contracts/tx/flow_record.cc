// FLOW_RECORD (6.5): each record is a new flow. What the other side of it is called stays sealed;
// its kind, the codes and the batches are clear.
#include "contracts/flow_record.h"

#include "contracts/field_numbers.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {

Status ValidateFlowRecord(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(CheckFlowRecord(ctx, i));
  return {};
}

Status ApplyFlowRecord(TxContext& ctx) {
  UnitBook book(ctx.state);
  size_t codes = 0;
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(RecordFlow(ctx, book, i, codes));
  return {};
}

}  // namespace suyuan::contracts
