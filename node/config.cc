#include "node/config.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <span>

#include "common/suggest.h"
#include "common/toml.h"

namespace suyuan::node {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kTables[] = {"node",    "party",  "api", "peers",
                                        "storage", "limits", "log", "audit"};
constexpr std::string_view kNodeKeys[] = {"genesis", "key", "join"};
constexpr std::string_view kPartyKeys[] = {"code", "key", "operators", "former_keys"};
constexpr std::string_view kApiKeys[] = {"listen", "member_listen", "authorities", "certificate",
                                         "key"};
constexpr std::string_view kPeersKeys[] = {"listen", "addresses"};
constexpr std::string_view kStorageKeys[] = {"directory", "reserve_bytes"};
constexpr std::string_view kLimitsKeys[] = {"pool_transactions_max",
                                            "pool_bytes_max",
                                            "block_transactions_max",
                                            "block_bytes_max",
                                            "pipeline_blocks_max",
                                            "submit_timeout_ms",
                                            "tick_ms",
                                            "election_ticks",
                                            "verify_threads",
                                            "verified_cache_entries",
                                            "requests_per_address",
                                            "requests_per_identity",
                                            "connections_per_address"};
constexpr std::string_view kLogKeys[] = {"level"};
constexpr std::string_view kAuditKeys[] = {"enabled"};
constexpr std::string_view kLogLevels[] = {"error", "warn", "info", "debug"};

// Reads one file; remembers the first mistake, so that callers read on and ask once. Values are
// named by their path, e.g. "peers.listen".
class ConfigReader {
 public:
  ConfigReader(const toml_file::Document& file, std::string path)
      : file_(file), path_(std::move(path)) {
    CheckNames(*file_.root.if_object(), "", kTables);
  }

  // The table `name`; every key of it must be among `keys`. nullptr when absent.
  const json::Object* Table(std::string_view name, Names keys) {
    const json::Value* value = file_.root.Find(name);
    if (value == nullptr) return nullptr;
    const json::Object* table = value->if_object();
    if (table == nullptr) {
      Fail(name, "must be a table");
      return nullptr;
    }
    CheckNames(*table, std::string(name) + ".", keys);
    return table;
  }

  const json::Value* Find(const std::string& path) const {
    size_t dot = path.find('.');
    const json::Value* table = file_.root.Find(path.substr(0, dot));
    return table == nullptr ? nullptr : table->Find(path.substr(dot + 1));
  }

  std::string Text(const std::string& path, std::string fallback = "") {
    const json::Value* value = Find(path);
    if (value == nullptr) return fallback;
    if (const std::string* text = value->if_string()) return *text;
    Fail(path, "must be a string");
    return fallback;
  }

  bool Flag(const std::string& path, bool fallback) {
    const json::Value* value = Find(path);
    if (value == nullptr) return fallback;
    if (const bool* flag = value->if_bool()) return *flag;
    Fail(path, "must be true or false");
    return fallback;
  }

  // Text that must be there and not empty.
  std::string Required(const std::string& path) {
    std::string out = Text(path);
    if (out.empty()) Fail(path, "is missing");
    return out;
  }

  // Relative to the file.
  std::string Path(const std::string& text) const {
    if (text.empty()) return text;
    return (std::filesystem::path(path_).parent_path() / text).lexically_normal().string();
  }

  template <typename T>
  void Number(const std::string& path, T* out, T min) {
    const json::Value* value = Find(path);
    if (value == nullptr) return;
    const int64_t* number = value->if_int();
    if (number == nullptr || *number < 0 || static_cast<uint64_t>(*number) < min ||
        static_cast<uint64_t>(*number) > std::numeric_limits<T>::max())
      return Fail(path, "must be an integer of at least " + std::to_string(min));
    *out = static_cast<T>(*number);
  }

  std::optional<Endpoint> Address(const std::string& path, const std::string& text) {
    auto endpoint = ParseEndpoint(text);
    if (endpoint.ok()) return *endpoint;
    Fail(path, endpoint.error().detail);
    return std::nullopt;
  }

