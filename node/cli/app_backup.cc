// snapshot, backup, restore.
#include "node/cli/app_command.h"

namespace suyuan::cli {
namespace {

void AddGenesisOption(CLI::App* command, std::string& genesis) {
  command->add_option("--genesis", genesis, "The ledger's genesis file")
      ->required()
      ->envname("SUYUAN_GENESIS")
      ->type_name("FILE");
}

void AddSnapshot(CLI::App& root, Invocation& invocation) {
  CLI::App* group =
      AddGroup(root, "snapshot", "The state after one block as a file that proves itself",
               "suyuan snapshot inspect state.snapshot --genesis devnet/genesis.json");
  auto make = std::make_shared<SnapshotCreateOptions>();
  CLI::App* create = AddCommand(
      *group, "create",
      "Write the state after the last block, from the directory of a stopped node. The same block "
      "gives the same file on every node, but for the node's signed checkpoint",
      "suyuan snapshot create --data devnet/node-0/data --genesis devnet/genesis.json "
      "-o state.snapshot");
  create->add_option("--data", make->data, "Data directory of a node that is not running")
      ->required()
      ->type_name("DIR");
  AddGenesisOption(create, make->genesis);
  create->add_option("-o,--out", make->out, "The snapshot file")->required()->type_name("FILE");
  Runs(create, invocation, make, SnapshotCreate);

  auto look = std::make_shared<SnapshotInspectOptions>();
  CLI::App* inspect = AddCommand(
      *group, "inspect",
      "Check a snapshot, offline. Proven: every value of the state, and every transaction that has "
      "not expired, by the log root. Trusted: the nodes of the genesis file that signed that root, "
      "or the root given. Not proven: indexes, and transactions that have expired",
      "suyuan snapshot inspect state.snapshot --genesis devnet/genesis.json");
  inspect->add_option("file", look->file, "The snapshot file")->required()->type_name("FILE");
  AddGenesisOption(inspect, look->genesis);
  inspect
      ->add_option("--log-root", look->log_root,
                   "Trust this log root (64 hex digits, of a checkpoint that you have from "
                   "elsewhere) instead of the signature in the file")
      ->type_name("HEX");
  Runs(inspect, invocation, look, SnapshotInspect);
}

void AddBackup(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* backup = AddCommand(
      root, "backup",
      "Keep every block with its sealed items in a directory; the first time all of them, later "
      "those that are new. From a running node over HTTP, or from the directory of a stopped one: "
      "blocks that were executed never change, so the result is the same. Keys and configuration "
      "are not in it",
      "suyuan backup saved-ledger --node http://127.0.0.1:7600 --key devnet/node-0/party.key "
      "--genesis devnet/genesis.json");
  backup->add_option("directory", options->directory, "The backup; made when it is missing")
      ->required()
      ->type_name("BACKUP");
  CLI::Option* data =
      backup->add_option("--data", options->data, "Data directory of a node that is not running");
  data->type_name("DIR");
  AddTargetOptions(backup, options->target);
  options->target.url.clear();
  backup->get_option("--node")
      ->description("A running node; needs --key, because whole blocks are for registered parties")
      ->excludes(data)
      ->default_str("");
  AddGenesisOption(backup, options->genesis);
  backup->parse_complete_callback([options] {
    if (options->data.empty() && options->target.url.empty())
      throw CLI::RequiredError("--data DIR or --node URL");
  });
  Runs(backup, invocation, options, Backup);
}

void AddRestore(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App* restore = AddCommand(
      root, "restore",
      "Rebuild a node's ledger from a backup: verifies every hash and signature, executes every "
      "block, and puts the ledger in its place only when all of it is proven. A backup holds no "
      "votes, so the node needs a key that never took part (`suyuan key new --kind node`, join = "
      "true): it joins with `suyuan member add`, catches up, and votes when it is promoted or "
      "replaces the lost one",
      "suyuan restore saved-ledger --config node.toml");
  restore->add_option("backup", options->backup, "The backup")->required()->type_name("BACKUP");
  restore->add_option("--config", options->config, "The configuration of the node to be")
      ->required()
      ->envname("SUYUAN_CONFIG")
      ->type_name("FILE");
  Runs(restore, invocation, options, Restore);
}

}  // namespace

void AddBackupCommands(CLI::App& root, Invocation& invocation) {
  AddSnapshot(root, invocation);
  AddBackup(root, invocation);
  AddRestore(root, invocation);
}

}  // namespace suyuan::cli
