// `suyuan node run`: opens keys, starts the node, waits for a signal.
#include <atomic>
#include <csignal>
#include <thread>

#include <pthread.h>

#include "genesis/genesis.h"
#include "genesis/key_file.h"
#include "node/cli/commands.h"
#include "node/cli/node_ledger.h"
#include "node/cli/passphrase.h"
#include "node/node.h"

namespace suyuan::cli {
namespace {

// Turns SIGTERM and SIGINT into one call. Made before any other thread, so that all inherit the
// blocked mask and the signals reach this one alone.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  void Start(std::function<void()> stop) {
    thread_ = std::thread([this, stop = std::move(stop)] {
      timespec step{0, 100'000'000};
      while (!ended_)
        if (sigtimedwait(&set_, nullptr, &step) > 0) stop();
    });
  }
  ~SignalWatch() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  sigset_t set_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// The member whose node this is; its keys must be the ones that the consortium agreed on.
Status CheckKeys(const genesis::Genesis& genesis, const node::NodeConfig& config,
                 const genesis::PublicKeys& keys) {
  for (const genesis::FoundingMember& member : genesis.members) {
    if (member.node_key != *keys.node) continue;
    if (member.log_key == *keys.log && member.cosigner_key == *keys.cosigner) return {};
    return Error{ErrorCode::kConfig, "log or cosigner key in " + config.node_key_file +
                                         " is not the one in " + config.genesis_file};
  }
  if (config.join) return {};
  return Error{ErrorCode::kGenesis, "the node key in " + config.node_key_file +
                                        " belongs to no member of " + config.genesis_file +
                                        "; a node that joins says join = true under [node]"};
}

Result<node::NodeKeys> OpenKeys(const NodeRunOptions& options, const node::NodeConfig& config,
                                const genesis::Genesis& genesis) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::PublicKeys shown, genesis::ReadPublicKeys(config.node_key_file));
  if (shown.kind == "node") SUYUAN_RETURN_IF_ERROR(CheckKeys(genesis, config, shown));
  SUYUAN_ASSIGN_OR_RETURN(
      genesis::Passphrase passphrase,
      AskPassphrase(options.passphrase, "Passphrase of " + config.node_key_file));
  SUYUAN_ASSIGN_OR_RETURN(genesis::NodeKeys keys,
                          genesis::OpenNodeKeys(config.node_key_file, passphrase));
  node::NodeKeys out{std::move(keys.node), SigningKey(keys.log), std::nullopt};
  if (config.custody_key_file.empty()) return out;
  SUYUAN_ASSIGN_OR_RETURN(genesis::PartyKeys party,
                          genesis::OpenPartyKeys(config.custody_key_file, passphrase));
  out.custody.emplace(party.signing);
  out.sealing.emplace_back(std::move(party.sealing));
  for (const std::string& file : config.former_key_files) {
    SUYUAN_ASSIGN_OR_RETURN(genesis::PartyKeys former, genesis::OpenPartyKeys(file, passphrase));
    out.sealing.emplace_back(std::move(former.sealing));
  }
  return out;
}

}  // namespace

Status NodeRun(const NodeRunOptions& options, const Console& console) {
  ForbidCoreDumps();
  SignalWatch signals;
  SUYUAN_ASSIGN_OR_RETURN(node::NodeConfig config, node::LoadNodeConfig(options.config));
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(config.genesis_file));
  SUYUAN_ASSIGN_OR_RETURN(node::NodeKeys keys, OpenKeys(options, config, genesis));
  SUYUAN_ASSIGN_OR_RETURN(node::LedgerStart start, LedgerStartOf(genesis));
  std::string listen = config.api_listen;
  SUYUAN_ASSIGN_OR_RETURN(
      std::unique_ptr<node::Node> running,
      node::Node::Start({std::move(config), std::move(keys), std::move(start), nullptr}));
  console.Note("ledger " + ToHex(genesis.ledger_id) +
               (listen.empty() ? "" : ", serving " + listen));
  signals.Start([&] { running->RequestStop(); });
  Status ended = running->Wait();
  if (ended.ok()) console.Note("stopped");
  return ended;
}

}  // namespace suyuan::cli
