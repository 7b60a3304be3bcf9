#include "node/cli/node_ledger.h"

#include "genesis/initial_state.h"
#include "node/cli/commands.h"

namespace suyuan::cli {

Result<node::LedgerStart> LedgerStartOf(const genesis::Genesis& genesis) {
  node::LedgerStart start;
  start.genesis_file = genesis.file;
  start.ledger = genesis.ledger_id;
  start.origin = genesis.origin;
  start.limits = genesis.limits;
  start.time_ms = genesis.time_ms;
  start.configuration = ledger::EncodeConfiguration(genesis.Configuration());
  SUYUAN_ASSIGN_OR_RETURN(start.writes, genesis::InitialState(genesis));
  return start;
}

Result<std::string> InitNode(const std::string& config_file) {
  SUYUAN_ASSIGN_OR_RETURN(node::NodeConfig config, node::LoadNodeConfig(config_file));
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(config.genesis_file));
  SUYUAN_ASSIGN_OR_RETURN(node::LedgerStart start, LedgerStartOf(genesis));
  SUYUAN_RETURN_IF_ERROR(node::Node::CreateLedger(config.data_directory, start));
  return config.data_directory;
}

Status NodeInit(const NodeInitOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string directory, InitNode(options.config));
  console.Note("made a ledger in " + directory + "; `suyuan node run --config " + options.config +
               "` starts the node");
  return {};
}

}  // namespace suyuan::cli
