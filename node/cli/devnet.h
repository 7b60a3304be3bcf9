// A consortium on one machine, for trying out and for tests: its layout on disk and its
// description, D/devnet.json. Nothing here is fit for production, because the passphrase of all
// keys lies beside them, and says so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"

namespace suyuan::cli {

struct DevnetNode {
  std::string name;  // of the organisation in example data: regulator, manufacturer, distributor …
  PartyId party;
  std::string role;
  std::string api;   // http://127.0.0.1:port
  std::string peer;  // 127.0.0.1:port
  std::string data_directory, config, log;
  int pid = 0;                      // 0: not running
  std::string party_key, node_key;  // key files
};

struct Devnet {
  std::string directory;  // absolute
  std::string genesis, passphrase_file;
  std::vector<DevnetNode> nodes;
};

// D/devnet.json; `path` may also name the file itself. E_IO when there is none, E_FORMAT.
Result<Devnet> LoadDevnet(const std::string& path);
Status SaveDevnet(const Devnet& devnet);

// Makes keys, consortium TOML, genesis file and one node.toml each. E_IO when the directory holds
// a devnet already.
Result<Devnet> MakeDevnet(const std::string& directory, uint32_t nodes, uint32_t base_port);

}  // namespace suyuan::cli
