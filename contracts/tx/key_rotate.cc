// KEY_ROTATE (6.1): a new signing key (and sealing keys) for an ACTIVE or SUSPENDED party, by
// itself with the old key, or by a regulator on proven loss. The old key ends with this
// transaction; what it signed before stays verifiable.
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = command_field;
using ledger::EntityKind;

template <typename Key>
std::optional<Key> ReadKey(const RecordView& view, uint16_t field) {
  if (!view.Has(field)) return std::nullopt;
  return *Key::From(*HexDecode(view.Text(field)));
}

// By itself, or by an active regulator that covers the party's region and shows proof of the loss.
Status CheckWho(const TxContext& ctx, const PartyId& party) {
  if (party == ctx.tx.core.submitter) return {};
  SUYUAN_RETURN_IF_ERROR(RequireReviewer(ctx, 0, party));
  const auto regulator = LoadEntity(ctx.state, EntityKind::kParty, ctx.tx.core.submitter.view());
  SUYUAN_RETURN_IF_ERROR(RequireState(0, regulator->state, {EntityState::kActive}));
  if (!RecordView(ctx.record(0)).Has(f::kLossProofDoc)) {
    return RefuseAt({0, f::kLossProofDoc}, ErrorCode::kMissing,
                    "a regulator rotates a key on proven loss only");
  }
  auto proof = FindDocument(ctx, {0, f::kLossProofDoc}, {});
  if (!proof.ok()) return std::move(proof).error();
  return {};
}

Status CheckNewKeys(const TxContext& ctx) {
  const RecordView view(ctx.record(0));
  const auto signing = ReadKey<PublicKey>(view, f::kNewSigningKey);
  if (!IsAcceptablePublicKey(*signing))
    return RefuseAt({0, f::kNewSigningKey}, ErrorCode::kFormat, "not an acceptable public key");
  if (FindKey(ctx.state, KeyIdOf(Suite::kEd25519, *signing)))
    return RefuseAt({0, f::kNewSigningKey}, ErrorCode::kSig, "the new key was used before");
  for (const uint16_t field : {f::kNewSealingKey, f::kNewRecoveryKey}) {
    const auto key = ReadKey<SealingPublicKey>(view, field);
    if (key && !IsAcceptableSealingKey(*key))
      return RefuseAt({0, field}, ErrorCode::kFormat, "a key of small order");
  }
  return {};
}

void Rotate(TxContext& ctx, const PartyId& id, Party& party) {
  const RecordView view(ctx.record(0));
  const KeyId old_id = KeyIdOf(Suite::kEd25519, party.signing_key);
  KeyEntry old_key = FindKey(ctx.state, old_id).value();
  old_key.until = ctx.height;
  ctx.state.Put(Namespace::kKey, old_id.view(), EncodeKeyEntry(old_key));

  party.signing_key = *ReadKey<PublicKey>(view, f::kNewSigningKey);
  if (const auto key = ReadKey<SealingPublicKey>(view, f::kNewSealingKey)) party.sealing_key = *key;
  if (const auto key = ReadKey<SealingPublicKey>(view, f::kNewRecoveryKey))
    party.recovery_key = key;
  ctx.state.Put(Namespace::kKey, KeyIdOf(Suite::kEd25519, party.signing_key).view(),
                EncodeKeyEntry({id, ctx.height, Height(0)}));
}

}  // namespace

Status ValidateKeyRotate(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(CheckCommandRecords(ctx, EntityKind::kParty));
  if (ctx.tx.records.size() != 1)
    return RefuseAt({1}, ErrorCode::kFormat, "one party's keys a transaction");
  if (!RecordView(ctx.record(0)).Has(f::kNewSigningKey))
    return RefuseAt({0, f::kNewSigningKey}, ErrorCode::kMissing, "no new signing key");
  return {};
}

Status ApplyKeyRotate(TxContext& ctx) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, 0, EntityKind::kParty));
  const PartyId id = *PartyId::From(ctx.record(0).subject);
  SUYUAN_RETURN_IF_ERROR(CheckWho(ctx, id));
  SUYUAN_RETURN_IF_ERROR(
      RequireState(0, entity.state, {EntityState::kActive, EntityState::kSuspended}));
  SUYUAN_RETURN_IF_ERROR(CheckNewKeys(ctx));
  Party party = DecodeParty(entity.content);
  Rotate(ctx, id, party);
  entity.content = EncodeParty(party);
  SaveEntity(ctx, {0, EntityKind::kParty, id.view(), EffectKind::kChanged, true},
             std::move(entity));
  return {};
}

}  // namespace suyuan::contracts
