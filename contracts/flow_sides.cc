// Who acts on a flow: its other side, both sides, a regulator (requirements 6.5, D-40).
#include "common/encoding.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_record.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/rules.h"
#include "ledger/sealing/field.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

}  // namespace

std::vector<PartyId> KnownSides(UnitBook& book, const Flow& flow) {
  std::vector<PartyId> sides = {flow.recorder};
  if (!flow.other.is_zero()) sides.push_back(flow.other);
  for (const FlowGoods& goods : flow.goods) {
    if (!goods.in_gap) continue;
    const PartyId holder = book.Real(book.Find(goods.code).value()).holder;
    if (!holder.is_zero()) sides.push_back(holder);
    break;
  }
  return sides;
}

Result<LoadedFlow> LoadFlow(const TxContext& ctx, uint32_t record) {
  SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx, record, EntityKind::kFlow));
  Flow flow = DecodeFlow(entity.content);
  return LoadedFlow{*EntityId::From(ctx.record(record).subject), std::move(entity),
                    std::move(flow)};
}

Status ProveOtherSide(const TxContext& ctx, uint32_t record, const Flow& flow,
                      const PartyId& party) {
  const Place place{record, x::kSideOpening};
  const std::string text = RecordView(ctx.record(record)).Text(x::kSideOpening);
  if (party == flow.recorder)
    return RefuseAt({record}, ErrorCode::kAuthz, "the sender is not the other side");
  if (text.empty()) {
    if (!flow.other.is_zero() && flow.other == party) return {};
    if (!flow.other.is_zero() || !flow.sealed)
      return RefuseAt({record}, ErrorCode::kAuthz, "the flow names another party, or none");
    return RefuseAt(place, ErrorCode::kMissing, "the other side opens its own party code");
  }
  const auto padded = HexDecode(text);
  if (!padded.ok()) return RefuseAt(place, ErrorCode::kFormat, "expected hex digits");
  if (!flow.sealed)
    return RefuseAt(place, ErrorCode::kCommit, "the flow names no party by its code");
  const sealing::SealedPlace at{flow.sealed->record, flow.sealed->field, 0};
  if (sealing::FieldCommitment(flow.sealed->context, at, *padded) != flow.sealed->commitment)
    return RefuseAt(place, ErrorCode::kCommit, "the opening does not reproduce the commitment");
  const auto value = sealing::UnpadValue(*padded);
  if (!value.ok()) return RefuseAt(place, ErrorCode::kCommit, "not a padded value");
  const std::string expected = "\"" + ToString(party) + "\"";
  if (*value && **value == expected) return {};
  return RefuseAt({record}, ErrorCode::kAuthz, "the flow names another party, or none");
}

Status RequireBothSides(const TxContext& ctx, uint32_t record, const Flow& flow, PartyId& other) {
  const auto cosigner = Cosigner(ctx);
  if (!cosigner) return RefuseAt({record}, ErrorCode::kAuthz, "both sides sign this");
  const bool sender = ctx.tx.core.submitter == flow.recorder;
  if (!sender && *cosigner != flow.recorder)
    return RefuseAt({record}, ErrorCode::kAuthz, "the sender of the flow does not sign");
  other = sender ? *cosigner : ctx.tx.core.submitter;
  return ProveOtherSide(ctx, record, flow, other);
}

Status CheckSuspended(const TxContext& ctx, uint32_t record, const Flow& flow) {
  const ByteView id = ctx.tx.core.submitter.view();
  const auto entity = LoadEntity(ctx.state, EntityKind::kParty, id);
  if (entity->state != EntityState::kSuspended) return {};
  uint64_t since_ms = UINT64_MAX;
  bool before = false;
  for (const EntityEvent& event : ReadEvents(ctx.state, EntityKind::kParty, id)) {
    const bool now = event.state == EntityState::kSuspended;
    if (now && !before) since_ms = event.time_ms;
    before = now;
  }
  if (flow.recorded_ms < since_ms) return {};
  return RefuseAt({record}, ErrorCode::kState,
                  "a suspended party answers only flows that were recorded before");
}

Status RequireRuling(const TxContext& ctx, UnitBook& book, uint32_t record, const Flow& flow) {
  Status allowed;
  for (const PartyId& side : KnownSides(book, flow)) {
    allowed = RequireReviewer(ctx, record, side);
    if (allowed.ok() || allowed.error().code != ErrorCode::kRegion) break;
  }
  SUYUAN_RETURN_IF_ERROR(std::move(allowed));
  if (!RecordView(ctx.record(record)).Has(x::kReasonDoc)) {
    return RefuseAt({record, x::kReasonDoc}, ErrorCode::kMissing,
                    "a ruling states its reason in a document");
  }
  auto reason = FindDocument(ctx, {record, x::kReasonDoc}, {});
  if (!reason.ok()) return std::move(reason).error();
  return {};
}

Status RequireRulingDue(const TxContext& ctx, UnitBook& book, uint32_t record, const Flow& flow) {
  SUYUAN_RETURN_IF_ERROR(RequireRuling(ctx, book, record, flow));
  const uint64_t days = ctx.rules.DisputeDays();
  if (flow.ruling_asked || ctx.block_time_ms >= flow.disputed_ms + days * kDayMs) return {};
  const auto cosigner = Cosigner(ctx);
  for (const PartyId& side : KnownSides(book, flow)) {
    if (cosigner && *cosigner == side) return {};
  }
  return RefuseAt({record}, ErrorCode::kAuthz, "no side asked for a ruling, and it is not due yet");
}

}  // namespace suyuan::contracts
