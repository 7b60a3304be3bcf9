// Reading from a node: node status, trace, query.
#include <algorithm>

#include "node/cli/commands.h"
#include "node/cli/http_client.h"
#include "node/cli/passphrase.h"
#include "node/cli/sealed_client.h"
#include "node/cli/trace_open.h"
#include "node/cli/trace_text.h"
#include "node/cli/trace_tree.h"

namespace suyuan::cli {
namespace {

// A client that keeps the key which signs its requests.
struct Reader {
  std::optional<SigningKey> key;
  std::optional<NodeClient> client;
};

Status Open(const NodeTarget& target, Reader& reader) {
  SUYUAN_ASSIGN_OR_RETURN(reader.key, OpenSigningKey(target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(target.url, reader.key ? &*reader.key : nullptr));
  reader.client.emplace(std::move(client));
  return {};
}

// A QR code holds a URI; the code is its path, after /t/ where our own pages put it.
std::string CodeOf(std::string_view text) {
  size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  size_t path = text.find('/', scheme + 3);
  if (path == std::string_view::npos) return std::string(text);
  text.remove_prefix(path + 1);
  text = text.substr(0, text.find_first_of("?#"));
  if (text.starts_with("t/")) text.remove_prefix(2);
  return std::string(text);
}

// The members that lists of every kind share come first, the rest by name.
Table AsTable(const json::Array& items) {
  Table table;
  auto column = [&](const std::string& name) {
    for (const std::string& known : table.columns)
      if (known == name) return;
    table.columns.push_back(name);
  };
  auto has = [&](const char* name) {
    for (const json::Value& item : items)
      if (item.Find(name) != nullptr) return true;
    return false;
  };
  for (const char* first : {"id", "code", "party", "name", "state", "height"})
    if (has(first)) column(first);
  for (const json::Value& item : items)
    if (const json::Object* object = item.if_object())
      for (const auto& [name, value] : *object) column(name);
  for (const json::Value& item : items) {
    auto& row = table.rows.emplace_back();
    for (const std::string& name : table.columns) {
      const json::Value* value = item.Find(name);
      row.push_back(value ? *value : json::Value());
    }
  }
  return table;
}

constexpr uint32_t kPageMax = 200;  // what a node gives at once

std::string ListTarget(const QueryOptions& options, const std::string& next) {
  std::string target =
      "/v1/" + options.what + "?limit=" + std::to_string(std::min(options.limit, kPageMax));
  for (const std::string& filter : options.filters) {
    size_t equals = filter.find('=');
    target += "&" + UrlEncode(filter.substr(0, equals), false) + "=" +
              UrlEncode(filter.substr(equals + 1), false);
  }
  if (!next.empty()) target += "&" + next;
  return target;
}

// What asks for the page after this one; "" at the end. Blocks go backwards by height, everything
// else by cursor.
std::string NextOf(const QueryOptions& options, const json::Value& page, const json::Array& list) {
  if (options.what != "blocks")
    return page.Text("next").empty() ? "" : "cursor=" + UrlEncode(page.Text("next"), false);
  const json::Value* height = list.empty() ? nullptr : list.back().Find("height");
  if (height == nullptr || height->if_int() == nullptr || *height->if_int() == 0) return "";
  return "before=" + std::to_string(*height->if_int());
}

// The one list in an answer, whatever its name ("parties", "items" …).
const json::Array* ListIn(const json::Value& answer) {
  const json::Object* object = answer.if_object();
  if (object == nullptr) return answer.if_array();
  for (const auto& [name, value] : *object)
    if (value.if_array() != nullptr) return value.if_array();
  return nullptr;
}

// Follows cursors until there are enough.
Result<json::Array> QueryList(const QueryOptions& options, NodeClient& client) {
  json::Array items;
  std::string next;
  do {
    SUYUAN_ASSIGN_OR_RETURN(json::Value page, client.GetJson(ListTarget(options, next)));
    const json::Array* list = ListIn(page);
    if (list == nullptr) return Error{ErrorCode::kFormat, "the node answered without a list"};
    for (const json::Value& item : *list)
      if (items.size() < options.limit) items.push_back(item);
    next = NextOf(options, page, *list);
  } while (!next.empty() && items.size() < options.limit);
  return items;
}

}  // namespace

Status NodeStatus(const NodeTarget& target, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(target.url, nullptr));
  SUYUAN_ASSIGN_OR_RETURN(json::Value status, client.GetJson("/v1/status"));
  console.Print(status);
  return {};
}

Status Trace(const TraceOptions& options, const Console& console) {
  std::optional<OwnKeys> keys;
  if (!options.target.key_file.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(keys, OpenOwnKeys(options.target));
  }
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(options.target.url, keys ? &keys->signing : nullptr));
  const std::string target = "/v1/trace/" + UrlEncode(CodeOf(options.code), true) +
                             "?depth=" + std::to_string(options.depth) +
                             "&direction=" + options.direction;
  SUYUAN_ASSIGN_OR_RETURN(json::Value answer, client.GetJson(target));
  SUYUAN_RETURN_IF_ERROR(CheckChain(answer));
  if (keys) {
    SUYUAN_ASSIGN_OR_RETURN(const OpenedTrace opened, OpenTrace(answer, client, *keys->reader));
    console.Note("opened " + std::to_string(opened.values) + " values of " +
                 std::to_string(opened.transactions) + " transactions with this key");
  }
  if (console.options().format != Format::kTable)
    console.Print(answer);
  else
    for (const std::string& line : TraceLines(answer)) console.Line(line);
  return {};
}

Status Query(const QueryOptions& options, const Console& console) {
  for (const std::string& filter : options.filters)
    if (filter.find('=') == std::string::npos)
      return Error{ErrorCode::kConfig, "--filter \"" + filter + "\" must be name=value"};
  Reader reader;
  SUYUAN_RETURN_IF_ERROR(Open(options.target, reader));
  if (!options.id.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(json::Value one, reader.client->GetJson("/v1/" + options.what + "/" +
                                                                    UrlEncode(options.id, true)));
    console.Print(one);
    return {};
  }
  SUYUAN_ASSIGN_OR_RETURN(json::Array items, QueryList(options, *reader.client));
  console.Print(AsTable(items));
  return {};
}

}  // namespace suyuan::cli
