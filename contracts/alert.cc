#include "contracts/alert.h"

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kLayout = 1;

}  // namespace

Bytes AlertKey(const PartyId& party, std::string_view rule, ByteView subject) {
  return Writer().Raw(party).Sized8(rule).Raw(subject).Take();
}

std::optional<AlertPlace> ParseAlertKey(ByteView key) {
  Reader in(key);
  AlertPlace out;
  out.party = in.Take<PartyId>();
  out.rule = std::string(in.Sized8());
  out.subject = Bytes(in.rest());
  if (in.failed() || out.rule.empty()) return std::nullopt;
  return out;
}

Bytes EncodeAlert(const Alert& alert) {
  Writer out;
  out.U8(kLayout).U8(static_cast<uint8_t>(alert.stage)).Raw(alert.tx).U32(alert.record);
  return out.U64(alert.raised_ms).U64(alert.deadline_ms).U64(alert.closed_ms).Take();
}

Alert DecodeAlert(ByteView bytes) {
  Reader in(bytes);
  const uint8_t layout = in.U8();
  Alert out;
  out.stage = static_cast<AlertStage>(in.U8());
  out.tx = in.Take<TxId>();
  out.record = in.U32();
  out.raised_ms = in.U64();
  out.deadline_ms = in.U64();
  out.closed_ms = in.U64();
  SUYUAN_CHECK(layout == kLayout && in.Finish("alert").ok(), "alert in state is damaged");
  return out;
}

std::optional<Alert> FindAlert(const StateReader& state, ByteView key) {
  const auto value = state.Get(Namespace::kAlert, key);
  if (!value) return std::nullopt;
  return DecodeAlert(*value);
}

void RaiseAlert(TxContext& ctx, uint32_t record, const PartyId& party, std::string_view rule,
                ByteView subject, uint64_t deadline_ms) {
  const Bytes key = AlertKey(party, rule, subject);
  const auto open = FindAlert(ctx.state, key);
  if (open && open->stage == AlertStage::kRaised) return;
  Alert alert;
  alert.tx = ctx.tx.id;
  alert.record = record;
  alert.raised_ms = ctx.block_time_ms;
  alert.deadline_ms = deadline_ms;
  ctx.state.Put(Namespace::kAlert, key, EncodeAlert(alert));
  ctx.effects.push_back(
      {EffectKind::kAlert, record, ledger::EntityKind::kParty, party.str(), std::string(rule)});
}

void CloseAlert(TxContext& ctx, const PartyId& party, std::string_view rule, ByteView subject) {
  const Bytes key = AlertKey(party, rule, subject);
  auto alert = FindAlert(ctx.state, key);
  if (!alert || alert->stage != AlertStage::kRaised) return;
  alert->stage = AlertStage::kClosed;
  alert->closed_ms = ctx.block_time_ms;
  ctx.state.Put(Namespace::kAlert, key, EncodeAlert(*alert));
}

}  // namespace suyuan::contracts
