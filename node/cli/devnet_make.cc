// Everything that a fresh devnet needs on disk.
#include <chrono>
#include <filesystem>

#include "common/directories.h"
#include "common/encoding.h"
#include "genesis/genesis.h"
#include "genesis/key_file.h"
#include "node/cli/devnet.h"
#include "node/cli/files.h"
#include "node/cli/node_ledger.h"

namespace suyuan::cli {
namespace {

// Example organisations: names are plainly examples, codes carry a valid check character.
struct Organisation {
  const char* name;
  const char* chinese;
  const char* role;
  const char* code17;  // without the check character
  const char* region;
};
constexpr Organisation kOrganisations[] = {
    {"regulator", "示例产品质量监督管理局", "regulator", "11000000MB2C0EXA0", "000000"},
    {"manufacturer", "示例电缆有限公司", "manufacturer", "91440101MA5EXAMP0", "440101"},
    {"distributor", "示例五金销售有限公司", "distributor", "91330106MA2EXAMP1", "330106"},
};

// Requirements 1.4: weight of position i is 3^i mod 31; the last character makes the sum ≡ 0.
std::string WithCheckCharacter(const std::string& code) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  size_t sum = 0, weight = 1;
  for (char c : code) {
    sum += kAlphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return code + kAlphabet[(31 - sum % 31) % 31];
}

// Organisation `i`; from the fourth on further distributors with a number of their own.
struct Chosen {
  std::string name, chinese, role, code, region;
};
Chosen Choose(uint32_t i) {
  if (i < std::size(kOrganisations)) {
    const Organisation& o = kOrganisations[i];
    return {o.name, o.chinese, o.role, WithCheckCharacter(o.code17), o.region};
  }
  char code[18];
  std::snprintf(code, sizeof code, "91330106MA2EX%04u", 1000 + i);
  std::string number = std::to_string(i - 1);
  return {"distributor-" + number, "示例五金销售第" + number + "有限公司", "distributor",
          WithCheckCharacter(code), "330106"};
}

constexpr std::string_view kHead = R"([ledger]
name = "示例产品追溯账本（本机试用）"
origin = "suyuan.localhost/devnet"

[[catalog]]
category_code = "03"
category_name = "重点工业产品"
catalog_level = "national"
review_policy = "auto"
effective_from = "2020-01-01"

)";

std::string MemberToml(const DevnetNode& node, const Chosen& organisation,
                       const genesis::PublicKeys& party, const genesis::PublicKeys& keys) {
  std::string out = "[[member]]\n";
  auto line = [&](const char* name, const std::string& value) {
    out += std::string(name) + " = \"" + value + "\"\n";
  };
  line("name", organisation.chinese);
  line("node", node.name);
  line("party_code", organisation.code);
  line("role", organisation.role);
  line("region", organisation.region);
  out += "voter = true\n[member.keys]\n";
  line("signing", ToHex(*party.signing));
  line("sealing", ToHex(*party.sealing));
  line("node", ToHex(*keys.node));
  line("log", ToHex(*keys.log));
  line("cosigner", ToHex(*keys.cosigner));
  out += "[member.addresses]\n";
  line("api", node.api.substr(sizeof("http://") - 1));
  line("peer", node.peer);
  return out + "\n";
}

std::string NodeToml(const Devnet& devnet, const DevnetNode& node, const PublicKey& signing) {
  auto quoted = [](const std::string& text) { return "\"" + text + "\"\n"; };
  return "[node]\ngenesis = " + quoted(devnet.genesis) + "key = " + quoted(node.node_key) +
         "\n[party]\ncode = " + quoted(ToString(node.party)) + "key = " + quoted(node.party_key) +
         "operators = [\"" + ToHex(KeyIdOf(Suite::kEd25519, signing)) + "\"]\n" +
         "\n[api]\nlisten = " + quoted(node.api.substr(sizeof("http://") - 1)) +
         "\n[peers]\nlisten = " + quoted(node.peer) +
         "\n[storage]\ndirectory = " + quoted(node.data_directory) +
         // All clients of a devnet come from one address, measurements among them.
         "\n[limits]\nrequests_per_address = 0\nrequests_per_identity = 0\n"
         "connections_per_address = 0\n";
}

DevnetNode PlanNode(const std::string& directory, uint32_t i, uint32_t base_port,
                    const Chosen& organisation) {
  std::string home = directory + "/node-" + std::to_string(i);
  DevnetNode node;
  node.name = organisation.name;
  node.role = organisation.role;
  node.party = ParsePartyId(organisation.code).value();
  node.api = "http://127.0.0.1:" + std::to_string(base_port + 2 * i);
  node.peer = "127.0.0.1:" + std::to_string(base_port + 2 * i + 1);
  node.data_directory = home + "/data";
  node.config = home + "/node.toml";
  node.log = directory + "/node-" + std::to_string(i) + ".log";
  node.party_key = home + "/party.key";
  node.node_key = home + "/node.key";
  return node;
}

// Makes one organisation's keys and configuration; its entry of the consortium TOML.
Result<std::string> MakeNode(const Devnet& devnet, const DevnetNode& node,
                             const Chosen& organisation, const genesis::Passphrase& passphrase) {
  namespace fs = std::filesystem;
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(fs::path(node.config).parent_path().string()));
  // The cheaper cost: a devnet's passphrase lies beside its keys anyhow.
  genesis::KeyMaterial party = genesis::NewPartyKeys(), keys = genesis::NewNodeKeys();
  constexpr auto kCost = genesis::KeyCost::kInteractive;
  SUYUAN_RETURN_IF_ERROR(genesis::WriteKeyFile(node.party_key, party, passphrase, kCost));
  SUYUAN_RETURN_IF_ERROR(genesis::WriteKeyFile(node.node_key, keys, passphrase, kCost));
  genesis::PublicKeys shown = genesis::PublicKeysOf(party);
  SUYUAN_RETURN_IF_ERROR(WriteWhole(node.config, NodeToml(devnet, node, *shown.signing)));
  return MemberToml(node, organisation, shown, genesis::PublicKeysOf(keys));
}

}  // namespace

