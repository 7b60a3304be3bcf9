#include "contracts/flow_goods.h"

#include <algorithm>

#include "contracts/code_select.h"
#include "contracts/field_numbers.h"
#include "contracts/identifiers/trace_code.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
using ledger::EntityKind;

}  // namespace

Status GoodsReader::ReadBatches() {
  const RecordView view(ctx_.record(record_));
  for (uint16_t item = 0; ctx_.record(record_).Find(f::kFlowBatches, item) != nullptr; ++item) {
    const Place place{record_, f::kFlowBatches, item};
    const auto id = ParseEntityId(view.Text(f::kFlowBatches, item));
    if (!id.ok() || book_.FindBatch(*id) == nullptr)
      return RefuseAt(place, ErrorCode::kRef, "the batch does not exist");
    if (std::ranges::find(batches_, *id) != batches_.end())
      return RefuseAt(place, ErrorCode::kFormat, "a batch is named twice");
    batches_.push_back(*id);
  }
  used_.assign(batches_.size(), false);
  return {};
}

std::vector<EntityId> GoodsReader::BatchesOf(const CodeItem& item) {
  std::vector<EntityId> out;
  for (size_t i = 0; i < batches_.size(); ++i) {
    const Batch& batch = book_.FindBatch(batches_[i])->batch;
    if (batch.product != item.unit.claim.id || batch.parts.empty()) continue;
    out.push_back(batches_[i]);
    used_[i] = true;
  }
  return out;
}

void GoodsReader::Use(const CodeItem& item) {
  const auto at = std::ranges::find(batches_, item.batch);
  if (at != batches_.end()) used_[static_cast<size_t>(at - batches_.begin())] = true;
}

Status GoodsReader::CheckBatchesUsed() const {
  const auto idle = std::ranges::find(used_, false);
  if (idle == used_.end()) return {};
  const auto item = static_cast<uint16_t>(idle - used_.begin());
  return RefuseAt({record_, f::kFlowBatches, item}, ErrorCode::kRef,
                  "none of the codes is of this batch");
}

Status GoodsReader::Add(const std::string& code, const Place& place, std::vector<NamedGoods>& out) {
  auto item = ParseCanonicalCode(code).ok() ? book_.Find(code) : std::nullopt;
  if (!item)
    return RefuseAt(place, ErrorCode::kRef, "the code was neither issued nor declared foreign");
  Use(*item);
  if (!item->per_product()) {
    const EntityId batch = item->batch;
    out.push_back({*std::move(item), batch, place});
    return {};
  }
  const std::vector<EntityId> batches = BatchesOf(*item);
  if (batches.empty()) {
    return RefuseAt({record_, f::kFlowBatches}, ErrorCode::kMissing,
                    "a product's code needs the batch of the goods");
  }
  for (const EntityId& batch : batches) out.push_back({*item, batch, place});
  return {};
}

Status GoodsReader::ReadItem(const ledger::Leaf& leaf, std::vector<NamedGoods>& out) {
  const Place place{record_, leaf.field, leaf.item};
  SUYUAN_ASSIGN_OR_RETURN(const json::Value value, json::Parse(leaf.value));
  if (const std::string* code = value.if_string()) return Add(*code, place, out);
  const auto claim = FindClaim(ctx_.state, ShapeOf(value.Text("first")).claim_key);
  if (!claim || claim->kind != EntityKind::kBatch)
    return RefuseAt(place, ErrorCode::kRef, "the first code of the range was never issued");
  const BatchInfo* batch = book_.FindBatch(claim->id);
  const auto codes =
      CodesInRange(ctx_.state, claim->id, batch->batch, value, ctx_.limits.codes_max);
  if (codes.empty()) return RefuseAt(place, ErrorCode::kRef, "no code is in this range");
  if (codes.size() > ctx_.limits.codes_max)
    return RefuseAt(place, ErrorCode::kSize, "too many codes in one transaction");
  for (const std::string& code : codes) SUYUAN_RETURN_IF_ERROR(Add(code, place, out));
  return {};
}

Result<std::vector<NamedGoods>> GoodsReader::Read(size_t& count) {
  SUYUAN_RETURN_IF_ERROR(ReadBatches());
  std::vector<NamedGoods> out;
  for (const ledger::Leaf& leaf : ctx_.record(record_).leaves) {
    if (leaf.field != f::kFlowCodes) continue;
    SUYUAN_RETURN_IF_ERROR(ReadItem(leaf, out));
    if (count + out.size() > ctx_.limits.codes_max) {
      return RefuseAt({record_, leaf.field, leaf.item}, ErrorCode::kSize,
                      "too many codes in one transaction");
    }
  }
  count += out.size();
  const auto by_code = [](const NamedGoods& g) { return std::tie(g.item.code, g.batch); };
  std::ranges::stable_sort(out, {}, by_code);
  for (size_t i = 1; i < out.size(); ++i) {
    if (by_code(out[i]) != by_code(out[i - 1])) continue;
    const uint16_t later = std::max(out[i].place.item, out[i - 1].place.item);
    return RefuseAt({record_, f::kFlowCodes, later}, ErrorCode::kFormat, "a code is named twice");
  }
  return out;
}

}  // namespace suyuan::contracts
