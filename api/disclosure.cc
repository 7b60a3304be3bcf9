#include "api/disclosure.h"

#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/publication.h"
#include "contracts/types.h"

namespace suyuan::api {
namespace {

using contracts::DisclosureClass;
using contracts::FieldInfo;
using contracts::ListsCodes;
using contracts::ValueType;
using ledger::EntityKind;
using ledger::LeafMode;

constexpr ledger::TxType kFlowTypes[] = {contracts::tx::kFlowRecord, contracts::tx::kFlowConfirm,
                                         contracts::tx::kFlowDispute, contracts::tx::kFlowVoid};

// Of a finding: it is published (docs/formats.md §3).
bool ShowsProof(const ledger::Record& record) {
  return std::ranges::any_of(record.leaves, [](const ledger::Leaf& leaf) {
    return leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault;
  });
}

// What the leaf itself says; of the other modes the value, if any, is a sealed item.
bool InClear(const ledger::Leaf& leaf) {
  return leaf.mode == LeafMode::kPublic || leaf.mode == LeafMode::kNotApplicable;
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
  using Kind = Disclosed::Kind;
  json::Object out{{"class", contracts::ToString(shown.disclosure)}};
  if (shown.commitment) out.emplace("commitment", ToHex(*shown.commitment));
  switch (shown.kind) {
    case Kind::kNotApplicable:
      return json::Object{{"not_applicable", true}};
    case Kind::kValue:
      if (Result<json::Value> value = ReadableValue(*field, shown.value, tx); value.ok())
        return *std::move(value);
      return json::Object{{"malformed", true}};
    case Kind::kAbsent:
      return json::Object{{"absent", true}, {"class", contracts::ToString(shown.disclosure)}};
    case Kind::kFault:
      out.emplace("fault", Describe(shown.fault).name);
      return out;
    case Kind::kErased:
      out.emplace("erased", true);
      return out;
    case Kind::kWithheld:
      return out;
  }
  return out;
}

// Clear lists that this reader is not shown say so once; hidden ones item by item.
bool IsItem(const FieldInfo* field, const ledger::Leaf& leaf, const Disclosed& shown) {
  return field && field->list && (!InClear(leaf) || shown.kind == Disclosed::Kind::kValue);
}

void ShowOpened(const ledger::OpenedLeaf& leaf, Disclosed& out) {
  using Kind = ledger::OpenedLeaf::Kind;
  switch (leaf.kind) {
    case Kind::kValue:
      out.fault = json::Parse(leaf.value).ok() ? ErrorCode::kOk : ErrorCode::kFormat;
      out.opened = out.fault == ErrorCode::kOk;
      out.kind = out.opened ? Disclosed::Kind::kValue : Disclosed::Kind::kFault;
      if (out.opened) out.value = leaf.value;
      return;
    case Kind::kAbsent:
      out.kind = Disclosed::Kind::kAbsent;
      out.opened = true;
      return;
    case Kind::kFault:
      out.kind = Disclosed::Kind::kFault;
      out.fault = ErrorCode::kCommit;
      return;
    case Kind::kErased:
      out.kind = Disclosed::Kind::kErased;
      return;
  }
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

Disclosed Disclose(Reader reader, const contracts::RecordView& record, const ledger::Leaf& leaf,
                   const ledger::OpenedLeaf* opened) {
  Disclosed out;
  const bool in_clear = InClear(leaf);
  if (!in_clear) out.commitment = &leaf.commitment;
  const FieldInfo* field = contracts::FindField(leaf.field);
  if (!field) return out;
  out.disclosure = contracts::EffectiveClass(*field, record);
  if (!in_clear || !MaySee(reader, *field, out.disclosure)) {
    // Of clear fields those for members may be published; lists of codes never are.
    if (opened && (!in_clear || !ListsCodes(*field))) ShowOpened(*opened, out);
    return out;
  }
  if (leaf.mode == LeafMode::kNotApplicable) {
    out.kind = Disclosed::Kind::kNotApplicable;
  } else {
    out.kind = Disclosed::Kind::kValue;
    out.value = leaf.value;
  }
  return out;
}

void ShownRecord::MoveInto(json::Object& out) && {
  out.emplace("fields", std::move(fields));
  if (!opened.empty()) out.emplace("opened", std::move(opened));
  if (!published.empty()) out.emplace("published", std::move(published));
  if (!broken.empty()) out.emplace("breaks_rule", std::move(broken));
}

void ShownRecord::AddPublished(const std::string& name, const PublishedLeaf* leaf) {
  if (!leaf) return;
  if (published.empty() || *published.back().if_string() != name) published.emplace_back(name);
  if (!leaf->broken_rule.empty()) broken.try_emplace(name, leaf->broken_rule);
}

ShownRecord DescribeFor(Reader reader, const ledger::Record& record, const SourceOfLeaf& source_of,
                        const OpenedFields& opened) {
  const contracts::RecordView view(record);
  ShownRecord out;
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    const ledger::Leaf& leaf = record.leaves[i];
    const FieldInfo* field = contracts::FindField(leaf.field);
    const LeafSource source = source_of(i);
    const Disclosed shown =
        Disclose(reader, view, leaf, opened.Find(source.tx, source.record, leaf));
    const std::string name = NameOf(field, leaf.field);
    json::Value value = ToJson(field, shown, source.tx);
    if (shown.opened && (out.opened.empty() || *out.opened.back().if_string() != name))
      out.opened.emplace_back(name);
    if (shown.kind != Disclosed::Kind::kWithheld)
      out.AddPublished(name, opened.FindPublished(source.tx, source.record, leaf));
    if (!IsItem(field, leaf, shown)) {
      out.fields.try_emplace(name, std::move(value));
      continue;
    }
    json::Value& slot = out.fields.try_emplace(name, json::Array()).first->second;
    if (json::Array* items = slot.if_array()) items->push_back(std::move(value));
  }
  return out;
}

bool MaySeeMention(Reader reader, const Mention& mention) {
  if (mention.entity == EntityKind::kCode) return reader == Reader::kOwner;
  if (mention.alert || mention.entity == EntityKind::kFlow) return reader != Reader::kAnonymous;
  return true;
}

bool MaySeeRecord(Reader reader, ledger::TxType type, const ledger::Record& record) {
  return reader != Reader::kAnonymous || type != contracts::tx::kFinding || ShowsProof(record);
}

bool MaySeeSubject(Reader reader, ledger::TxType type, const ledger::Record& record) {
  if (!MaySeeRecord(reader, type, record)) return false;
  // A published finding is for everybody, with what it is about.
  const bool published = type == contracts::tx::kFinding && ShowsProof(record);
  return published || MaySeeMention(reader, {record.subject_kind});
}

bool MaySeeSenders(Reader reader, ledger::TxType type) {
  const auto is = [type](ledger::TxType flow) { return type == flow; };
  return reader != Reader::kAnonymous || std::ranges::none_of(kFlowTypes, is);
}

bool SeesAll(Reader reader, ledger::TxType type, const ledger::Record& record) {
  if (!MaySeeSubject(reader, type, record) || !MaySeeSenders(reader, type)) return false;
  const contracts::RecordView view(record);
  for (const ledger::Leaf& leaf : record.leaves)
    if (InClear(leaf) && Disclose(reader, view, leaf).kind == Disclosed::Kind::kWithheld)
      return false;
  return true;
}

}  // namespace suyuan::api
