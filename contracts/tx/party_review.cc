// PARTY_REVIEW (6.1): PENDING → ACTIVE, RETURNED or REJECTED. A rejection frees the credit code.
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

void EndKey(TxContext& ctx, const PublicKey& signing_key) {
  const KeyId id = KeyIdOf(Suite::kEd25519, signing_key);
  KeyEntry key = FindKey(ctx.state, id).value();
  key.until = ctx.height;
  ctx.state.Put(Namespace::kKey, id.view(), EncodeKeyEntry(key));
}

Status Review(TxContext& ctx, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kParty));
  SUYUAN_RETURN_IF_ERROR(RequireState(record, entity.state, {EntityState::kPending}));
  const PartyId owner = *PartyId::From(ctx.record(record).subject);
  SUYUAN_RETURN_IF_ERROR(RequireReviewer(ctx, record, owner));
  SUYUAN_ASSIGN_OR_RETURN(const Decision decision, ReadDecision(ctx, record));
  const Party party = DecodeParty(entity.content);
  switch (decision) {
    case Decision::kApprove:
      entity.state = EntityState::kActive;
      AcceptDocument(ctx, record, party.licence);
      break;
    case Decision::kReturn:
      entity.state = EntityState::kReturned;
      break;
    case Decision::kReject:
      entity.state = EntityState::kRejected;
      EndKey(ctx, party.signing_key);
      break;
  }
  SaveEntity(ctx, {record, EntityKind::kParty, owner.view()}, std::move(entity));
  return {};
}

}  // namespace

Status ValidatePartyReview(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  return CheckCommandRecords(ctx, EntityKind::kParty);
}

Status ApplyPartyReview(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(RequireEntityReview(ctx, i));
    SUYUAN_RETURN_IF_ERROR(Review(ctx, i));
  }
  return {};
}

}  // namespace suyuan::contracts
