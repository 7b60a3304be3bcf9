// Anchoring documents (6.6): shared by DOC_ANCHOR and PARTY_REGISTER, whose documents travel as
// records of the same transaction.
#pragma once

#include "contracts/contract.h"

namespace suyuan::contracts {

// Form of a document record: section 6, a new entity.
Status CheckDocumentRecord(const TxContext& ctx, uint32_t record);
// Guards and transition — → ANCHORED, and → ACCEPTED by the system for types that no person
// reviews.
Status AnchorDocument(TxContext& ctx, uint32_t record);

}  // namespace suyuan::contracts
