// `suyuan member`: who takes part in the ledger, and a regulator's approval of each change.
#include "genesis/key_file.h"
#include "node/cli/commands.h"
#include "node/cli/http_client.h"

namespace suyuan::cli {
namespace {

constexpr const char* kAllMembers = "/v1/members?limit=200";

std::string NameOf(const json::Value& member) {
  const json::Value* fields = member.Find("fields");
  if (fields == nullptr) return "";
  return fields->Text("node_party") + "/" + fields->Text("node_label");
}

Result<json::Value> AskMembers(const NodeTarget& target) {
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(target.url, nullptr));
  SUYUAN_ASSIGN_OR_RETURN(json::Value answer, client.GetJson(kAllMembers));
  if (answer.Find("items") == nullptr || answer.Find("items")->if_array() == nullptr)
    return Error{ErrorCode::kFormat, "the node answered without a list"};
  return answer;
}

// The id of the node's key; a name may have been another node's before.
Result<std::string> IdOf(const MemberChangeOptions& options) {
  if (options.node.find('/') == std::string::npos) return options.node;
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer, AskMembers(options.submit.target));
  for (const json::Value& member : *answer.Find("items")->if_array()) {
    const std::string state = member.Text("state");
    if (NameOf(member) == options.node && state != "REMOVED" && state != "REJECTED")
      return member.Text("id");
  }
  return Error{ErrorCode::kRef, "no node is called " + options.node + "; see suyuan member list"};
}

Status Send(json::Object record, const std::string& signer, const SubmitOptions& options,
            const Console& console) {
  json::Object transaction{{"type", "MEMBER_CHANGE"},
                           {"records", json::Array{json::Value(std::move(record))}}};
  if (!signer.empty()) transaction.emplace("signer", signer);
  return SubmitText(json::Canonical(json::Value(std::move(transaction))), options, console);
}

}  // namespace

Status MemberAdd(const MemberAddOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const genesis::PublicKeys keys,
                          genesis::ReadPublicKeys(options.node_key_file));
  if (!keys.node || !keys.log || !keys.cosigner)
    return Error{ErrorCode::kConfig, options.node_key_file + " holds no keys of a node"};
  return Send({{"schema", "node"},
               {"fields", json::Object{{"node_party", options.party},
                                       {"node_label", options.name},
                                       {"node_key", ToHex(*keys.node)},
                                       {"log_key", ToHex(*keys.log)},
                                       {"cosigner_key", ToHex(*keys.cosigner)},
                                       {"peer_address", options.peer_address},
                                       {"api_address", options.api_address}}}},
              options.signer, options.submit, console);
}

Status MemberChange(const MemberChangeOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, IdOf(options));
  return Send({{"schema", "command"},
               {"subject", json::Object{{"node", id}}},
               {"fields", json::Object{{"member_action", options.action}}}},
              options.signer, options.submit, console);
}

Status MemberList(const NodeTarget& target, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer, AskMembers(target));
  Table table{{"node", "state", "peer_address", "api_address", "id"}, {}};
  for (const json::Value& member : *answer.Find("items")->if_array()) {
    const json::Value* fields = member.Find("fields");
    const auto text = [&](const char* name) { return fields ? fields->Text(name) : ""; };
    table.rows.push_back({NameOf(member), member.Text("state"), text("peer_address"),
                          text("api_address"), member.Text("id")});
  }
  console.Print(table);
  return {};
}

}  // namespace suyuan::cli
