// Guards that several contracts share: who may act (C02, C21, C28) and which documents may be used
// (C13, C31). Errors name record, field and item.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "contracts/contract.h"
#include "contracts/document.h"
#include "contracts/entity.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {

// Where in a transaction something stands.
struct Place {
  uint32_t record = 0;
  uint16_t field = 0;
  uint16_t item = 0;
};
Error RefuseAt(const Place& place, ErrorCode code, std::string detail);

// C02: the submitter is of one of the types in `bits` (PartyTypeBit).
Status RequireType(const TxContext& ctx, uint16_t bits);
// C02, C21, C28: an active regulator that is not the owner and whose region covers the owner's.
Status RequireReviewer(const TxContext& ctx, uint32_t record, const PartyId& owner);
// The same of a party as it is registered, at a state: for whoever asks before a transaction is
// ordered. E_AUTHZ, E_SELF_REVIEW, E_REGION.
Status CheckReviewer(const StateReader& state, const Party& reviewer, const PartyId& self,
                     const PartyId& owner);

// The entity that a record speaks of, E_FORMAT for another kind of subject, E_REF when there is
// none.
Result<Entity> LoadSubject(const TxContext& ctx, uint32_t record, ledger::EntityKind kind);
// C14: E_STATE unless `state` is one of `allowed`.
Status RequireState(uint32_t record, EntityState state, std::initializer_list<EntityState> allowed);

// Records of a command: section 0x40, about an entity of `kind`, well-formed (CheckRecord).
Status CheckCommandRecords(const TxContext& ctx, ledger::EntityKind kind);

// A review's decision: approve, return, reject; the last two state a reason (E_MISSING).
enum class Decision : uint8_t { kApprove, kReturn, kReject };
Result<Decision> ReadDecision(const TxContext& ctx, uint32_t record);

// The review is of the entity itself: corrections and changes are open only where a type that opens
// them has run, so any other object of review is E_STATE.
Status RequireEntityReview(const TxContext& ctx, uint32_t record);

// The document that a field names (a place holder stands for one of this transaction): anchored or
// accepted (E_REF), of the submitter (E_AUTHZ), of one of `types` and within its validity on the
// block's day (E_DOC). An empty list of types accepts all.
struct UsableDocument {
  EntityId id;
  Document document;
};
Result<UsableDocument> FindDocument(const TxContext& ctx, const Place& place,
                                    std::initializer_list<DocType> types);
// 6.6: documents become ACCEPTED with the approval of the entity that cites them; others stay.
void AcceptDocument(TxContext& ctx, uint32_t record, const EntityId& id);

// C27: an event is not later than block time + 1 day.
Day LatestEventDay(const TxContext& ctx);
uint64_t LatestEventMs(const TxContext& ctx);

}  // namespace suyuan::contracts
