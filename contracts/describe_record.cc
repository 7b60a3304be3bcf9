#include "contracts/builder.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {
namespace {

json::Value DescribeLeaf(const FieldInfo* field, const ledger::Leaf& leaf, const RecordView& view) {
  switch (leaf.mode) {
    case ledger::LeafMode::kNotApplicable:
      return json::Object{{"not_applicable", true}};
    case ledger::LeafMode::kOpening:
    case ledger::LeafMode::kFault:
    case ledger::LeafMode::kHidden: {
      const std::string_view name =
          field == nullptr ? std::string_view("REG") : ToString(EffectiveClass(*field, view));
      return json::Object{{"class", name}, {"commitment", ToHex(leaf.commitment)}};
    }
    case ledger::LeafMode::kPublic:
      break;
  }
  auto value = json::Parse(leaf.value);
  // Only a refused transaction can carry such a value.
  return value.ok() ? *value : json::Value(json::Object{{"malformed", HexEncode(leaf.value)}});
}

std::string NameOf(const FieldInfo* field, uint16_t number) {
  return field == nullptr ? "field_" + std::to_string(number) : std::string(field->identifier);
}

}  // namespace

json::Value DescribeRecord(const ledger::Record& record) {
  const RecordView view(record);
  json::Object out;
  for (const ledger::Leaf& leaf : record.leaves) {
    const FieldInfo* field = FindField(leaf.field);
    json::Value value = DescribeLeaf(field, leaf, view);
    json::Value& slot = out[NameOf(field, leaf.field)];
    const bool list =
        field != nullptr && field->list && leaf.mode != ledger::LeafMode::kNotApplicable;
    if (!list) {
      slot = std::move(value);
    } else if (json::Array* items = slot.if_array()) {
      items->push_back(std::move(value));
    } else {
      slot = json::Array{std::move(value)};
    }
  }
  return out;
}

}  // namespace suyuan::contracts
