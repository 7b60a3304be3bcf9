// FLOW_CONFIRM (6.5): a command record about the flow, and behind it, where the confirming side
// owes fields of its own, a flow record with them. The other side shows that it is meant by opening
// its party code; of a disputed flow both sides confirm a part, or a regulator rules.
#include <algorithm>

#include "common/codec.h"
#include "contracts/code_select.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_record.h"
#include "contracts/flow_work.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
namespace f = flow_field;
using ledger::EntityKind;

bool HasDetails(const TxContext& ctx, uint32_t record) {
  return record + 1 < ctx.tx.records.size() && ctx.record(record + 1).schema == f::kSection;
}

Status CheckDetails(const TxContext& ctx, uint32_t record) {
  const ledger::Record& r = ctx.record(record);
  const std::span<const uint16_t> fields = ConfirmationFields();
  for (const ledger::Leaf& leaf : r.leaves) {
    if (std::ranges::find(fields, leaf.field) == fields.end()) {
      return RefuseAt({record, leaf.field}, ErrorCode::kImmutable,
                      "a confirmation does not change this field");
    }
  }
  if (r.subject_kind != EntityKind::kFlow || r.subject != ctx.record(record - 1).subject)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a record about the same flow");
  RecordCheck check{.record_index = record, .extra_required = {}, .partial = true};
  for (const uint16_t field : fields) {
    if (!IsClear(FindField(field)->disclosure)) check.extra_required.push_back(field);
  }
  return CheckRecord(r, check);
}

// C04: the buyer's side states the purchase, the seller's side the sale.
Status RequireOwed(const TxContext& ctx, uint32_t record, const Flow& flow) {
  const std::vector<uint16_t> owed = OwedByConfirming(flow.type);
  if (!owed.empty() && !HasDetails(ctx, record)) {
    return RefuseAt({record, owed.front()}, ErrorCode::kMissing,
                    std::string(FindField(owed.front())->identifier) + ": is required");
  }
  return {};
}

// Single codes, and ranges of one batch.
Result<std::vector<std::pair<std::string, Place>>> RejectedCodes(const TxContext& ctx,
                                                                 UnitBook& book, uint32_t record) {
  std::vector<std::pair<std::string, Place>> codes;
  for (const ledger::Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.field != x::kRejectedCodes) continue;
    const Place place{record, leaf.field, leaf.item};
    SUYUAN_ASSIGN_OR_RETURN(const json::Value value, json::Parse(leaf.value));
    if (const std::string* code = value.if_string()) {
      codes.emplace_back(*code, place);
      continue;
    }
    const auto claim = FindClaim(ctx.state, ShapeOf(value.Text("first")).claim_key);
    if (!claim || claim->kind != EntityKind::kBatch)
      return RefuseAt(place, ErrorCode::kRef, "the first code of the range was never issued");
    const Batch& batch = book.FindBatch(claim->id)->batch;
    for (std::string& code :
         CodesInRange(ctx.state, claim->id, batch, value, ctx.limits.codes_max)) {
      if (codes.size() >= ctx.limits.codes_max)
        return RefuseAt(place, ErrorCode::kSize, "too many codes in one transaction");
      codes.emplace_back(std::move(code), place);
    }
  }
  return codes;
}

class Confirmation {
 public:
  Confirmation(TxContext& ctx, UnitBook& book, uint32_t record, LoadedFlow loaded)
      : ctx_(ctx),
        book_(book),
        record_(record),
        loaded_(std::move(loaded)),
        work_(ctx, book, record, loaded_.id, loaded_.flow) {}

  Status Run() {
    SUYUAN_RETURN_IF_ERROR(
        RequireState(record_, loaded_.entity.state,
                     {EntityState::kPending, EntityState::kDisputed, EntityState::kOneSided}));
    const bool part = RecordView(ctx_.record(record_)).Has(x::kRejectedCodes) || Cosigner(ctx_);
    const bool disputed = loaded_.entity.state == EntityState::kDisputed;
    if (part && !disputed)
      return RefuseAt({record_}, ErrorCode::kState, "only of a disputed flow a part is confirmed");
    if (disputed && ctx_.submitter->Is(kRegulator)) return Rule();
    if (disputed && flow().moved)
      return RefuseAt({record_}, ErrorCode::kState, "a disputed gap ends by voiding or a ruling");
    if (loaded_.entity.state == EntityState::kOneSided) return Adopt();
    SUYUAN_RETURN_IF_ERROR(part ? ConfirmPart() : ConfirmAll());
    return Finish();
  }

