#include "contracts/code_issue.h"

#include <algorithm>

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/entity_access.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

constexpr size_t kPartsMax = 1024;  // of a batch; its directory is part of the batch's value

Error Duplicate(const NewCode& code, const char* why) {
  return RefuseAt(code.place, ErrorCode::kDupCode, why);
}

Status RefuseTwins(const std::vector<NewCode>& codes) {
  for (size_t i = 1; i < codes.size(); ++i) {
    if (codes[i].code == codes[i - 1].code)
      return Duplicate(codes[i], "the code stands twice in this transaction");
  }
  return {};
}

// Claims of sorted codes: one write for each new claim key. A key that this batch holds already is
// a shared prefix, whose codes must be compared with earlier parts.
Status ClaimKeys(TxContext& ctx, const EntityId& id, const std::vector<NewCode>& codes,
                 bool& compare) {
  const Claim mine{EntityKind::kBatch, id};
  const Bytes value = EncodeClaim(mine);
  ByteView last;
  for (const NewCode& code : codes) {
    const ByteView key = ShapeOf(code.code).claim_key;
    if (key == last) continue;
    last = key;
    const auto found = FindClaim(ctx.state, key);
    if (found && *found != mine) return Duplicate(code, "the code was issued before");
    if (found && key == code.code && !ShapeOf(code.code).lot)
      return Duplicate(code, "the batch issued this code before");
    if (found) {
      compare = true;
    } else {
      ctx.state.Put(Namespace::kCodeClaim, key, value);
    }
  }
  return {};
}

Status CompareWithParts(const TxContext& ctx, const EntityId& id, const Batch& batch,
                        const std::vector<NewCode>& codes) {
  for (size_t p = 0; p < batch.parts.size(); ++p) {
    const CodePart& part = batch.parts[p];
    if (part.last < codes.front().code || part.first > codes.back().code) continue;
    ChunkCursor cursor(ctx.state, id, static_cast<uint16_t>(p));
    auto code = std::ranges::lower_bound(codes, ByteView(part.first), {}, &NewCode::code);
    for (; code != codes.end() && code->code <= part.last; ++code) {
      if (cursor.Contains(code->code)) return Duplicate(*code, "the batch issued this code before");
    }
  }
  return {};
}

// part root = MTH(code leaves), leaf bytes = s32(canonical code) ‖ u8 role; a chunk is the leaves
// of 256 codes in a row.
CodePart WritePart(TxContext& ctx, const EntityId& id, uint16_t number, CodeRole role,
                   const std::vector<NewCode>& codes) {
  std::vector<Hash> hashes;
  hashes.reserve(codes.size());
  for (size_t start = 0; start < codes.size(); start += kCodesPerChunk) {
    const size_t end = std::min(codes.size(), start + kCodesPerChunk);
    Writer chunk;
    for (size_t i = start; i < end; ++i) {
      const size_t leaf = chunk.bytes().size();
      chunk.Sized(codes[i].code).U8(static_cast<uint8_t>(role));
      hashes.push_back(MerkleLeafHash(ByteView(chunk.bytes()).substr(leaf)));
    }
    ctx.state.Put(Namespace::kCodeChunk, ChunkKey(id, number, codes[start].code), chunk.Take());
  }
  CodePart part;
  part.count = static_cast<uint32_t>(codes.size());
  part.first = codes.front().code;
  part.last = codes.back().code;
  part.root = MerkleTreeHash(hashes);
  part.role = role;
  return part;
}

void AddPart(TxContext& ctx, const EntityId& id, Batch& batch, CodeRole role,
             const std::vector<NewCode>& codes) {
  const auto number = static_cast<uint16_t>(batch.parts.size());
  batch.parts.push_back(WritePart(ctx, id, number, role, codes));
  batch.codes_root = CodesRootOf(batch.parts);
}

Status CheckPartsMax(const Batch& batch, const NewCode& code) {
  if (batch.parts.size() < kPartsMax) return {};
  return RefuseAt(code.place, ErrorCode::kSize, "the batch has too many activation parts");
}

// A code that no product has yet becomes the product's.
Status MakeLive(TxContext& ctx, const Batch& batch, const NewCode& code, Entity entity,
                Product product) {
  const auto found = FindClaim(ctx.state, code.code);
  if (found && found->kind == EntityKind::kProduct) {
    // OG 4 c: one code leads to one product.
    return RefuseAt(code.place, ErrorCode::kImmutable, "the code stands for another product");
  }
  if (found) return Duplicate(code, "the code was issued before");
  const Claim claim{EntityKind::kProduct, batch.product};
  ctx.state.Put(Namespace::kCodeClaim, code.code, EncodeClaim(claim));
  Entity unit;
  unit.state = EntityState::kIssued;
  Unit content;
  content.claim = claim;
  content.holder = batch.owner;
  unit.content = EncodeUnit(content);
  unit.AddEvent(ctx.tx.id, code.place.record);
  ctx.state.Put(Namespace::kCode, code.code, EncodeEntity(unit));
  product.live_code = code.code;
  entity.content = EncodeProduct(product);
  SaveEntity(ctx, {code.place.record, EntityKind::kProduct, batch.product.view()},
             std::move(entity));
  return {};
}

}  // namespace

Status IssuePart(TxContext& ctx, const EntityId& id, Batch& batch, CodeRole role,
                 std::vector<NewCode> codes) {
  SUYUAN_RETURN_IF_ERROR(CheckPartsMax(batch, codes.front()));
  // Already sorted lists are the usual case and cost one pass.
  if (!std::ranges::is_sorted(codes, {}, &NewCode::code))
    std::ranges::stable_sort(codes, {}, &NewCode::code);
  SUYUAN_RETURN_IF_ERROR(RefuseTwins(codes));
  bool compare = false;
  SUYUAN_RETURN_IF_ERROR(ClaimKeys(ctx, id, codes, compare));
  if (compare) SUYUAN_RETURN_IF_ERROR(CompareWithParts(ctx, id, batch, codes));
  AddPart(ctx, id, batch, role, codes);
  return {};
}

Status AttachProductCode(TxContext& ctx, const EntityId& id, Batch& batch, const NewCode& code) {
  SUYUAN_RETURN_IF_ERROR(CheckPartsMax(batch, code));
  Entity entity = LoadEntity(ctx.state, EntityKind::kProduct, batch.product.view()).value();
  Product product = DecodeProduct(entity.content);
  const auto live = product.live_code.empty()
                        ? std::nullopt
                        : LoadEntity(ctx.state, EntityKind::kCode, product.live_code);
  if (live && live->state != EntityState::kVoided) {
    if (product.live_code != code.code) return Duplicate(code, "the product has another live code");
  } else {
    SUYUAN_RETURN_IF_ERROR(MakeLive(ctx, batch, code, std::move(entity), std::move(product)));
  }
  AddPart(ctx, id, batch, CodeRole::kSingle, {code});
  Writer key;
  key.Raw(batch.product).U64(ctx.height.value()).Raw(id);
  ctx.state.Put(Namespace::kBatchOfProduct, key.bytes(), id.str());
  return {};
}

}  // namespace suyuan::contracts