  void Fail(std::string_view path, const std::string& what) {
    if (error_) return;
    auto line = file_.lines.find(std::string(path));
    std::string at = line == file_.lines.end() ? "" : ":" + std::to_string(line->second);
    error_ = Error{ErrorCode::kConfig, path_ + at + ": " + std::string(path) + " " + what};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void CheckNames(const json::Object& object, const std::string& prefix, Names known) {
    for (const auto& [name, value] : object)
      if (std::ranges::find(known, name) == known.end())
        Fail(prefix + name, "is not known" + DidYouMean(name, known));
  }

  const toml_file::Document& file_;
  const std::string path_;
  std::optional<Error> error_;
};

void ReadNode(ConfigReader& in, NodeConfig* out) {
  in.Table("node", kNodeKeys);
  out->genesis_file = in.Path(in.Required("node.genesis"));
  out->node_key_file = in.Path(in.Required("node.key"));
  out->join = in.Flag("node.join", false);
}

void ReadFormerKeys(ConfigReader& in, NodeConfig* out) {
  const json::Value* former = in.Find("party.former_keys");
  if (former == nullptr) return;
  if (out->custody_key_file.empty())
    return in.Fail("party.former_keys", "are keys that party.key replaced, which is missing");
  const json::Array* list = former->if_array();
  if (list == nullptr) return in.Fail("party.former_keys", "must be a list of key files");
  for (const json::Value& item : *list) {
    const std::string* path = item.if_string();
    if (path == nullptr || path->empty())
      return in.Fail("party.former_keys", "must be a list of key files");
    out->former_key_files.push_back(in.Path(*path));
  }
}

void ReadParty(ConfigReader& in, NodeConfig* out) {
  in.Table("party", kPartyKeys);
  std::string code = in.Required("party.code");
  if (in.error()) return;
  auto id = ParsePartyId(code);
  if (!id.ok()) return in.Fail("party.code", "is no credit code: " + id.error().detail);
  out->party = *id;
  out->custody_key_file = in.Path(in.Text("party.key"));
  ReadFormerKeys(in, out);
  const json::Value* operators = in.Find("party.operators");
  if (operators == nullptr) return;
  const json::Array* list = operators->if_array();
  if (list == nullptr) return in.Fail("party.operators", "must be a list");
  for (const json::Value& item : *list) {
    const std::string* text = item.if_string();
    auto hash = ParseHash(text == nullptr ? "" : *text);
    if (!hash.ok()) return in.Fail("party.operators", "holds key ids of 64 hex digits");
    out->operators.push_back(*KeyId::From(hash->view()));
  }
}

void ReadPeers(ConfigReader& in, NodeConfig* out) {
  in.Table("peers", kPeersKeys);
  std::string listen = in.Required("peers.listen");
  if (in.error()) return;
  out->peer_listen = in.Address("peers.listen", listen).value_or(Endpoint{});
  const json::Value* addresses = in.Find("peers.addresses");
  if (addresses == nullptr) return;
  const json::Object* table = addresses->if_object();
  if (table == nullptr) return in.Fail("peers.addresses", "must be a table");
  for (const auto& [name, value] : *table) {
    const std::string* text = value.if_string();
    auto address = in.Address("peers.addresses." + name, text == nullptr ? "" : *text);
    if (address) out->peer_addresses[name] = *address;
  }
}

void ReadApi(ConfigReader& in, NodeConfig* out) {
  in.Table("api", kApiKeys);
  out->api_certificate_file = in.Path(in.Text("api.certificate"));
  out->api_key_file = in.Path(in.Text("api.key"));
  out->api_listen = in.Text("api.listen");
  if (!out->api_listen.empty()) in.Address("api.listen", out->api_listen);
  out->member_listen = in.Text("api.member_listen");
  if (!out->member_listen.empty()) in.Address("api.member_listen", out->member_listen);
  if (!out->member_listen.empty() && out->api_listen.empty())
    in.Fail("api.member_listen", "is a second listener: api.listen is missing");
  const json::Value* authorities = in.Find("api.authorities");
  if (authorities == nullptr) return;
  const json::Array* list = authorities->if_array();
  if (list == nullptr || list->empty())
    return in.Fail("api.authorities", "must be a list of hosts");
  for (const json::Value& item : *list) {
    const std::string* host = item.if_string();
    if (host == nullptr || host->empty() || host->find('/') != std::string::npos)
      return in.Fail("api.authorities", "holds hosts as in URLs, such as \"suyuan.example:7600\"");
    out->api_authorities.push_back(*host);
  }
}

void ReadLimits(ConfigReader& in, NodeLimits* out) {
  in.Table("limits", kLimitsKeys);
  in.Number<uint32_t>("limits.pool_transactions_max", &out->pool_transactions_max, 1);
  in.Number<uint64_t>("limits.pool_bytes_max", &out->pool_bytes_max, 1 << 20);
  in.Number<uint32_t>("limits.block_transactions_max", &out->block_transactions_max, 1);
  in.Number<uint32_t>("limits.block_bytes_max", &out->block_bytes_max, 1024);
  in.Number<uint32_t>("limits.pipeline_blocks_max", &out->pipeline_blocks_max, 1);
  in.Number<uint32_t>("limits.submit_timeout_ms", &out->submit_timeout_ms, 100);
  in.Number<uint32_t>("limits.tick_ms", &out->tick_ms, 5);
  in.Number<uint32_t>("limits.election_ticks", &out->election_ticks, 3);
  in.Number<uint32_t>("limits.verify_threads", &out->verify_threads, 0);
  in.Number<uint32_t>("limits.verified_cache_entries", &out->verified_cache_entries, 1000);
  in.Number<uint32_t>("limits.requests_per_address", &out->requests_per_address, 0);
  in.Number<uint32_t>("limits.requests_per_identity", &out->requests_per_identity, 0);
  in.Number<uint32_t>("limits.connections_per_address", &out->connections_per_address, 0);
}

void ReadLog(ConfigReader& in, NodeConfig* out) {
  in.Table("log", kLogKeys);
  out->log_level = in.Text("log.level", "info");
  if (std::ranges::find(kLogLevels, out->log_level) == std::end(kLogLevels))
    in.Fail("log.level", "must be error, warn, info or debug");
}

void ReadAudit(ConfigReader& in, NodeConfig* out) {
  in.Table("audit", kAuditKeys);
  out->audit = in.Flag("audit.enabled", true);
}

}  // namespace

std::string ToString(const Endpoint& endpoint) {
  bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

Result<Endpoint> ParseEndpoint(std::string_view text) {
  Error bad{ErrorCode::kConfig, "must be host:port, not \"" + std::string(text) + "\""};
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad;
  std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return bad;
  uint16_t number = 0;
  auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || ec != std::errc() || end != port.data() + port.size()) return bad;
  return Endpoint{std::string(host), number};
}

Result<NodeConfig> ParseNodeConfig(std::string_view text, const std::string& path) {
  auto file = toml_file::Parse(text);
  if (!file.ok()) return Error{ErrorCode::kConfig, path + ": " + file.error().detail};
  ConfigReader in(*file, path);
  NodeConfig out;
  ReadNode(in, &out);
  ReadParty(in, &out);
  ReadApi(in, &out);
  ReadPeers(in, &out);
  in.Table("storage", kStorageKeys);
  out.data_directory = in.Path(in.Required("storage.directory"));
  in.Number<uint64_t>("storage.reserve_bytes", &out.reserve_bytes, 1);
  ReadLimits(in, &out.limits);
  ReadLog(in, &out);
  ReadAudit(in, &out);
  if (in.error()) return *in.error();
  return out;
}

Result<NodeConfig> LoadNodeConfig(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kIo, "cannot read " + path};
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return ParseNodeConfig(text, path);
}

}  // namespace suyuan::node
