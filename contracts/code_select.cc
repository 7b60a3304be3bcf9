#include "contracts/code_select.h"

#include <algorithm>

#include "contracts/entity_access.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

struct NamedCode {
  std::string code;
  uint16_t item = 0;
  bool found = false;
};

// The codes that one item names: itself, or the members of its range.
Result<std::vector<NamedCode>> ExpandItem(const TxContext& ctx, const Place& place,
                                          const json::Value& value, const EntityId& id,
                                          const Batch& batch) {
  std::vector<NamedCode> named;
  if (const std::string* code = value.if_string()) {
    named.push_back({*code, place.item});
    return named;
  }
  for (std::string& code : CodesInRange(ctx.state, id, batch, value, ctx.limits.codes_max))
    named.push_back({std::move(code), place.item});
  if (named.empty())
    return RefuseAt(place, ErrorCode::kRef, "no code of the batch is in this range");
  return named;
}

Result<std::vector<NamedCode>> ExpandList(const TxContext& ctx, uint32_t record, uint16_t field,
                                          const EntityId& id, const Batch& batch) {
  std::vector<NamedCode> all;
  const RecordView view(ctx.record(record));
  for (const ledger::Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.field != field) continue;
    const Place place{record, field, leaf.item};
    SUYUAN_ASSIGN_OR_RETURN(const json::Value value, json::Parse(leaf.value));
    SUYUAN_ASSIGN_OR_RETURN(std::vector<NamedCode> named, ExpandItem(ctx, place, value, id, batch));
    std::ranges::move(named, std::back_inserter(all));
    if (all.size() > ctx.limits.codes_max)
      return RefuseAt(place, ErrorCode::kSize, "too many codes in one transaction");
  }
  std::ranges::stable_sort(all, {}, &NamedCode::code);
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i].code == all[i - 1].code) {
      return RefuseAt({record, field, std::max(all[i].item, all[i - 1].item)}, ErrorCode::kFormat,
                      "a code is named twice");
    }
  }
  return all;
}

}  // namespace

Selection SelectAll(const Batch& batch) {
  Selection selection;
  for (size_t p = 0; p < batch.parts.size(); ++p) {
    SelectedPart part{static_cast<uint16_t>(p), true, {}};
    if (batch.level == TraceLevel::kPerProduct)
      part = {static_cast<uint16_t>(p), false, {batch.parts[p].first}};
    selection.push_back(std::move(part));
  }
  return selection;
}

Result<Selection> SelectOnePart(const Place& place, int64_t number, const Batch& batch) {
  if (number > static_cast<int64_t>(batch.parts.size()))
    return RefuseAt(place, ErrorCode::kRef, "the batch has no such activation part");
  return Selection{SelectAll(batch)[static_cast<size_t>(number - 1)]};
}

Result<Selection> SelectListed(const TxContext& ctx, uint32_t record, uint16_t field,
                               const EntityId& id, const Batch& batch) {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<NamedCode> named, ExpandList(ctx, record, field, id, batch));
  Selection selection;
  for (size_t p = 0; p < batch.parts.size(); ++p) {
    const CodePart& part = batch.parts[p];
    ChunkCursor cursor(ctx.state, id, static_cast<uint16_t>(p));
    SelectedPart selected{static_cast<uint16_t>(p), false, {}};
    auto code = std::ranges::lower_bound(named, part.first, {}, &NamedCode::code);
    for (; code != named.end() && code->code <= part.last; ++code) {
      if (code->found || !cursor.Contains(code->code)) continue;
      code->found = true;
      selected.codes.push_back(code->code);
    }
    if (selected.codes.size() == part.count && batch.level != TraceLevel::kPerProduct)
      selected = {static_cast<uint16_t>(p), true, {}};
    if (selected.whole || !selected.codes.empty()) selection.push_back(std::move(selected));
  }
  for (const NamedCode& code : named) {
    if (!code.found) {
      return RefuseAt({record, field, code.item}, ErrorCode::kRef,
                      "the batch never issued this code");
    }
  }
  return selection;
}

std::vector<std::string> CodesInRange(const StateReader& state, const EntityId& id,
                                      const Batch& batch, const json::Value& range, size_t max) {
  const std::string first = range.Text("first"), last = range.Text("last");
  std::vector<std::string> codes;
  for (size_t p = 0; p < batch.parts.size() && codes.size() <= max; ++p) {
    if (batch.parts[p].last < first || batch.parts[p].first > last) continue;
    const ChunkCursor cursor(state, id, static_cast<uint16_t>(p));
    std::ranges::move(cursor.Range(first, last, max), std::back_inserter(codes));
  }
  return codes;
}

std::vector<std::string> CodesOf(const StateReader& state, const EntityId& id, const Batch& batch,
                                 const SelectedPart& selected) {
  if (!selected.whole) return selected.codes;
  const CodePart& part = batch.parts[selected.part];
  return ChunkCursor(state, id, selected.part).Range(part.first, part.last, part.count);
}

UnitRef FindUnit(const StateReader& state, const Batch& batch, uint16_t part, ByteView code) {
  UnitRef unit;
  unit.own = LoadEntity(state, EntityKind::kCode, code);
  unit.state = UnitStateOf(unit.own, batch.parts[part].state);
  return unit;
}

void PutUnit(TxContext& ctx, uint32_t record, const EntityId& id, const Batch& batch, uint16_t part,
             ByteView code, UnitRef unit, EntityState state) {
  Entity entity;
  if (unit.own) {
    entity = *std::move(unit.own);
  } else {
    Unit content;
    content.claim = {EntityKind::kBatch, id};
    content.part = part;
    content.holder = batch.owner;
    entity.content = EncodeUnit(content);
  }
  entity.state = state;
  entity.AddEvent(ctx.tx.id, record);
  ctx.state.Put(Namespace::kCode, code, EncodeEntity(entity));
}

}  // namespace suyuan::contracts
