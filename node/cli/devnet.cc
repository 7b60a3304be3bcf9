#include "node/cli/devnet.h"

#include <filesystem>

#include "node/cli/files.h"

namespace suyuan::cli {
namespace {

json::Value ToJson(const DevnetNode& node) {
  // Signing and sealing key of a party live in one file.
  json::Object keys{
      {"node", node.node_key}, {"sealing", node.party_key}, {"signing", node.party_key}};
  return json::Object{{"api", node.api},
                      {"config", node.config},
                      {"data_dir", node.data_directory},
                      {"keys", std::move(keys)},
                      {"log", node.log},
                      {"name", node.name},
                      {"party", ToString(node.party)},
                      {"peer", node.peer},
                      {"pid", node.pid},
                      {"role", node.role}};
}

Result<DevnetNode> NodeFromJson(const json::Value& value) {
  DevnetNode node;
  node.name = value.Text("name");
  SUYUAN_ASSIGN_OR_RETURN(node.party, ParsePartyId(value.Text("party")));
  node.role = value.Text("role");
  node.api = value.Text("api");
  node.peer = value.Text("peer");
  node.data_directory = value.Text("data_dir");
  node.config = value.Text("config");
  node.log = value.Text("log");
  const json::Value* pid = value.Find("pid");
  if (pid != nullptr && pid->if_int() != nullptr) node.pid = static_cast<int>(*pid->if_int());
  if (const json::Value* keys = value.Find("keys")) {
    node.party_key = keys->Text("signing");
    node.node_key = keys->Text("node");
  }
  if (node.name.empty() || node.api.empty() || node.party_key.empty())
    return Error{ErrorCode::kFormat, "a node lacks name, api or keys"};
  return node;
}

}  // namespace

Result<Devnet> LoadDevnet(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path file = fs::absolute(path, error);
  if (fs::is_directory(file, error)) file /= "devnet.json";
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadWhole(file.string(), 1u << 20));
  auto value = json::Parse(text);
  auto broken = [&](const std::string& why) {
    return Error{ErrorCode::kFormat, file.string() + " describes no devnet: " + why};
  };
  if (!value.ok()) return broken(value.error().detail);
  Devnet devnet;
  devnet.directory = fs::path(file).parent_path().string();
  devnet.genesis = value->Text("genesis");
  devnet.passphrase_file = value->Text("passphrase_file");
  const json::Value* nodes = value->Find("nodes");
  if (nodes == nullptr || nodes->if_array() == nullptr) return broken("nodes are missing");
  for (const json::Value& entry : *nodes->if_array()) {
    auto node = NodeFromJson(entry);
    if (!node.ok()) return broken(node.error().detail);
    devnet.nodes.push_back(*std::move(node));
  }
  return devnet;
}

Status SaveDevnet(const Devnet& devnet) {
  json::Array nodes;
  for (const DevnetNode& node : devnet.nodes) nodes.push_back(ToJson(node));
  json::Value value = json::Object{{"genesis", devnet.genesis},
                                   {"nodes", std::move(nodes)},
                                   {"passphrase_file", devnet.passphrase_file}};
  return WriteWhole(devnet.directory + "/devnet.json", json::Pretty(value));
}

}  // namespace suyuan::cli
