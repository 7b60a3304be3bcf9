// FINDING (6.14): a reader puts on record what is wrong with a sealed value, one value a record.
// A regulator may publish the proof: an opening leaf (bad value) or a fault leaf (cipher fault),
// which opens this one field (C18). Otherwise the proof is sealed to the field's readers, and the
// nodes check who finds and what it is about. A key fault is never published, because its proof is
// a key that opens other fields as well.
#include "contracts/finding.h"

#include <algorithm>

#include "contracts/alert.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/party.h"
#include "contracts/rules.h"
#include "contracts/shown_value.h"
#include "contracts/stated_field.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace x = command_field;
using ledger::EntityKind;
using ledger::Leaf;
using ledger::LeafMode;

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

bool IsShown(const Leaf& leaf) {
  return leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault;
}

const Leaf* ShownOf(const ledger::Record& record) {
  const auto it = std::ranges::find_if(record.leaves, IsShown);
  return it == record.leaves.end() ? nullptr : &*it;
}

uint16_t TargetItem(const ledger::Record& record) {
  return static_cast<uint16_t>(RecordView(record).Integer(x::kTargetItem).value_or(0));
}

// What is published fits the kind and is the value that the record names.
Status CheckShown(const TxContext& ctx, uint32_t record, FindingKind kind, const Leaf& shown) {
  const Place place{record, shown.field, shown.item};
  if (kind == FindingKind::kKeyFault) {
    return RefuseAt(place, ErrorCode::kDisclose,
                    "a key fault is proven to the field's readers only: its key opens other "
                    "fields, too");
  }
  const bool fits = (kind == FindingKind::kBadValue && shown.mode == LeafMode::kOpening) ||
                    (kind == FindingKind::kCipherFault && shown.mode == LeafMode::kFault);
  if (!fits || shown.item != TargetItem(ctx.record(record)))
    return RefuseAt(place, ErrorCode::kFormat, "what is shown is no proof of this finding");
  const auto shows = std::ranges::count_if(ctx.record(record).leaves, IsShown);
  if (shows != 1) return RefuseAt(place, ErrorCode::kFormat, "a finding is about one value");
  return {};
}

// Form: the kind, and a proof where one is due.
Status CheckForm(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  const auto kind = ParseFindingKind(view.Text(x::kFindingKind));
  if (!kind) {
    return RefuseAt({record, x::kFindingKind}, ErrorCode::kMissing, "finding_kind: is required");
  }
  const Leaf* shown = ShownOf(ctx.record(record));
  const bool sealed = view.Has(x::kFindingProof);
  if (kind == FindingKind::kCannotOpen) {
    if (shown == nullptr && !sealed) return {};
    return RefuseAt({record, x::kFindingProof}, ErrorCode::kFormat, "a claim has no proof");
  }
  if (view.Has(x::kFindingOf))
    return RefuseAt({record, x::kFindingOf}, ErrorCode::kFormat, "only a claim is countersigned");
  if (shown == nullptr && !sealed) {
    return RefuseAt({record, x::kFindingProof}, ErrorCode::kMissing,
                    "finding_proof: is required, sealed or shown");
  }
  if (shown != nullptr && sealed) {
    return RefuseAt({record, x::kFindingProof}, ErrorCode::kFormat,
                    "a proof is sealed or shown, not both");
  }
  if (shown != nullptr) SUYUAN_RETURN_IF_ERROR(CheckShown(ctx, record, *kind, *shown));
  const bool names_rule = shown != nullptr && kind == FindingKind::kBadValue;
  if (names_rule == view.Has(x::kFindingRule)) return {};
  return RefuseAt({record, x::kFindingRule}, names_rule ? ErrorCode::kMissing : ErrorCode::kFormat,
                  "finding_rule: goes with a published bad value, and with nothing else");
}

// C28 over the one who sealed it or, of a flow, over either side.
Status RequireRegulator(const TxContext& ctx, uint32_t record, const StatedField& stated) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  const RecordSubject about{ctx.record(record).subject_kind, Bytes(ctx.record(record).subject)};
  Status allowed =
      CheckJurisdiction(ctx.state, *ctx.submitter, ctx.tx.core.submitter, about, stated.owner());
  if (allowed.ok()) return allowed;
  return std::move(allowed).error().At(record);
}

// Those of whom the ledger shows that they read the field: regulators with jurisdiction and, of
// what both sides of a flow read, the other side.
Status RequireReader(const TxContext& ctx, uint32_t record, const StatedField& stated) {
  const PartyId& finder = ctx.tx.core.submitter;
  if (finder == stated.owner())
    return RefuseAt({record}, ErrorCode::kSelfReview, "nobody finds against itself");
  if (ctx.submitter->Is(kRegulator)) return RequireRegulator(ctx, record, stated);
  const bool shared =
      stated.disclosure == DisclosureClass::kCpty || stated.disclosure == DisclosureClass::kChain;
  if (shared && ctx.record(record).subject_kind == EntityKind::kFlow) {
    const Flow flow = DecodeFlow(stated.entity.content);
    if (finder == flow.recorder || finder == flow.other) return {};
  }
  return RefuseAt({record}, ErrorCode::kAuthz, "the finder is not known as a reader of the field");
}

