// One running node: the composition root. It opens the store, listens to peers and, when the
// configuration names an address, to HTTP clients; it takes part in consensus, executes committed
// blocks and answers through api::Gateway. README.md draws the threads and queues.
//
//     auto node = Node::Start({config, std::move(keys), ledger});   // E_CONFIG, E_PORT, E_CORRUPT
//     … if (!node.ok()) … Status ended = (*node)->Wait();      // a signal handler thread calls
//     RequestStop() return ended.ok() ? 0 : 1;
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/gateway.h"
#include "common/agreement.h"
#include "common/ids.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/state_write.h"
#include "node/config.h"
#include "node/custody.h"

namespace suyuan::node {

// The secret keys of one node, already opened.
struct NodeKeys {
  SecretSeed node;  // signs entries and authenticates TLS; Configuration.members[].node_key
  SigningKey log;   // signs checkpoints; members[].log_key
  std::optional<SigningKey> custody;  // of the node's own party, for SubmitJson
  // Of the same party, the present one first: what they open is shown to its staff.
  std::vector<SealingKey> sealing = {};
};

// What follows from the genesis file (computed by genesis/).
struct LedgerStart {
  Bytes genesis_file;  // the bytes whose hash is the ledger id
  LedgerId ledger;
  std::string origin;  // of checkpoints
  LedgerLimits limits;
  uint64_t time_ms = 0;
  Bytes configuration;                     // EncodeConfiguration of the founding configuration
  std::vector<ledger::StateWrite> writes;  // genesis state
};

struct NodeStart {
  NodeConfig config;
  NodeKeys keys;
  LedgerStart ledger;
  // Wall clock in milliseconds UTC; the system's when empty. Block times come from it.
  std::function<int64_t()> clock_ms;
};

class Node {
 public:
  // Makes the ledger of a node that never took part, with nothing but its genesis. A step of its
  // own, because an empty directory may as well be a lost disk, and who forgot its votes must not
  // vote again (reliability §1, row 12). E_REF when there is a ledger already; E_IO.
  static Status CreateLedger(const std::string& data_directory, const LedgerStart& ledger);
  // Opens the data directory, applies what was committed before, and starts to serve. E_CONFIG:
  // the node key is not a member of the configuration. E_REF: there is no ledger. E_PORT, E_IO,
  // E_CORRUPT, E_LOST (entries that it had acknowledged are gone), E_DISK_FULL, E_GENESIS (the data
  // directory belongs to another ledger).
  static Result<std::unique_ptr<Node>> Start(NodeStart start);
  // Stops when that has not happened yet.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Valid until destruction. Thread-safe.
  api::Gateway& gateway();

  // Asks for a graceful stop and returns at once; any thread, any number of times.
  void RequestStop();
  // Blocks until a stop was asked for or the node failed (disk, corruption), then stops: new
  // submissions get E_STOPPING, leadership is handed over, queues are drained. OK after a requested
  // stop, otherwise the error that made going on impossible. One thread only.
  Status Wait();

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::node
