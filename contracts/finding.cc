#include "contracts/finding.h"

#include <algorithm>
#include <array>

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kLayout = 1;

struct KindName {
  std::string_view word, rule;
};
constexpr std::array kKinds = {
    KindName{"bad_value", "BAD_VALUE"}, KindName{"cipher_fault", "CIPHER_FAULT"},
    KindName{"key_fault", "KEY_FAULT"}, KindName{"cannot_open", "CANNOT_OPEN"}};

}  // namespace

std::optional<FindingKind> ParseFindingKind(std::string_view word) {
  const auto* it = std::ranges::find(kKinds, word, &KindName::word);
  if (it == kKinds.end()) return std::nullopt;
  return static_cast<FindingKind>(it - kKinds.begin() + 1);
}

std::string_view ToString(FindingKind kind) {
  return kKinds.at(static_cast<size_t>(kind) - 1).word;
}

std::string_view AlertRule(FindingKind kind) {
  return kKinds.at(static_cast<size_t>(kind) - 1).rule;
}

Bytes FindingKey(const FindingTarget& target, FindingKind kind) {
  Writer out;
  out.U8(static_cast<uint8_t>(target.kind)).Sized8(target.id).U32(target.version);
  return out.U16(target.field).U16(target.item).U8(static_cast<uint8_t>(kind)).Take();
}

std::optional<FindingPlace> ParseFindingKey(ByteView key) {
  Reader in(key);
  FindingPlace out;
  out.target.kind = static_cast<ledger::EntityKind>(in.U8());
  out.target.id = Bytes(in.Sized8());
  out.target.version = in.U32();
  out.target.field = in.U16();
  out.target.item = in.U16();
  const uint8_t kind = in.U8();
  out.kind = static_cast<FindingKind>(kind);
  if (!in.Finish("key of a finding").ok() || kind == 0 || kind > kKinds.size()) return std::nullopt;
  return out;
}

Bytes EncodeFinding(const Finding& finding) {
  Writer out;
  out.U8(kLayout).U8(static_cast<uint8_t>(finding.stage)).U8(finding.published ? 1 : 0);
  out.Raw(finding.owner).Raw(finding.finder).Raw(finding.tx).U32(finding.record);
  out.U64(finding.time_ms).Raw(finding.second).Raw(finding.second_tx).U64(finding.deadline_ms);
  return out.Take();
}

Finding DecodeFinding(ByteView bytes) {
  Reader in(bytes);
  const uint8_t layout = in.U8();
  Finding out;
  out.stage = static_cast<FindingStage>(in.U8());
  out.published = in.U8() != 0;
  out.owner = in.Take<PartyId>();
  out.finder = in.Take<PartyId>();
  out.tx = in.Take<TxId>();
  out.record = in.U32();
  out.time_ms = in.U64();
  out.second = in.Take<PartyId>();
  out.second_tx = in.Take<TxId>();
  out.deadline_ms = in.U64();
  SUYUAN_CHECK(layout == kLayout && in.Finish("finding").ok(), "finding in state is damaged");
  return out;
}

std::optional<Finding> FindFinding(const StateReader& state, const FindingTarget& target,
                                   FindingKind kind) {
  const auto value = state.Get(Namespace::kFinding, FindingKey(target, kind));
  if (!value) return std::nullopt;
  return DecodeFinding(*value);
}

}  // namespace suyuan::contracts
