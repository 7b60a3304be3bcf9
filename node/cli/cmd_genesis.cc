#include <chrono>

#include "genesis/genesis.h"
#include "node/cli/commands.h"
#include "node/cli/files.h"

namespace suyuan::cli {

Status GenesisNew(const GenesisNewOptions& options, const Console& console) {
  constexpr size_t kSpecBytesMax = 4u << 20;
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadWhole(options.spec, kSpecBytesMax));
  auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  auto file = genesis::GenesisFromToml(text, static_cast<uint64_t>(now.count()));
  if (!file.ok()) return Error{file.error().code, options.spec + ", " + file.error().detail};
  std::string path = options.out_directory + "/genesis.json";
  // An existing genesis file names a ledger that may be in use: never replace it.
  if (ReadWhole(path, SIZE_MAX).ok())
    return Error{ErrorCode::kIo, path + " exists; a genesis file is never replaced"};
  SUYUAN_RETURN_IF_ERROR(MakeDirectories(options.out_directory));
  SUYUAN_RETURN_IF_ERROR(WriteWhole(path, *file));
  console.Note("wrote " + path);
  return GenesisShow(path, console);
}

Status GenesisShow(const std::string& file, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(file));
  json::Value shown = Describe(genesis);
  if (console.options().format != Format::kTable && console.options().format != Format::kCsv) {
    console.Print(shown);
    return {};
  }
  console.Line("ledger   " + ToHex(genesis.ledger_id));
  console.Line("name     " + Harmless(genesis.name));
  console.Line("origin   " + genesis.origin);
  console.Line("final    by " + std::to_string(*shown.Find("organisations_for_final")->if_int()) +
               " of " + std::to_string(genesis.members.size()) + " organisations (" +
               shown.Text("quorum") + ")\n");
  Table members{
      {"party", "role", "region", "node", "votes", "signing key id", "node key id", "name"}, {}};
  auto short_id = [](const PublicKey& key) {
    return ToHex(KeyIdOf(Suite::kEd25519, key)).substr(0, 16);
  };
  for (const genesis::FoundingMember& m : genesis.members)
    members.rows.push_back({ToString(m.party), ToString(m.role), m.region, m.node,
                            m.voter ? "yes" : "no", short_id(m.signing_key), short_id(m.node_key),
                            m.name});
  console.Print(members);
  return {};
}

}  // namespace suyuan::cli
