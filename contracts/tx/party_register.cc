// PARTY_REGISTER (6.1): one party record and the records of its documents. The transaction brings
// its own key: the one that signs is the one that it registers (C01).
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"
#include "contracts/tx/doc_anchor.h"

namespace suyuan::contracts {
namespace {

namespace f = party_field;
using ledger::EntityKind;

// Position of the one party record; E_FORMAT when there is none or a second one.
Result<uint32_t> FindPartyRecord(const TxContext& ctx) {
  std::optional<uint32_t> found;
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (ctx.record(i).schema != f::kSection) continue;
    if (found) return RefuseAt({i}, ErrorCode::kFormat, "a second party record");
    found = i;
  }
  if (!found) return Error{ErrorCode::kFormat, "no party record"};
  return *found;
}

template <typename Key>
Key ReadKey(const RecordView& view, uint16_t field) {
  return *Key::From(*HexDecode(view.Text(field)));
}

Status CheckKeys(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  const auto signing = ReadKey<PublicKey>(view, f::kSigningKey);
  if (KeyIdOf(Suite::kEd25519, signing) != ctx.tx.core.signers[0].key_id) {
    return RefuseAt({record, f::kSigningKey}, ErrorCode::kSig,
                    "the transaction is signed with another key than it registers");
  }
  for (const uint16_t field : {f::kSealingKey, f::kRecoveryKey, f::kEscrowKey}) {
    if (view.Has(field) && !IsAcceptableSealingKey(ReadKey<SealingPublicKey>(view, field)))
      return RefuseAt({record, field}, ErrorCode::kFormat, "a key of small order");
  }
  return {};
}

// D-31: whoever is named as host signs along.
Status CheckHost(const TxContext& ctx, uint32_t record) {
  const std::string named = RecordView(ctx.record(record)).Text(f::kHostedBy);
  const auto& signers = ctx.tx.core.signers;
  if (named.empty() && signers.size() == 1) return {};
  if (!named.empty() && signers.size() == 2 && ToString(signers[1].party) == named) return {};
  return RefuseAt({record, f::kHostedBy}, ErrorCode::kAuthz,
                  "the hosting party, and nobody else, signs along");
}

Party ReadParty(const TxContext& ctx, uint32_t record, const EntityId& licence) {
  const RecordView view(ctx.record(record));
  Party party;
  const json::Value types = *view.Value(f::kPartyType);
  for (const json::Value& word : *types.if_array())
    party.types |= PartyTypeBitOf(*word.if_string());
  party.region = view.Text(f::kRegionCode);
  party.signing_key = ReadKey<PublicKey>(view, f::kSigningKey);
  party.sealing_key = ReadKey<SealingPublicKey>(view, f::kSealingKey);
  if (view.Has(f::kRecoveryKey))
    party.recovery_key = ReadKey<SealingPublicKey>(view, f::kRecoveryKey);
  if (view.Has(f::kEscrowKey)) party.escrow_key = ReadKey<SealingPublicKey>(view, f::kEscrowKey);
  party.licence = licence;
  if (view.Has(f::kHostedBy)) party.hosted_by = *ParsePartyId(view.Text(f::kHostedBy));
  party.filing_time_ms = ctx.block_time_ms;
  party.node_code = NodeCodeOf(party.region, ctx.tx.core.submitter);
  party.name = view.Text(f::kPartyName);
  return party;
}

// C03: a rejected registration frees its code, and its key with it.
Status CheckUnique(const TxContext& ctx, uint32_t record, const std::optional<Entity>& before) {
  if (before && before->state != EntityState::kRejected)
    return RefuseAt({record, f::kPartyCode}, ErrorCode::kDupParty, "this party is registered");
  const auto key = FindKey(ctx.state, ctx.tx.core.signers[0].key_id);
  if (key && key->party != ctx.tx.core.submitter) {
    return RefuseAt({record, f::kSigningKey}, ErrorCode::kSig,
                    "the key is or was registered for another party");
  }
  return {};
}

Result<UsableDocument> FindLicence(const TxContext& ctx, uint32_t record) {
  const bool public_body = RecordView(ctx.record(record)).Text(f::kEntityKind) == "public_body";
  return FindDocument(ctx, {record, f::kBusinessLicenceDoc},
                      {public_body ? DocType::kLegalPersonCert : DocType::kBusinessLicence});
}

}  // namespace

Status ValidatePartyRegister(const TxContext& ctx) {
  SUYUAN_ASSIGN_OR_RETURN(const uint32_t party, FindPartyRecord(ctx));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (i != party) SUYUAN_RETURN_IF_ERROR(CheckDocumentRecord(ctx, i));
  }
  const ledger::Record& record = ctx.record(party);
  if (record.subject_kind != EntityKind::kNone)
    return RefuseAt({party}, ErrorCode::kFormat, "a registration has no subject");
  SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = party}));
  if (RecordView(record).Text(f::kPartyCode) != ToString(ctx.tx.core.submitter)) {
    return RefuseAt({party, f::kPartyCode}, ErrorCode::kAuthz,
                    "a party registers itself, not another one");
  }
  SUYUAN_RETURN_IF_ERROR(CheckKeys(ctx, party));
  return CheckHost(ctx, party);
}

Status ApplyPartyRegister(TxContext& ctx) {
  SUYUAN_ASSIGN_OR_RETURN(const uint32_t record, FindPartyRecord(ctx));
  const PartyId& id = ctx.tx.core.submitter;
  auto before = LoadEntity(ctx.state, EntityKind::kParty, id.view());
  SUYUAN_RETURN_IF_ERROR(CheckUnique(ctx, record, before));
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    if (i != record) SUYUAN_RETURN_IF_ERROR(AnchorDocument(ctx, i));
  }
  SUYUAN_ASSIGN_OR_RETURN(const UsableDocument licence, FindLicence(ctx, record));

  const Party party = ReadParty(ctx, record, licence.id);
  Entity entity = before ? *std::move(before) : Entity{};
  const bool again = entity.event_count != 0;
  entity.state = EntityState::kPending;
  entity.content = EncodeParty(party);
  if (party.Is(kRegulator)) ctx.state.Put(Namespace::kRegulator, id.view(), "");
  ctx.state.Put(Namespace::kKey, ctx.tx.core.signers[0].key_id.view(),
                EncodeKeyEntry({id, ctx.height, Height(0)}));
  const Change change{record, EntityKind::kParty, id.view(), EffectKind::kChanged, again};
  if (again) {
    SaveEntity(ctx, change, std::move(entity));
  } else {
    CreateEntity(ctx, change, std::move(entity), id);
  }
  return {};
}

}  // namespace suyuan::contracts
