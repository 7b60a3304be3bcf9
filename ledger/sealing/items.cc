#include "ledger/sealing/items.h"

#include "common/check.h"
#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::sealing {
namespace {

constexpr size_t kErasedBytes = 1 + Hash::kSize + 8;

Writer Begin(ItemKind kind) {
  Writer w;
  w.U8(static_cast<uint8_t>(kind));
  return w;
}

}  // namespace

std::vector<ByteView> ViewsOf(const SealedItems& items) { return {items.begin(), items.end()}; }

size_t SealedBytes(std::span<const ByteView> items) {
  size_t bytes = 0;
  for (ByteView item : items) bytes += item.size();
  return bytes;
}

Status CheckSealedSize(size_t envelope_bytes, std::span<const ByteView> items,
                       const LedgerLimits& limits) {
  if (envelope_bytes + SealedBytes(items) <= limits.transaction_bytes_max) return {};
  return Error{ErrorCode::kSize, "a transaction has at most " +
                                     std::to_string(limits.transaction_bytes_max) +
                                     " bytes with its sealed items"};
}

Bytes EncodeWrapsItem(uint8_t audience, ByteView wraps) {
  return Begin(ItemKind::kWraps).U8(audience).Raw(wraps).Take();
}

Bytes EncodeFieldsItem(uint32_t record, uint8_t audience, const std::vector<SealedField>& fields) {
  Writer w = Begin(ItemKind::kFields);
  w.U32(record).U8(audience);
  for (const SealedField& field : fields) w.Raw(field.field_key_commitment).Sized(field.ciphertext);
  return w.Take();
}

Bytes EncodeErasedItem(const ErasedItem& item) {
  return Begin(ItemKind::kErased).Raw(item.hash).U64(item.erased_by.value()).Take();
}

std::optional<ErasedItem> ReadErasedItem(ByteView item) {
  Reader r(item);
  const uint8_t kind = r.U8();
  ErasedItem out;
  out.hash = r.Take<Hash>();
  out.erased_by = Height(r.U64());
  if (item.size() != kErasedBytes || kind != static_cast<uint8_t>(ItemKind::kErased))
    return std::nullopt;
  return out;
}

Hash ItemHash(ByteView item) {
  if (auto erased = ReadErasedItem(item)) return erased->hash;
  return Sha256(item);
}

Bytes EncodeOpeningItem(const OpeningItem& item) {
  return Begin(ItemKind::kOpening).U32(item.record).Sized(item.padded).Take();
}

Result<OpeningItem> ReadOpeningItem(ByteView item) {
  Reader r(item);
  const uint8_t kind = r.U8();
  OpeningItem out;
  out.record = r.U32();
  out.padded = r.Sized();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a published opening"));
  if (kind != static_cast<uint8_t>(ItemKind::kOpening))
    return Error{ErrorCode::kFormat, "a published opening has kind 3"};
  return out;
}

Bytes EncodeFaultItem(const FaultItem& item) {
  SUYUAN_CHECK(item.field_key.size() == kFieldKeyBytes, "k_i has 32 bytes");
  return Begin(ItemKind::kFault).U32(item.record).Raw(item.field_key).Sized(item.ciphertext).Take();
}

Result<FaultItem> ReadFaultItem(ByteView item) {
  Reader r(item);
  const uint8_t kind = r.U8();
  FaultItem out;
  out.record = r.U32();
  out.field_key = r.Raw(kFieldKeyBytes);
  out.ciphertext = r.Sized();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a proof of a cipher fault"));
  if (kind != static_cast<uint8_t>(ItemKind::kFault))
    return Error{ErrorCode::kFormat, "a proof of a cipher fault has kind 4"};
  return out;
}

}  // namespace suyuan::sealing
