// node.toml: what one node needs to know about its surroundings. Everything that the consortium
// must agree on stands in the genesis file instead.
//
//   [node]    genesis = "genesis.json"     key = "keys/node.key"
//   [party]   code = "91310000MA1FL5TX4A"  key = "keys/party.key"  (optional: custody)
//             operators = ["<key id, 64 hex digits>", …]
//             former_keys = ["keys/party-2025.key", …]  (key files that `key` replaced, newest
//             first: they open what was sealed before KEY_ROTATE; the same passphrase)
//   [api]     listen = "127.0.0.1:7600"    (empty: no HTTP)
//             certificate = "tls.pem"  key = "tls.key"   (off loopback: TLS 1.3)
//             member_listen = "10.0.0.5:7700"   (optional: a second listener on a thread of its
//             own, for the members' network, that answers while the first is flooded)
//             authorities = ["suyuan.example"]  (hosts that signed requests may name; default: the
//             listeners' addresses, loopback names with their ports, and the genesis file's)
//   [peers]   listen = "127.0.0.1:7601"
//   [peers.addresses]  "<party>/<node>" = "host:port"   (instead of the address in the genesis
//             file)
//   [storage] directory = "data"  reserve_bytes = 268435456   (free space below which the node
//             orders no more transactions; default 256 MiB, at most 5 % of the file system)
//   [limits]  see NodeLimits
//   [log]     level = "info"
//   [audit]   enabled = true    (of a regulator's node with its party's key: opens what is sealed
//             to it, checks it, files findings)
//
// Relative paths are relative to the file. Unknown tables and keys are errors: a misspelt limit
// must not be silently ignored.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::node {

// Host and port. An IPv6 host is written in brackets: "[::1]:7601".
struct Endpoint {
  std::string host;
  uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
std::string ToString(const Endpoint& endpoint);
// "host:port"; E_CONFIG otherwise.
Result<Endpoint> ParseEndpoint(std::string_view text);

// Bounds of queues and times; all of them can be set under [limits].
struct NodeLimits {
  uint32_t pool_transactions_max = 20'000;  // accepted here and not yet executed
  uint64_t pool_bytes_max = 256ull << 20;
  uint32_t block_transactions_max = 2'000;
  uint32_t block_bytes_max = 4u << 20;  // at least one transaction always fits
  uint32_t pipeline_blocks_max = 2;     // proposed, not yet committed; the second one only if large
  uint32_t submit_timeout_ms = 10'000;  // then E_TIMEOUT
  uint32_t tick_ms = 50;
  uint32_t election_ticks = 10;
  uint32_t verify_threads = 0;  // 0: one a core
  uint32_t verified_cache_entries = 100'000;
  // HTTP requests a second, with bursts of twice as many, and connections; 0: no limit. An IPv6 /64
  // is one address. Behind a proxy all requests come from one address: there the proxy limits.
  uint32_t requests_per_address = 1'000;
  uint32_t requests_per_identity = 200;  // signed requests, for each key
  uint32_t connections_per_address = 2'000;
};

struct NodeConfig {
  std::string genesis_file;
  // Key files; the command line opens them and hands the keys to Node::Start.
  std::string node_key_file;                  // node, log and cosigner key
  std::string custody_key_file;               // the party's keys; empty: the node holds none
  std::vector<std::string> former_key_files;  // those that it replaced, newest first
  bool join = false;  // the node is not in the genesis file: the ledger will name it
  PartyId party;
  std::vector<KeyId> operators;                    // keys that may use the custody key
  std::string api_listen;                          // "host:port", empty: none
  std::string member_listen;                       // "host:port", empty: no second listener
  std::vector<std::string> api_authorities;        // empty: what follows from the addresses
  std::string api_certificate_file, api_key_file;  // PEM; empty on loopback
  Endpoint peer_listen;
  std::map<std::string, Endpoint> peer_addresses;  // "<party>/<node>" → address
  std::string data_directory;
  uint64_t reserve_bytes = 0;  // of its disk; 0: as disk_watch.h chooses
  NodeLimits limits;
  bool audit = true;               // where the party is a regulator and its keys are here
  std::string log_level = "info";  // error, warn, info, debug
};

// E_CONFIG with file, line and key in the detail; E_IO when the file cannot be read.
Result<NodeConfig> LoadNodeConfig(const std::string& path);
// The same from text; `path` names the file in errors and anchors relative paths.
Result<NodeConfig> ParseNodeConfig(std::string_view text, const std::string& path);

}  // namespace suyuan::node
