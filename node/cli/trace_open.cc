#include "node/cli/trace_open.h"

#include <map>
#include <optional>

#include "api/disclosure.h"
#include "contracts/fields.h"
#include "node/cli/sealed_client.h"

namespace suyuan::cli {
namespace {

constexpr size_t kTransactionsMax = 400;  // of one trace
constexpr size_t kItemsMax = UINT16_MAX;  // of one list: its leaves are numbered (formats §2)

// Section of an entity's fields by the name of its kind.
uint8_t SectionOf(const std::string& kind) {
  static constexpr std::pair<std::string_view, uint8_t> kSections[] = {
      {"party", 1}, {"product", 2}, {"batch", 3}, {"flow", 5}, {"document", 6}};
  for (const auto& [name, section] : kSections)
    if (name == kind) return section;
  return 0;
}

struct OpenedTransaction {
  SealedTransaction sealed;
  std::map<sealing::SealedPlace, sealing::OpenedField> fields;
};

class Opener {
 public:
  Opener(NodeClient& client, sealing::SealedReader& reader) : client_(client), reader_(reader) {}

  // An entity and, of a flow, what its other side stated.
  Status Entity(json::Value& entity) {
    const std::string kind = entity.Text("kind");
    SUYUAN_RETURN_IF_ERROR(Record(entity, SectionOf(kind), nullptr));
    json::Object* members = entity.if_object();
    if (!members || !members->contains("statements")) return {};
    json::Array* statements = members->at("statements").if_array();
    if (!statements) return {};
    for (json::Value& stated : *statements)
      SUYUAN_RETURN_IF_ERROR(Record(stated, SectionOf(kind), &stated));
    return {};
  }
  OpenedTrace opened() const { return opened_; }

 private:
  // Opens the fields of `entity`; they come from `source`, or from those that it names itself.
  Status Record(json::Value& entity, uint8_t section, const json::Value* source) {
    json::Object* members = entity.if_object();
    if (!members || !members->contains("fields")) return {};
    json::Object* fields = members->at("fields").if_object();
    if (!fields) return {};
    json::Array names;
    for (auto& [name, value] : *fields) {
      const contracts::FieldInfo* field = contracts::FindField(section, name);
      if (!field) continue;
      const json::Value* from = source ? source : SourceOf(entity, name);
      bool some = false;
      json::Array* items = value.if_array();
      const size_t count = items ? items->size() : 1;
      if (count > kItemsMax)
        return Error{ErrorCode::kFormat,
                     "the node's trace lists more values of " + name + " than a record holds"};
      for (size_t item = 0; from && item < count; ++item)
        SUYUAN_RETURN_IF_ERROR(Field(*field, static_cast<uint16_t>(item), *from,
                                     items ? (*items)[item] : value, some));
      if (some) names.emplace_back(name);
    }
    if (!names.empty()) members->insert_or_assign("opened_here", std::move(names));
    return {};
  }

  static const json::Value* SourceOf(const json::Value& entity, const std::string& field) {
    const json::Value* sources = entity.Find("sources");
    if (!sources || !sources->if_array()) return nullptr;
    for (const json::Value& source : *sources->if_array()) {
      const json::Value* names = source.Find("fields");
      if (!names || !names->if_array()) continue;
      for (const json::Value& name : *names->if_array())
        if (name.if_string() && *name.if_string() == field) return &source;
    }
    return nullptr;
  }

  Status Field(const contracts::FieldInfo& field, uint16_t item, const json::Value& source,
               json::Value& value, bool& some) {
    const std::string commitment = value.Text("commitment");
    const json::Value* record = source.Find("record");
    if (commitment.empty() || !record || !record->if_int()) return {};
    SUYUAN_ASSIGN_OR_RETURN(const TxId id, ParseTxId(source.Text("transaction")));
    SUYUAN_ASSIGN_OR_RETURN(const OpenedTransaction* tx, Transaction(id));
    const auto number = static_cast<uint32_t>(*record->if_int());
    if (!tx) return {};
    if (number >= tx->sealed.tx.records.size()) return Differs(field);
    const ledger::Leaf* leaf = tx->sealed.tx.records[number].Find(field.number, item);
    if (!leaf || ToHex(leaf->commitment) != commitment) return Differs(field);
    const auto opened = tx->fields.find({number, field.number, item});
    if (opened == tx->fields.end()) return {};
    return Put(field, opened->second, id, value, some);
  }

