#include "common/toml.h"
#include "genesis/genesis.h"
#include "genesis/parse.h"
#include "genesis/rules.h"

namespace suyuan::genesis {
namespace {

// `object[name]`, put there as `fallback` when it is absent.
json::Value& Default(json::Object& object, const std::string& name, json::Value fallback) {
  return object.emplace(name, std::move(fallback)).first->second;
}

void FillLedger(json::Value& ledger, uint64_t now_ms) {
  json::Object* object = ledger.if_object();
  if (object == nullptr) return;
  Default(*object, "suite", 1);
  Default(*object, "quorum", "majority");
  Default(*object, "time_ms", now_ms);
  json::Object* limits = Default(*object, "limits", json::Object()).if_object();
  if (limits == nullptr) return;
  LedgerLimits defaults;
  Default(*limits, "transaction_bytes_max", defaults.transaction_bytes_max);
  Default(*limits, "entry_bytes_max", defaults.entry_bytes_max);
  Default(*limits, "records_max", defaults.records_max);
  Default(*limits, "codes_max", defaults.codes_max);
}

void FillRules(json::Value& rules) {
  json::Object* object = rules.if_object();
  if (object == nullptr) return;
  for (auto& [name, fallback] : DefaultRules()) {
    json::Value& value = Default(*object, name, fallback);
    // A table may name only the members that it changes.
    if (json::Object* table = value.if_object();
        table != nullptr && fallback.if_object() != nullptr)
      for (const auto& [member, member_fallback] : *fallback.if_object())
        Default(*table, member, member_fallback);
  }
}

void FillMembers(json::Value& members) {
  json::Array* list = members.if_array();
  if (list == nullptr) return;
  for (json::Value& member : *list) {
    json::Object* object = member.if_object();
    if (object == nullptr) continue;
    Default(*object, "node", "node-1");
    Default(*object, "voter", true);
  }
}

// The line of a path, or of the nearest table around it that stands in the text.
std::string LineOf(const toml_file::Document& document, std::string path) {
  std::string shown = path.empty() ? "top level" : path;
  while (!path.empty()) {
    auto line = document.lines.find(path);
    if (line != document.lines.end()) return "line " + std::to_string(line->second) + ", " + shown;
    size_t cut = path.find_last_of(".[");
    path.resize(cut == std::string::npos ? 0 : cut);
  }
  return shown;
}

}  // namespace

Result<Bytes> GenesisFromToml(std::string_view toml, uint64_t now_ms) {
  SUYUAN_ASSIGN_OR_RETURN(toml_file::Document document, toml_file::Parse(toml));
  json::Value value = document.root;
  json::Object& root = *value.if_object();
  if (root.contains("format"))
    return Error{ErrorCode::kConfig, LineOf(document, "format") + ": is not known here"};
  root.emplace("format", kFormatName);
  if (root.contains("ledger")) FillLedger(root["ledger"], now_ms);
  if (root.contains("member")) FillMembers(root["member"]);
  FillRules(Default(root, "rules", json::Object()));
  Default(root, "catalog", json::Array());
  Default(root, "platform", DefaultPlatforms());
  SUYUAN_ASSIGN_OR_RETURN(Genesis genesis, ReadGenesis(value, [&](const std::string& path) {
                            return LineOf(document, path);
                          }));
  return std::move(genesis.file);
}

}  // namespace suyuan::genesis
