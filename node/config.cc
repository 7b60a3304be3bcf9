#include "node/config.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <limits>

#include <toml++/toml.h>

namespace suyuan::node {
namespace {

// Reads one file; remembers the first mistake, so that callers read on and ask once.
class ConfigReader {
 public:
  ConfigReader(const toml::table& root, std::string path) : root_(root), path_(std::move(path)) {}

  // The table `name`, nullptr when absent. Every key of it must be among `keys`.
  const toml::table* Table(std::string_view name, std::initializer_list<std::string_view> keys) {
    const toml::node* node = root_.get(name);
    if (node == nullptr) return nullptr;
    const toml::table* table = node->as_table();
    if (table == nullptr) {
      Fail(*node, "[" + std::string(name) + "] must be a table");
      return nullptr;
    }
    for (const auto& [key, value] : *table)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        Fail(value, "unknown key " + std::string(name) + "." + std::string(key.str()));
    return table;
  }

  void OnlyTables(std::initializer_list<std::string_view> names) {
    for (const auto& [key, value] : root_)
      if (std::find(names.begin(), names.end(), key.str()) == names.end())
        Fail(value, "unknown table [" + std::string(key.str()) + "]");
  }

  std::string Text(const toml::table* table, std::string_view name, std::string fallback = "") {
    const toml::node* node = table == nullptr ? nullptr : table->get(name);
    if (node == nullptr) return fallback;
    if (const auto* text = node->as_string()) return text->get();
    Fail(*node, std::string(name) + " must be a string");
    return fallback;
  }

  // Text that must be there.
  std::string Required(const toml::table* table, std::string_view section, std::string_view name) {
    std::string out = Text(table, name);
    if (out.empty() && !error_)
      error_ = Error{ErrorCode::kConfig,
                     path_ + ": " + std::string(section) + "." + std::string(name) + " is missing"};
    return out;
  }

  std::string Path(const std::string& text) const {
    if (text.empty()) return text;
    return (std::filesystem::path(path_).parent_path() / text).lexically_normal().string();
  }

  template <typename T>
  void Number(const toml::table* table, std::string_view name, T* out, T min) {
    const toml::node* node = table == nullptr ? nullptr : table->get(name);
    if (node == nullptr) return;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < 0 || static_cast<uint64_t>(number->get()) < min ||
        static_cast<uint64_t>(number->get()) > std::numeric_limits<T>::max()) {
      Fail(*node, std::string(name) + " must be an integer of at least " + std::to_string(min));
      return;
    }
    *out = static_cast<T>(number->get());
  }

