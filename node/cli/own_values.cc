#include "node/cli/own_values.h"

#include "node/cli/sealed_client.h"

namespace suyuan::cli {
namespace {

using ledger::EntityKind;

std::string PathOf(const contracts::RecordSubject& entity) {
  if (entity.kind == EntityKind::kParty) return "/v1/parties/" + Bytes(entity.id);
  const auto id = EntityId::From(entity.id);
  const std::string text = id.ok() ? ToString(*id) : std::string();
  switch (entity.kind) {
    case EntityKind::kProduct:
      return "/v1/products/" + text;
    case EntityKind::kBatch:
      return "/v1/batches/" + text;
    case EntityKind::kFlow:
      return "/v1/flows/" + text;
    default:
      return "/v1/documents/" + text;
  }
}

bool IsVersion(const json::Value& source, uint32_t version) {
  const json::Value* number = source.Find("version");
  return number != nullptr && number->if_int() != nullptr && *number->if_int() == version;
}

// Does a source of an entity state that field? What a side stated of a flow has "fields" as values.
bool States(const json::Value& source, std::string_view field) {
  const json::Value* fields = source.Find("fields");
  if (fields == nullptr) return false;
  if (const json::Array* names = fields->if_array()) {
    for (const json::Value& name : *names)
      if (name.if_string() != nullptr && *name.if_string() == field) return true;
  }
  return fields->Find(field) != nullptr;
}

Result<StatedAt> PlaceIn(const json::Value& source) {
  SUYUAN_ASSIGN_OR_RETURN(const TxId tx, ParseTxId(source.Text("transaction")));
  const json::Value* record = source.Find("record");
  const int64_t* number = record == nullptr ? nullptr : record->if_int();
  if (number == nullptr || *number < 0 || *number > UINT32_MAX)
    return Error{ErrorCode::kFormat, "the node names no record of the version"};
  return StatedAt{tx, static_cast<uint32_t>(*number)};
}

Result<StatedAt> FindVersion(const json::Value& entity, const node::FieldVersion& what) {
  for (const char* list : {"sources", "statements"}) {
    const json::Value* sources = entity.Find(list);
    if (sources == nullptr || sources->if_array() == nullptr) continue;
    for (const json::Value& source : *sources->if_array()) {
      if (!IsVersion(source, what.version) || !States(source, what.field->identifier)) continue;
      return PlaceIn(source);
    }
  }
  return Error{ErrorCode::kNotFound, std::string(what.field->identifier) +
                                         " does not stand in version " +
                                         std::to_string(what.version) + " of the entity any more"};
}

Result<json::Value> Shows(const std::string& url, const Signer& signer,
                          const node::FieldVersion& what) {
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(url, &signer.key));
  SUYUAN_ASSIGN_OR_RETURN(const StatedAt place, WhereStated(client, what));
  SUYUAN_ASSIGN_OR_RETURN(const SealedTransaction sealed, FetchSealed(client, place.tx));
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened,
                          signer.opener->Open(sealed.tx, sealing::ViewsOf(sealed.items)));
  return node::ShowsOf(what, signer.party, sealed.tx, place.record, std::move(opened));
}

}  // namespace

Result<StatedAt> WhereStated(NodeClient& client, const node::FieldVersion& what) {
  const std::string path = PathOf(what.entity);
  if (!what.publish) {
    SUYUAN_ASSIGN_OR_RETURN(const json::Value version,
                            client.GetJson(path + "/versions/" + std::to_string(what.version)));
    return PlaceIn(version);
  }
  SUYUAN_ASSIGN_OR_RETURN(const json::Value entity, client.GetJson(path));
  return FindVersion(entity, what);
}

node::ShowsSource ShowsFromNode(std::string url, const Signer& signer) {
  return [url = std::move(url), &signer](const node::FieldVersion& what) {
    return Shows(url, signer, what);
  };
}

}  // namespace suyuan::cli
