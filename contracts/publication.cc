#include "contracts/publication.h"

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kLayout = 1;

}  // namespace

Bytes PublicationKey(ledger::EntityKind kind, ByteView id, uint16_t field) {
  return Writer().U8(static_cast<uint8_t>(kind)).Sized8(id).U16(field).Take();
}

Bytes EncodePublication(const Publication& publication) {
  return Writer()
      .U8(kLayout)
      .U8(publication.published ? 1 : 0)
      .U32(publication.version)
      .U32(publication.entity_version)
      .Raw(publication.owner)
      .Raw(publication.tx)
      .U32(publication.record)
      .U64(publication.height.value())
      .U64(publication.time_ms)
      .Take();
}

Publication DecodePublication(ByteView bytes) {
  Reader in(bytes);
  const uint8_t layout = in.U8();
  Publication out;
  out.published = in.U8() != 0;
  out.version = in.U32();
  out.entity_version = in.U32();
  out.owner = in.Take<PartyId>();
  out.tx = in.Take<TxId>();
  out.record = in.U32();
  out.height = Height(in.U64());
  out.time_ms = in.U64();
  SUYUAN_CHECK(layout == kLayout && in.Finish("publication").ok(),
               "publication in state is damaged");
  return out;
}

bool ListsCodes(const FieldInfo& field) {
  return field.list && (field.type == ValueType::kCode || field.type == ValueType::kCodeOrRange ||
                        field.type == ValueType::kFlowCode);
}

std::optional<Publication> FindPublication(const StateReader& state, ledger::EntityKind kind,
                                           ByteView id, uint16_t field) {
  const auto value = state.Get(Namespace::kDisclosure, PublicationKey(kind, id, field));
  if (!value) return std::nullopt;
  return DecodePublication(*value);
}

std::vector<std::pair<uint16_t, Publication>> PublicationsOf(const StateReader& state,
                                                             ledger::EntityKind kind, ByteView id) {
  std::vector<std::pair<uint16_t, Publication>> out;
  const Bytes prefix = Writer().U8(static_cast<uint8_t>(kind)).Sized8(id).Take();
  state.Scan(Namespace::kDisclosure, prefix, [&](ByteView key, ByteView value) {
    if (!key.starts_with(prefix)) return false;
    Reader field(key.substr(prefix.size()));
    out.emplace_back(field.U16(), DecodePublication(value));
    return true;
  });
  return out;
}

}  // namespace suyuan::contracts
