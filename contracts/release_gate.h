// What a batch must have before it leaves the factory: C09, C10, C11, C13, C27 (requirements 6.3).
#pragma once

#include "contracts/batch.h"
#include "contracts/contract.h"

namespace suyuan::contracts {

// Only the fields that a release sets; E_IMMUTABLE for others (C11), E_MISSING for time and
// packing, E_NOT_READY without attestation.
Status CheckReleaseRecord(const TxContext& ctx, uint32_t record);
// Dates and documents: takes actual production date and factory report of planned mode into
// `batch`, sets the first release time. E_NOT_READY, E_TIME, E_LATE, E_DOC.
Status PassReleaseGate(const TxContext& ctx, uint32_t record, Batch& batch);

}  // namespace suyuan::contracts