  static Error Differs(const contracts::FieldInfo& field) {
    return Error{ErrorCode::kProof, "the node's trace shows " + std::string(field.identifier) +
                                        " otherwise than the signed transaction"};
  }

  Status Put(const contracts::FieldInfo& field, const sealing::OpenedField& opened, const TxId& id,
             json::Value& value, bool& some) {
    if (opened.verdict == sealing::FieldVerdict::kErased) return {};
    const bool good = opened.verdict == sealing::FieldVerdict::kOpened;
    if (!good) {
      value.if_object()->insert_or_assign("fault", "E_COMMIT");
      return {};
    }
    some = true;
    ++opened_.values;
    if (!opened.value) {
      value.if_object()->insert_or_assign("absent", true);
      return {};
    }
    auto readable = api::ReadableValue(field, *opened.value, id);
    value = readable ? *std::move(readable) : json::Value(json::Object{{"malformed", true}});
    return {};
  }

  // nullptr: the caller may not have it.
  Result<const OpenedTransaction*> Transaction(const TxId& id) {
    const auto known = transactions_.find(id);
    if (known != transactions_.end()) return known->second ? &*known->second : nullptr;
    if (transactions_.size() == kTransactionsMax) return static_cast<OpenedTransaction*>(nullptr);
    std::optional<OpenedTransaction>& slot = transactions_[id];
    Result<SealedTransaction> sealed = FetchSealed(client_, id);
    const bool refused = !sealed && (sealed.error().code == ErrorCode::kAuthz ||
                                     sealed.error().code == ErrorCode::kAuth);
    if (refused) return static_cast<OpenedTransaction*>(nullptr);
    if (!sealed) return sealed.error();
    slot.emplace(OpenedTransaction{*std::move(sealed), {}});
    SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened,
                            reader_.Open(slot->sealed.tx, sealing::ViewsOf(slot->sealed.items)));
    for (sealing::OpenedField& field : opened.fields) {
      const sealing::SealedPlace at = field.at;
      slot->fields.emplace(at, std::move(field));
    }
    opened_.transactions += slot->fields.empty() ? 0 : 1;
    return &*slot;
  }

  NodeClient& client_;
  sealing::SealedReader& reader_;
  std::map<TxId, std::optional<OpenedTransaction>> transactions_;
  OpenedTrace opened_;
};

Status OpenList(Opener& opener, json::Object& from, const char* name) {
  const auto list = from.find(name);
  if (list == from.end() || !list->second.if_array()) return {};
  for (json::Value& entity : *list->second.if_array())
    SUYUAN_RETURN_IF_ERROR(opener.Entity(entity));
  return {};
}

}  // namespace

Result<OpenedTrace> OpenTrace(json::Value& answer, NodeClient& client,
                              sealing::SealedReader& reader) {
  Opener opener(client, reader);
  json::Object* members = answer.if_object();
  if (!members) return Error{ErrorCode::kFormat, "a trace is an object"};
  for (const char* name : {"product", "producer", "batch"}) {
    const auto entity = members->find(name);
    if (entity != members->end()) SUYUAN_RETURN_IF_ERROR(opener.Entity(entity->second));
  }
  SUYUAN_RETURN_IF_ERROR(OpenList(opener, *members, "documents"));
  const auto chain = members->find("chain");
  json::Object* of_chain = chain == members->end() ? nullptr : chain->second.if_object();
  if (of_chain) SUYUAN_RETURN_IF_ERROR(OpenList(opener, *of_chain, "flows"));
  return opener.opened();
}

}  // namespace suyuan::cli
