#include "contracts/outcome.h"

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr ByteView kMagic = "SYO1";
constexpr uint32_t kNoRecord = 0xFFFFFFFF;

bool IsEffectKind(uint8_t kind) {
  return kind >= static_cast<uint8_t>(EffectKind::kCreated) &&
         kind <= static_cast<uint8_t>(EffectKind::kAlert);
}

bool IsEntityKind(uint8_t kind) {
  using ledger::EntityKind;
  switch (static_cast<EntityKind>(kind)) {
    case EntityKind::kNone:
    case EntityKind::kParty:
    case EntityKind::kProduct:
    case EntityKind::kBatch:
    case EntityKind::kCode:
    case EntityKind::kFlow:
    case EntityKind::kDocument:
    case EntityKind::kCatalogNode:
    case EntityKind::kNode:
      return true;
  }
  return false;
}

void WriteEffect(Writer& writer, const Effect& effect) {
  const Bytes subject = Writer().U8(static_cast<uint8_t>(effect.entity)).Raw(effect.id).Take();
  writer.U8(static_cast<uint8_t>(effect.kind)).U32(effect.record);
  // Fits a u8 length: no id is longer than a canonical code, kCanonicalCodeBytesMax.
  writer.Sized8(subject).Sized8(effect.text);
}

Status Malformed(const char* what) {
  return Error{ErrorCode::kFormat, std::string("outcome: ") + what};
}

Status ReadEffect(Reader& reader, Outcome& outcome) {
  const uint8_t kind = reader.U8();
  Effect effect;
  effect.record = reader.U32();
  const ByteView subject = reader.Sized8();
  effect.text = std::string(reader.Sized8());
  if (reader.failed()) return Malformed("effect is cut short");
  if (!IsEffectKind(kind)) return Malformed("unknown kind of effect");
  if (subject.empty() || !IsEntityKind(static_cast<uint8_t>(subject[0])))
    return Malformed("unknown kind of entity");
  effect.kind = static_cast<EffectKind>(kind);
  effect.entity = static_cast<ledger::EntityKind>(subject[0]);
  effect.id = Bytes(subject.substr(1));
  outcome.effects.push_back(std::move(effect));
  return {};
}

Status ReadRefusal(Reader& reader, ErrorCode code, Outcome& outcome) {
  Error error{code};
  const uint32_t record = reader.U32();
  if (record != kNoRecord) error.record = record;
  error.field = reader.U16();
  error.item = reader.U16();
  error.detail = std::string(reader.Sized());
  if (Describe(code).code != code) return Malformed("unknown error code");
  outcome.refusal = std::move(error);
  return {};
}

}  // namespace

Bytes EncodeOutcome(const Outcome& outcome) {
  Writer writer;
  writer.Raw(kMagic);
  if (outcome.refusal) {
    const Error& error = *outcome.refusal;
    SUYUAN_CHECK(error.code != ErrorCode::kOk, "a refusal needs an error code");
    writer.U16(static_cast<uint16_t>(error.code)).U32(error.record.value_or(kNoRecord));
    writer.U16(error.field).U16(error.item).Sized(error.detail);
    return writer.Take();
  }
  SUYUAN_CHECK(outcome.effects.size() <= UINT16_MAX, "too many effects for one outcome");
  writer.U16(0).U16(static_cast<uint16_t>(outcome.effects.size()));
  for (const Effect& effect : outcome.effects) WriteEffect(writer, effect);
  return writer.Take();
}

bool IsApplied(ByteView outcome) {
  Reader reader(outcome);
  return reader.Raw(kMagic.size()) == kMagic && reader.U16() == 0 && !reader.failed();
}

Result<Outcome> DecodeOutcome(ByteView bytes) {
  Reader reader(bytes);
  if (reader.Raw(kMagic.size()) != kMagic) return Malformed("not an outcome").error();
  Outcome outcome;
  const uint16_t code = reader.U16();
  if (code != 0) {
    SUYUAN_RETURN_IF_ERROR(ReadRefusal(reader, static_cast<ErrorCode>(code), outcome));
  } else {
    const uint16_t count = reader.U16();
    for (uint16_t i = 0; i < count; ++i) SUYUAN_RETURN_IF_ERROR(ReadEffect(reader, outcome));
  }
  SUYUAN_RETURN_IF_ERROR(reader.Finish("outcome"));
  return outcome;
}

}  // namespace suyuan::contracts