Result<Devnet> MakeDevnet(const std::string& directory, uint32_t nodes, uint32_t base_port) {
  namespace fs = std::filesystem;
  std::error_code error;
  Devnet devnet;
  devnet.directory = fs::absolute(directory, error).lexically_normal().string();
  while (devnet.directory.size() > 1 && devnet.directory.back() == '/') devnet.directory.pop_back();
  if (devnet.directory.find_first_of("\"\\\n") != std::string::npos)
    return Error{ErrorCode::kConfig, "a devnet's path may not hold quotes or backslashes"};
  if (base_port + 2 * nodes > 65535)
    return Error{ErrorCode::kConfig, "the ports of " + std::to_string(nodes) + " nodes from " +
                                         std::to_string(base_port) + " on go beyond 65535"};
  devnet.genesis = devnet.directory + "/genesis.json";
  devnet.passphrase_file = devnet.directory + "/passphrase";
  if (fs::exists(devnet.genesis, error))
    return Error{ErrorCode::kIo, devnet.directory +
                                     " holds parts of a devnet without devnet.json; "
                                     "remove the directory first"};
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(devnet.directory));
  std::string words = HexEncode(RandomFixed<Nonce16>().view());
  SUYUAN_RETURN_IF_ERROR(WriteWhole(devnet.passphrase_file, words + "\n", 0600));
  genesis::Passphrase passphrase(std::move(words));
  std::string toml(kHead);
  for (uint32_t i = 0; i < nodes; ++i) {
    Chosen organisation = Choose(i);
    devnet.nodes.push_back(PlanNode(devnet.directory, i, base_port, organisation));
    SUYUAN_ASSIGN_OR_RETURN(std::string member,
                            MakeNode(devnet, devnet.nodes.back(), organisation, passphrase));
    toml += member;
  }
  SUYUAN_RETURN_IF_ERROR(WriteWhole(devnet.directory + "/consortium.toml", toml));
  auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  SUYUAN_ASSIGN_OR_RETURN(Bytes file,
                          genesis::GenesisFromToml(toml, static_cast<uint64_t>(now.count())));
  SUYUAN_RETURN_IF_ERROR(WriteWhole(devnet.genesis, file));
  for (const DevnetNode& node : devnet.nodes) {
    auto made = InitNode(node.config);
    if (!made.ok()) return std::move(made).error();
  }
  SUYUAN_RETURN_IF_ERROR(SaveDevnet(devnet));
  return devnet;
}

}  // namespace suyuan::cli
