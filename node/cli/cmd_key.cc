#include "genesis/key_file.h"
#include "node/cli/commands.h"
#include "node/cli/passphrase.h"

namespace suyuan::cli {
namespace {

// One line a key: what it is for, its public half, and the id by which the ledger names it.
void AddRows(const std::string& file, const genesis::PublicKeys& keys, Table& out) {
  auto add_signing = [&](const char* use, const std::optional<PublicKey>& key) {
    if (key)
      out.rows.push_back(
          {file, keys.kind, use, ToHex(*key), ToHex(KeyIdOf(Suite::kEd25519, *key))});
  };
  auto add_sealing = [&](const char* use, const std::optional<SealingPublicKey>& key) {
    if (key) out.rows.push_back({file, keys.kind, use, ToHex(*key), json::Value()});
  };
  add_signing("signing", keys.signing);
  add_sealing("sealing", keys.sealing);
  add_sealing("recovery", keys.recovery);
  add_signing("node", keys.node);
  add_signing("log", keys.log);
  add_signing("cosigner", keys.cosigner);
}

}  // namespace

Status KeyNew(const KeyNewOptions& options, const Console& console) {
  if (options.kind == "node" && !options.recovery_out.empty())
    return Error{ErrorCode::kConfig, "a node has no recovery key; --recovery-out is for parties"};
  SUYUAN_ASSIGN_OR_RETURN(genesis::Passphrase passphrase, AskNewPassphrase(options.passphrase));
  genesis::KeyMaterial material;
  if (options.kind == "node") {
    material = genesis::NewNodeKeys();
  } else {
    genesis::PartyKeys party = genesis::NewPartyKeys();
    if (!options.recovery_out.empty()) {
      genesis::RecoveryKey recovery = genesis::NewRecoveryKey();
      party.recovery = genesis::SealingPublicKeyOf(recovery.sealing);
      SUYUAN_RETURN_IF_ERROR(genesis::WriteKeyFile(options.recovery_out, std::move(recovery),
                                                   passphrase, genesis::KeyCost::kModerate));
      console.Note("wrote " + options.recovery_out + "; keep it offline");
    }
    material = std::move(party);
  }
  SUYUAN_RETURN_IF_ERROR(
      genesis::WriteKeyFile(options.out, material, passphrase, genesis::KeyCost::kModerate));
  console.Note("wrote " + options.out);
  return KeyShow({options.out}, console);
}

Status KeyShow(const std::vector<std::string>& files, const Console& console) {
  Table table{{"file", "kind", "use", "public key", "key id"}, {}};
  for (const std::string& file : files) {
    SUYUAN_ASSIGN_OR_RETURN(genesis::PublicKeys keys, genesis::ReadPublicKeys(file));
    AddRows(file, keys, table);
  }
  console.Print(table);
  return {};
}

}  // namespace suyuan::cli