// One record at work.
class Filing {
 public:
  Filing(TxContext& ctx, uint32_t record, StatedField stated)
      : ctx_(ctx),
        record_(record),
        stated_(std::move(stated)),
        kind_(*ParseFindingKind(View().Text(x::kFindingKind))),
        target_{ctx.record(record).subject_kind, Bytes(ctx.record(record).subject), stated_.version,
                stated_.field->number, TargetItem(ctx.record(record))},
        before_(FindFinding(ctx.state, target_, kind_)) {}

  Status Run() {
    const Leaf* leaf = stated_.record.Find(target_.field, target_.item);
    if (leaf == nullptr || leaf->mode != LeafMode::kHidden)
      return RefuseAt({record_, x::kTargetField}, ErrorCode::kRef, "no value is sealed there");
    if (View().Has(x::kFindingOf)) return ActOnClaim();
    SUYUAN_RETURN_IF_ERROR(RequireReader(ctx_, record_, stated_));
    const Leaf* shown = ShownOf(ctx_.record(record_));
    if (shown != nullptr) {
      if (!ctx_.submitter->Is(kRegulator)) {
        return RefuseAt({record_, shown->field, shown->item}, ErrorCode::kDisclose,
                        "only a regulator publishes a sealed value of another party");
      }
      SUYUAN_RETURN_IF_ERROR(CheckShownLeaf(stated_, record_, *shown));
    }
    const bool publishes = shown != nullptr && before_ && !before_->published;
    const bool again = before_ && before_->stage == FindingStage::kAnswered;
    if (before_ && !publishes && !again)
      return RefuseAt({record_}, ErrorCode::kState, "this is on record");
    Raise(shown != nullptr);
    return {};
  }

 private:
  RecordView View() const { return RecordView(ctx_.record(record_)); }

  void Raise(bool published) {
    Finding finding;
    finding.published = published;
    finding.owner = stated_.owner();
    finding.finder = ctx_.tx.core.submitter;
    finding.tx = ctx_.tx.id;
    finding.record = record_;
    finding.time_ms = ctx_.block_time_ms;
    Save(finding);
    // A claim of one is no reason to alert anybody.
    if (kind_ != FindingKind::kCannotOpen) Alert(0);
  }

  Status ActOnClaim() {
    const Place place{record_, x::kFindingOf};
    if (!before_ || View().Text(x::kFindingOf) != ToHex(before_->tx))
      return RefuseAt(place, ErrorCode::kRef, "no such claim is on record");
    if (before_->stage == FindingStage::kAnswered)
      return RefuseAt(place, ErrorCode::kState, "the claim was answered");
    return ctx_.tx.core.submitter == stated_.owner() ? Answer() : Countersign();
  }

  // The owner wrapped anew: this transaction carries wraps. For whom and of what, only their
  // readers see; who still cannot open claims again.
  Status Answer() {
    if (ctx_.tx.core.audiences.empty()) {
      return RefuseAt({record_}, ErrorCode::kMissing,
                      "the owner answers with a transaction that carries new wraps");
    }
    Finding finding = *before_;
    finding.stage = FindingStage::kAnswered;
    finding.second_tx = ctx_.tx.id;
    Save(finding);
    CloseAlert(ctx_, stated_.owner(), AlertRule(kind_), FindingKey(target_, kind_));
    return {};
  }

  Status Countersign() {
    SUYUAN_RETURN_IF_ERROR(RequireType(ctx_, kRegulator));
    SUYUAN_RETURN_IF_ERROR(RequireRegulator(ctx_, record_, stated_));
    if (ctx_.tx.core.submitter == before_->finder)
      return RefuseAt({record_}, ErrorCode::kSelfReview, "a second regulator countersigns");
    if (before_->stage == FindingStage::kCountersigned)
      return RefuseAt({record_, x::kFindingOf}, ErrorCode::kState, "the claim is countersigned");
    Finding finding = *before_;
    finding.stage = FindingStage::kCountersigned;
    finding.second = ctx_.tx.core.submitter;
    finding.second_tx = ctx_.tx.id;
    finding.deadline_ms = ctx_.block_time_ms + ctx_.rules.RewrapDays() * kDayMs;
    Save(finding);
    Alert(finding.deadline_ms);
    return {};
  }

  void Alert(uint64_t deadline_ms) {
    RaiseAlert(ctx_, record_, stated_.owner(), AlertRule(kind_), FindingKey(target_, kind_),
               deadline_ms);
  }

  void Save(const Finding& finding) {
    ctx_.state.Put(Namespace::kFinding, FindingKey(target_, kind_), EncodeFinding(finding));
    SaveEntity(ctx_, {record_, target_.kind, target_.id}, stated_.entity);
  }

  TxContext& ctx_;
  const uint32_t record_;
  const StatedField stated_;
  const FindingKind kind_;
  const FindingTarget target_;
  const std::optional<Finding> before_;
};

}  // namespace

Status ValidateFinding(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(CheckTargetRecord(ctx, i));
    SUYUAN_RETURN_IF_ERROR(CheckForm(ctx, i));
  }
  return {};
}

Status ApplyFinding(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(StatedField stated, LoadStatedField(ctx, i));
    SUYUAN_RETURN_IF_ERROR(Filing(ctx, i, std::move(stated)).Run());
  }
  return {};
}

}  // namespace suyuan::contracts
