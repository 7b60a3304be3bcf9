#include "contracts/guards.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/party.h"

namespace suyuan::contracts {
namespace {

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

}  // namespace

Error RefuseAt(const Place& place, ErrorCode code, std::string detail) {
  return Error{code, std::move(detail)}.At(place.record, place.field, place.item);
}

Status RequireType(const TxContext& ctx, uint16_t bits) {
  if (ctx.submitter != nullptr && ctx.submitter->Is(bits)) return {};
  return Error{ErrorCode::kAuthz, "the submitting party's type may not send this transaction"};
}

Status RequireReviewer(const TxContext& ctx, uint32_t record, const PartyId& owner) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  Status allowed = CheckReviewer(ctx.state, *ctx.submitter, ctx.tx.core.submitter, owner);
  if (allowed.ok()) return allowed;
  return std::move(allowed).error().At(record);
}

Status CheckReviewer(const StateReader& state, const Party& reviewer, const PartyId& self,
                     const PartyId& owner) {
  if (!reviewer.Is(kRegulator)) return Error{ErrorCode::kAuthz, "the party's type may not review"};
  if (owner == self) return Error{ErrorCode::kSelfReview, "nobody reviews what is its own"};
  const auto entity = LoadEntity(state, ledger::EntityKind::kParty, owner.view());
  SUYUAN_CHECK(entity.has_value(), "the owner of an entity is registered");
  if (!RegionCovers(reviewer.region, DecodeParty(entity->content).region))
    return Error{ErrorCode::kRegion, "the reviewer's region does not cover the subject"};
  return {};
}

Result<Entity> LoadSubject(const TxContext& ctx, uint32_t record, ledger::EntityKind kind) {
  const ledger::Record& r = ctx.record(record);
  if (r.subject_kind != kind)
    return RefuseAt({record}, ErrorCode::kFormat, "the record's subject is of another kind");
  auto entity = LoadEntity(ctx.state, kind, r.subject);
  if (!entity) return RefuseAt({record}, ErrorCode::kRef, "the record's subject does not exist");
  return *std::move(entity);
}

Status RequireState(uint32_t record, EntityState state,
                    std::initializer_list<EntityState> allowed) {
  if (std::ranges::find(allowed, state) != allowed.end()) return {};
  return RefuseAt({record}, ErrorCode::kState,
                  "not allowed in state " + std::string(ToString(state)));
}

Status CheckCommandRecords(const TxContext& ctx, ledger::EntityKind kind) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    if (record.schema != command_field::kSection || record.subject_kind != kind)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a command record about another entity");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = i}));
  }
  return {};
}

Result<Decision> ReadDecision(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  const std::string word = view.Text(command_field::kDecision);
  if (word.empty())
    return RefuseAt({record, command_field::kDecision}, ErrorCode::kMissing, "no decision");
  if (word == "approve") return Decision::kApprove;
  if (word != "return" && word != "reject") {
    return RefuseAt({record, command_field::kDecision}, ErrorCode::kFormat,
                    "expected approve, return or reject");
  }
  if (view.Text(command_field::kReason).empty()) {
    return RefuseAt({record, command_field::kReason}, ErrorCode::kMissing,
                    "a return or rejection states its reason");
  }
  return word == "return" ? Decision::kReturn : Decision::kReject;
}

Status RequireEntityReview(const TxContext& ctx, uint32_t record) {
  const std::string of = RecordView(ctx.record(record)).Text(command_field::kReviewOf);
  if (of.empty() || of == "entity") return {};
  return RefuseAt({record, command_field::kReviewOf}, ErrorCode::kState,
                  "nothing of this kind is open for review");
}

Result<UsableDocument> FindDocument(const TxContext& ctx, const Place& place,
                                    std::initializer_list<DocType> types) {
  const auto named =
      ParseEntityId(RecordView(ctx.record(place.record)).Text(place.field, place.item));
  if (!named.ok()) return RefuseAt(place, ErrorCode::kFormat, "not a document id");
  const EntityId id = ResolveReference(ctx.tx.id, *named);
  const auto entity = LoadEntity(ctx.state, ledger::EntityKind::kDocument, id.view());
  if (!entity) return RefuseAt(place, ErrorCode::kRef, "the document does not exist");
  if (entity->state != EntityState::kAnchored && entity->state != EntityState::kAccepted)
    return RefuseAt(place, ErrorCode::kRef, "the document may no longer be used");
  const Document document = DecodeDocument(entity->content);
  if (document.owner != ctx.tx.core.submitter)
    return RefuseAt(place, ErrorCode::kAuthz, "the document belongs to another party");
  if (types.size() != 0 && std::ranges::find(types, document.type) == types.end())
    return RefuseAt(place, ErrorCode::kDoc, "the document's type does not fit its use");
  if (document.ExpiredOn(DayOf(ctx.block_time_ms)))
    return RefuseAt(place, ErrorCode::kDoc, "the document is past its validity");
  return UsableDocument{id, document};
}

void AcceptDocument(TxContext& ctx, uint32_t record, const EntityId& id) {
  auto entity = LoadEntity(ctx.state, ledger::EntityKind::kDocument, id.view());
  if (!entity || entity->state != EntityState::kAnchored) return;
  entity->state = EntityState::kAccepted;
  SaveEntity(ctx, {record, ledger::EntityKind::kDocument, id.view()}, *std::move(entity));
}

Day LatestEventDay(const TxContext& ctx) { return DayOf(LatestEventMs(ctx)); }
uint64_t LatestEventMs(const TxContext& ctx) { return ctx.block_time_ms + kDayMs; }

}  // namespace suyuan::contracts