 private:
  Flow& flow() { return loaded_.flow; }

  Status ConfirmAll() {
    const PartyId& other = ctx_.tx.core.submitter;
    SUYUAN_RETURN_IF_ERROR(ProveOtherSide(ctx_, record_, flow(), other));
    SUYUAN_RETURN_IF_ERROR(CheckSuspended(ctx_, record_, flow()));
    flow().other = other;
    SUYUAN_RETURN_IF_ERROR(RequireOwed(ctx_, record_, flow()));
    if (flow().type == FlowType::kReturn && !flow().receiving)
      SUYUAN_RETURN_IF_ERROR(RequireType(ctx_, kManufacturer | kDistributor));
    return work_.CheckConfirm();
  }

  Status ConfirmPart() {
    PartyId other;
    SUYUAN_RETURN_IF_ERROR(RequireBothSides(ctx_, record_, flow(), other));
    flow().other = other;
    SUYUAN_ASSIGN_OR_RETURN(const auto rejected, RejectedCodes(ctx_, book_, record_));
    // The accepted quantity of a shared code is sealed in the details.
    if (rejected.empty() && !HasDetails(ctx_, record_)) {
      return RefuseAt({record_, x::kRejectedCodes}, ErrorCode::kMissing,
                      "a part is confirmed by its quantity or by the codes left out");
    }
    SUYUAN_RETURN_IF_ERROR(work_.Reject(rejected));
    return work_.CheckConfirm();
  }

  // ONE_SIDED: the outside party registered since.
  Status Adopt() {
    const PartyId& other = ctx_.tx.core.submitter;
    SUYUAN_RETURN_IF_ERROR(ProveOtherSide(ctx_, record_, flow(), other));
    flow().other = other;
    work_.Adopt(other);
    return Save();
  }

  Status Rule() {
    SUYUAN_RETURN_IF_ERROR(RequireRulingDue(ctx_, book_, record_, flow()));
    if (flow().moved) {
      work_.EndGaps();
      return Save();
    }
    SUYUAN_RETURN_IF_ERROR(work_.CheckConfirm());
    return Finish();
  }

  Status Finish() {
    if (flow().receiving) {
      for (const FlowGoods& goods : flow().goods) {
        ctx_.state.Erase(Namespace::kPendingReceipt,
                         PendingReceiptKey(flow().recorder, goods.code, loaded_.id));
      }
    }
    SUYUAN_RETURN_IF_ERROR(work_.Move());
    return Save();
  }

  Status Save() {
    if (!flow().other.is_zero()) {
      Writer key;
      key.Raw(flow().other).U8(static_cast<uint8_t>(EntityKind::kFlow)).Raw(loaded_.id);
      ctx_.state.Put(Namespace::kOwnerIndex, key.bytes(), {});
    }
    const bool details = HasDetails(ctx_, record_);
    SaveFlow(ctx_, record_ + (details ? 1 : 0), loaded_.id, std::move(loaded_.entity), flow(),
             EntityState::kConfirmed, details);
    return {};
  }

  TxContext& ctx_;
  UnitBook& book_;
  uint32_t record_;
  LoadedFlow loaded_;
  FlowWork work_;
};

}  // namespace

Status ValidateFlowConfirm(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    const ledger::Record& record = ctx.record(i);
    if (record.schema != x::kSection || record.subject_kind != EntityKind::kFlow)
      return RefuseAt({i}, ErrorCode::kFormat, "expected a command record about a flow");
    SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = i}));
    if (HasDetails(ctx, i)) SUYUAN_RETURN_IF_ERROR(CheckDetails(ctx, ++i));
  }
  return {};
}

Status ApplyFlowConfirm(TxContext& ctx) {
  UnitBook book(ctx.state);
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(LoadedFlow flow, LoadFlow(ctx, i));
    SUYUAN_RETURN_IF_ERROR(Confirmation(ctx, book, i, std::move(flow)).Run());
    if (HasDetails(ctx, i)) ++i;
  }
  return {};
}

}  // namespace suyuan::contracts
