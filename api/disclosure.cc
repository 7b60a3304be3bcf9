#include "api/disclosure.h"

#include "contracts/entity_access.h"

namespace suyuan::api {
namespace {

using contracts::DisclosureClass;
using contracts::FieldInfo;
using contracts::ValueType;
using ledger::LeafMode;

bool ListsCodes(const FieldInfo& field) {
  return field.list && (field.type == ValueType::kCode || field.type == ValueType::kCodeOrRange ||
                        field.type == ValueType::kFlowCode);
}

bool MaySee(Reader reader, const FieldInfo& field, DisclosureClass disclosure) {
  if (ListsCodes(field)) return reader == Reader::kOwner;
  switch (disclosure) {
    case DisclosureClass::kPub:
    case DisclosureClass::kPubc:
      return true;
    case DisclosureClass::kMem:
      return reader != Reader::kAnonymous;
    default:
      return false;
  }
}

json::Value ToJson(const FieldInfo* field, const Disclosed& shown, const TxId& tx) {
  if (shown.kind == Disclosed::Kind::kNotApplicable) return json::Object{{"not_applicable", true}};
  if (shown.kind == Disclosed::Kind::kValue) {
    Result<json::Value> value = ReadableValue(*field, shown.value, tx);
    return value ? *std::move(value) : json::Value(json::Object{{"malformed", true}});
  }
  json::Object out{{"class", contracts::ToString(shown.disclosure)}};
  if (shown.commitment) out.emplace("commitment", ToHex(*shown.commitment));
  return out;
}

std::string NameOf(const FieldInfo* field, uint16_t number) {
  return field ? std::string(field->identifier) : "field_" + std::to_string(number);
}

// Is `name` a document in the members of an object field ("attested:true!,photo_doc:doc,…")?
bool IsDocumentMember(std::string_view members, const std::string& name) {
  const std::string member = "," + name + ":doc";
  const std::string all = "," + std::string(members) + ",";
  const size_t at = all.find(member);
  if (at == std::string::npos) return false;
  const char after = all[at + member.size()];
  return after == ',' || after == '!';
}

void Resolve(json::Value& value, const TxId& tx) {
  const std::string* text = value.if_string();
  const Result<EntityId> id = text ? ParseEntityId(*text) : Error{ErrorCode::kFormat, ""};
  if (id) value = ToString(contracts::ResolveReference(tx, *id));
}

}  // namespace

Result<json::Value> ReadableValue(const FieldInfo& field, ByteView canonical, const TxId& tx) {
  SUYUAN_ASSIGN_OR_RETURN(json::Value value, json::Parse(canonical));
  if (field.type == ValueType::kDocument || field.type == ValueType::kEntity ||
      field.type == ValueType::kCodeOrEntity) {
    Resolve(value, tx);
  } else if (json::Object* members = value.if_object()) {
    for (auto& [name, member] : *members)
      if (IsDocumentMember(field.choices, name)) Resolve(member, tx);
  }
  return value;
}

Disclosed Disclose(Reader reader, const contracts::RecordView& record, const ledger::Leaf& leaf) {
  Disclosed out;
  if (leaf.mode == LeafMode::kHidden) out.commitment = &leaf.commitment;
  const FieldInfo* field = contracts::FindField(leaf.field);
  if (!field) return out;
  out.disclosure = contracts::EffectiveClass(*field, record);
  if (leaf.mode == LeafMode::kHidden || !MaySee(reader, *field, out.disclosure)) return out;
  if (leaf.mode == LeafMode::kNotApplicable) {
    out.kind = Disclosed::Kind::kNotApplicable;
  } else {
    out.kind = Disclosed::Kind::kValue;
    out.value = leaf.value;
  }
  return out;
}

json::Object DescribeFor(Reader reader, const ledger::Record& record, const TxId& tx) {
  return DescribeFor(reader, record, [&tx](size_t) -> const TxId& { return tx; });
}

json::Object DescribeFor(Reader reader, const ledger::Record& record, const TxOfLeaf& tx_of) {
  const contracts::RecordView view(record);
  json::Object out;
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const ledger::Leaf& leaf = record.leaves[i];
    const FieldInfo* field = contracts::FindField(leaf.field);
    const Disclosed shown = Disclose(reader, view, leaf);
    std::string name = NameOf(field, leaf.field);
    const bool item = field && field->list && shown.kind == Disclosed::Kind::kValue;
    if (!item) {
      out.try_emplace(std::move(name), ToJson(field, shown, tx_of(i)));
      continue;
    }
    json::Value& slot = out.try_emplace(std::move(name), json::Array()).first->second;
    if (json::Array* items = slot.if_array()) items->push_back(ToJson(field, shown, tx_of(i)));
  }
  return out;
}

bool SeesAll(Reader reader, const ledger::Record& record) {
  const contracts::RecordView view(record);
  for (const ledger::Leaf& leaf : record.leaves)
    if (leaf.mode != LeafMode::kHidden &&
        Disclose(reader, view, leaf).kind == Disclosed::Kind::kWithheld)
      return false;
  return true;
}

}  // namespace suyuan::api
