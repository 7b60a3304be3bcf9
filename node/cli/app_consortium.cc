// genesis, key, node, member, devnet.
#include "node/cli/app_command.h"

namespace suyuan::cli {
namespace {

void AddGenesis(CLI::App& root, Invocation& invocation) {
  CLI::App* group = AddGroup(root, "genesis", "Define a consortium and look at its definition",
                             "suyuan genesis show genesis.json");
  auto options = std::make_shared<GenesisNewOptions>();
  CLI::App* create = AddCommand(*group, "new", "Make a genesis file from a consortium TOML",
                                "suyuan genesis new --spec consortium.toml --out ledger/");
  create->add_option("--spec", options->spec, "The consortium: members, keys, rules, catalogue")
      ->required()
      ->type_name("FILE");
  create->add_option("--out", options->out_directory, "Directory that gets genesis.json")
      ->required()
      ->type_name("DIR");
  Runs(create, invocation, options, GenesisNew);

  auto file = std::make_shared<std::string>("genesis.json");
  CLI::App* show = AddCommand(*group, "show", "Show ledger id, origin, members and their key ids",
                              "suyuan genesis show ledger/genesis.json -o json");
  show->add_option("file", *file, "The genesis file")->type_name("FILE")->capture_default_str();
  Runs(show, invocation, file, GenesisShow);
}

void AddKey(CLI::App& root, Invocation& invocation) {
  CLI::App* group =
      AddGroup(root, "key", "Make and look at key files", "suyuan key show party.key");
  auto options = std::make_shared<KeyNewOptions>();
  CLI::App* create = AddCommand(*group, "new", "Make a key file, protected by a passphrase",
                                "suyuan key new --out party.key --recovery-out recovery.key");
  create->add_option("--out", options->out, "The new key file")->required()->type_name("FILE");
  create
      ->add_option("--kind", options->kind,
                   "party: signs transactions, reads what is sealed for "
                   "it; node: entries, checkpoints, cosignatures")
      ->check(CLI::IsMember({"party", "node"}))
      ->capture_default_str();
  create
      ->add_option("--recovery-out", options->recovery_out,
                   "Also make a recovery key; its secret goes only into this file")
      ->type_name("FILE");
  AddPassphraseOption(create, options->passphrase);
  Runs(create, invocation, options, KeyNew);

  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* show = AddCommand(*group, "show", "Show public keys and key ids; needs no passphrase",
                              "suyuan key show party.key node.key");
  show->add_option("files", *files, "Key files")->required()->type_name("FILE");
  Runs(show, invocation, files, KeyShow);
}

void AddNode(CLI::App& root, Invocation& invocation) {
  CLI::App* group =
      AddGroup(root, "node", "Run a node, or ask one how it is", "suyuan node status");
  auto fresh = std::make_shared<NodeInitOptions>();
  CLI::App* init = AddCommand(*group, "init",
                              "Make the ledger of a node that never ran: once, never to replace a "
                              "lost one",
                              "suyuan node init --config node.toml");
  init->add_option("--config", fresh->config, "The node's configuration")
      ->required()
      ->envname("SUYUAN_CONFIG")
      ->type_name("FILE");
  Runs(init, invocation, fresh, NodeInit);

  auto options = std::make_shared<NodeRunOptions>();
  CLI::App* run = AddCommand(*group, "run", "Run a node until SIGTERM or SIGINT",
                             "suyuan node run --config node.toml");
  run->add_option("--config", options->config, "The node's configuration")
      ->required()
      ->envname("SUYUAN_CONFIG")
      ->type_name("FILE");
  AddPassphraseOption(run, options->passphrase);
  Runs(run, invocation, options, NodeRun);

  auto target = std::make_shared<NodeTarget>();
  CLI::App* status = AddCommand(*group, "status", "Show height, role, leader, peers and queue",
                                "suyuan node status --node http://127.0.0.1:7600");
  AddNodeOption(status, *target);
  Runs(status, invocation, target, NodeStatus);
}

void AddDevnet(CLI::App& root, Invocation& invocation) {
  CLI::App* group = AddGroup(root, "devnet", "A whole consortium on this machine, for trying out",
                             "suyuan devnet up --dir devnet");
  auto options = std::make_shared<DevnetUpOptions>();
  CLI::App* up = AddCommand(*group, "up", "Make keys, genesis and configurations, start the nodes",
                            "suyuan devnet up --nodes 3 --dir devnet");
  up->add_option("--nodes", options->nodes, "How many organisations, each with one node")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  up->add_option("--dir", options->directory, "Directory that holds everything")
      ->required()
      ->type_name("DIR");
  up->add_option("--base-port", options->base_port, "API of node i at base + 2i, peers at + 1")
      ->check(CLI::Range(1024, 65000))
      ->capture_default_str();
  Runs(up, invocation, options, DevnetUp);

  auto add = [&](const char* name, const char* summary, auto function) {
    auto directory = std::make_shared<std::string>();
    CLI::App* command =
        AddCommand(*group, name, summary, std::string("suyuan devnet ") + name + " --dir devnet");
    command->add_option("--dir", *directory, "The directory of `devnet up`")
        ->required()
        ->type_name("DIR");
    Runs(command, invocation, directory, function);
  };
  add("down", "Stop the nodes; their data stays", DevnetDown);
  add("status", "Show which nodes run, their role and height", DevnetStatus);
}

// Who signs: a regulator.
void AddApprovalOptions(CLI::App* command, SubmitOptions& options, std::string& signer) {
  AddTargetOptions(command, options.target);
  command->add_option("--keys", options.keys, "Key files for --signer: a directory, or devnet.json")
      ->envname("SUYUAN_KEYS")
      ->type_name("DIR");
  command->add_option("--signer", signer, "Regulator among --keys that approves")
      ->type_name("NAME");
  command->add_option("--as", options.party, "Party code of --key, when there is no --keys")
      ->type_name("CODE");
}

void AddMember(CLI::App& root, Invocation& invocation) {
  CLI::App* group =
      AddGroup(root, "member", "Nodes of the ledger's members: list, add, promote, remove",
               "suyuan member list --node http://127.0.0.1:7600");
  auto target = std::make_shared<NodeTarget>();
  CLI::App* list = AddCommand(*group, "list", "Show all nodes, former ones too, and what they are",
                              "suyuan member list --node http://127.0.0.1:7600");
  AddNodeOption(list, *target);
  Runs(list, invocation, target, MemberList);

  auto options = std::make_shared<MemberAddOptions>();
  CLI::App* add =
      AddCommand(*group, "add", "Approve a new node; it takes part as a learner",
                 "suyuan member add --node-key n4.key --party 91440101MA5EXAMP0G --name n4 --peer "
                 "10.0.0.4:7601 --api 10.0.0.4:7600 --keys devnet/devnet.json --signer regulator");
  add->add_option("--node-key", options->node_key_file, "Key file of the new node; no passphrase")
      ->required()
      ->type_name("FILE");
  add->add_option("--party", options->party, "Party code of the organisation that runs it")
      ->required()
      ->type_name("CODE");
  add->add_option("--name", options->name, "Its name in the organisation")->required();
  add->add_option("--peer", options->peer_address, "Where other nodes reach it")
      ->required()
      ->type_name("HOST:PORT");
  add->add_option("--api", options->api_address, "Where clients reach it")
      ->required()
      ->type_name("HOST:PORT");
  AddApprovalOptions(add, options->submit, options->signer);
  Runs(add, invocation, options, MemberAdd);

  const auto change = [&](const char* action, const char* summary) {
    auto change_options = std::make_shared<MemberChangeOptions>();
    change_options->action = action;
    CLI::App* command = AddCommand(*group, action, summary,
                                   std::string("suyuan member ") + action +
                                       " 91440101MA5EXAMP0G/n4 --keys devnet/devnet.json "
                                       "--signer regulator");
    command->add_option("member", change_options->node, "<party>/<name>, or the id of its node key")
        ->required()
        ->type_name("NODE");
    AddApprovalOptions(command, change_options->submit, change_options->signer);
    Runs(command, invocation, change_options, MemberChange);
  };
  change("promote", "Approve that a learner votes, as soon as it has caught up");
  change("replace", "Approve that a learner takes over from the voter of its organisation");
  change("remove", "Approve that a node leaves; its key is never used again");
  change("withdraw", "Take an approval back that has not begun to take effect");
}

}  // namespace

void AddConsortiumCommands(CLI::App& root, Invocation& invocation) {
  AddGenesis(root, invocation);
  AddKey(root, invocation);
  AddNode(root, invocation);
  AddMember(root, invocation);
  AddDevnet(root, invocation);
}

}  // namespace suyuan::cli