  void Fail(const toml::node& at, const std::string& what) {
    if (error_) return;
    error_ = Error{ErrorCode::kConfig,
                   path_ + ":" + std::to_string(at.source().begin.line) + ": " + what};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const toml::table& root_;
  std::string path_;
  std::optional<Error> error_;
};

void ReadNode(ConfigReader& in, NodeConfig* out) {
  const auto* node = in.Table("node", {"genesis", "key"});
  out->genesis_file = in.Path(in.Required(node, "node", "genesis"));
  out->node_key_file = in.Path(in.Required(node, "node", "key"));
}

void ReadParty(ConfigReader& in, NodeConfig* out) {
  const auto* party = in.Table("party", {"code", "key", "operators"});
  std::string code = in.Required(party, "party", "code");
  if (in.error()) return;
  auto id = ParsePartyId(code);
  if (!id.ok()) return in.Fail(*party->get("code"), "party.code: " + id.error().detail);
  out->party = *id;
  out->custody_key_file = in.Path(in.Text(party, "key"));
  const toml::node* operators = party->get("operators");
  if (operators == nullptr) return;
  if (!operators->is_array()) return in.Fail(*operators, "party.operators must be a list");
  for (const toml::node& item : *operators->as_array()) {
    const auto* text = item.as_string();
    auto hash = ParseHash(text == nullptr ? "" : text->get());
    if (!hash.ok()) return in.Fail(item, "party.operators: a key id has 64 hex digits");
    out->operators.push_back(*KeyId::From(hash->view()));
  }
}

void ReadPeers(ConfigReader& in, NodeConfig* out) {
  const auto* peers = in.Table("peers", {"listen", "addresses"});
  std::string listen = in.Required(peers, "peers", "listen");
  if (in.error()) return;
  auto endpoint = ParseEndpoint(listen);
  if (!endpoint.ok()) return in.Fail(*peers->get("listen"), endpoint.error().detail);
  out->peer_listen = *endpoint;
  const toml::node* addresses = peers->get("addresses");
  if (addresses == nullptr) return;
  if (!addresses->is_table()) return in.Fail(*addresses, "peers.addresses must be a table");
  for (const auto& [name, value] : *addresses->as_table()) {
    const auto* text = value.as_string();
    auto address = ParseEndpoint(text == nullptr ? "" : text->get());
    if (!address.ok()) return in.Fail(value, address.error().detail);
    out->peer_addresses[std::string(name.str())] = *address;
  }
}

void ReadApi(ConfigReader& in, NodeConfig* out) {
  const auto* api = in.Table("api", {"listen"});
  out->api_listen = in.Text(api, "listen");
  if (out->api_listen.empty()) return;
  if (auto endpoint = ParseEndpoint(out->api_listen); !endpoint.ok())
    in.Fail(*api->get("listen"), endpoint.error().detail);
}

void ReadLimits(ConfigReader& in, NodeLimits* out) {
  const auto* limits =
      in.Table("limits", {"pool_transactions_max", "pool_bytes_max", "block_transactions_max",
                          "block_bytes_max", "pipeline_blocks_max", "submit_timeout_ms", "tick_ms",
                          "election_ticks", "verify_threads", "verified_cache_entries"});
  in.Number<uint32_t>(limits, "pool_transactions_max", &out->pool_transactions_max, 1);
  in.Number<uint64_t>(limits, "pool_bytes_max", &out->pool_bytes_max, 1 << 20);
  in.Number<uint32_t>(limits, "block_transactions_max", &out->block_transactions_max, 1);
  in.Number<uint32_t>(limits, "block_bytes_max", &out->block_bytes_max, 1024);
  in.Number<uint32_t>(limits, "pipeline_blocks_max", &out->pipeline_blocks_max, 1);
  in.Number<uint32_t>(limits, "submit_timeout_ms", &out->submit_timeout_ms, 100);
  in.Number<uint32_t>(limits, "tick_ms", &out->tick_ms, 5);
  in.Number<uint32_t>(limits, "election_ticks", &out->election_ticks, 3);
  in.Number<uint32_t>(limits, "verify_threads", &out->verify_threads, 0);
  in.Number<uint32_t>(limits, "verified_cache_entries", &out->verified_cache_entries, 1000);
}

void ReadLog(ConfigReader& in, NodeConfig* out) {
  const auto* log = in.Table("log", {"level"});
  out->log_level = in.Text(log, "level", "info");
  for (std::string_view known : {"error", "warn", "info", "debug"})
    if (out->log_level == known) return;
  in.Fail(*log->get("level"), "log.level must be error, warn, info or debug");
}

}  // namespace

std::string ToString(const Endpoint& endpoint) {
  bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

Result<Endpoint> ParseEndpoint(std::string_view text) {
  Error bad{ErrorCode::kConfig, "an address is host:port, not \"" + std::string(text) + "\""};
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
  toml::table root;
  try {
    root = toml::parse(text, path);
  } catch (const toml::parse_error& e) {
    return Error{ErrorCode::kConfig, path + ":" + std::to_string(e.source().begin.line) + ": " +
                                         std::string(e.description())};
  }
  ConfigReader in(root, path);
  NodeConfig out;
  in.OnlyTables({"node", "party", "api", "peers", "storage", "limits", "log"});
  ReadNode(in, &out);
  ReadParty(in, &out);
  ReadApi(in, &out);
  ReadPeers(in, &out);
  const auto* storage = in.Table("storage", {"directory"});
  out.data_directory = in.Path(in.Required(storage, "storage", "directory"));
  ReadLimits(in, &out.limits);
  ReadLog(in, &out);
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
