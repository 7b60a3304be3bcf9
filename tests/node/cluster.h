// Real nodes in one process: real TLS on loopback, real disks in a temporary directory, the real
// contracts. Waits are bounded and poll; nothing here asserts how long something took.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/node.h"
#include "node/transport/transport.h"

namespace suyuan::node::testing {

// `count` loopback ports that were free a moment ago.
std::vector<uint16_t> FreePorts(size_t count);
// A directory that is removed at the end.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};
// Polls until `done` or for 30 s; returns the last answer.
bool Eventually(const std::function<bool()>& done);

// The keys of node `i` of a test consortium; deterministic.
SecretSeed NodeSeed(size_t i);
SecretSeed LogSeed(size_t i);
PartyId TestParty(size_t i);

// The key of the one party of these ledgers, TestParty(9).
const SigningKey& ClientKey();

// Of the party of node `i`, ACTIVE from genesis on; parties 0 and 1 are regulators.
SigningKey PartyKey(size_t i);
// Node `i` as a configuration names it, listening on this port.
ledger::Member MemberOf(size_t i, uint16_t port);

// One well-formed, signed transaction of that party with a record that misses fields: it is
// ordered, executed and refused by the contracts like on any node, which is all that these tests
// need.
std::shared_ptr<const Bytes> MakeEnvelope(const LedgerId& ledger, uint64_t now_ms,
                                          uint32_t records = 1, size_t value_bytes = 40);
// The same with a sealed field, for nobody who is there.
ledger::Parcel MakeSealed(const LedgerId& ledger, uint64_t now_ms);
TxId IdOf(const Bytes& envelope);

class Cluster {
 public:
  // `genesis_salt` makes another ledger with the same members. Of the nodes the first `founding`
  // are in the genesis file, all when it is 0.
  explicit Cluster(size_t nodes, std::string genesis_salt = "one", size_t founding = 0);

  // What node `i` is started with; tests change it before Start.
  NodeStart StartOf(size_t i) const;
  void Start(size_t i);
  void Start(size_t i, NodeStart start);
  void StartAll();
  void Stop(size_t i) { nodes_[i].reset(); }

  Node& node(size_t i) { return *nodes_[i]; }
  api::Gateway& gateway(size_t i) { return nodes_[i]->gateway(); }
  bool running(size_t i) const { return nodes_[i] != nullptr; }
  size_t size() const { return nodes_.size(); }
  const LedgerStart& ledger() const { return ledger_; }
  Endpoint peer_endpoint(size_t i) const { return {"127.0.0.1", ports_[i]}; }
  std::string directory(size_t i) const { return home_.path() + "/n" + std::to_string(i); }
  TransportPeer peer(size_t i) const;

  // Index of the leader that every running node agrees on.
  size_t WaitForLeader();
  // Submits and waits for the result.
  Result<api::SubmitResult> Submit(size_t i, ledger::Parcel parcel,
                                   api::Wait wait = api::Wait::kCommitted);
  // Every running node has applied the same height, with equal log and state roots.
  bool Converged();
  std::shared_ptr<const Bytes> NewEnvelope(uint32_t records = 1, size_t value_bytes = 40);
  ledger::Parcel NewSealed();

 private:
  TempDirectory home_;
  std::vector<uint16_t> ports_;
  LedgerStart ledger_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace suyuan::node::testing
