// One node of the simulation: production Raft, store, check and executor, driven by one thread. A
// crash drops the object and whatever its disk had not synced.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "consensus/raft.h"
#include "contracts/block_executor.h"
#include "ledger/store.h"
#include "node/log_storage.h"
#include "tests/support/sim_env.h"
#include "tests/support/world.h"

namespace suyuan::simulation {

using test::World;

// Thrown where a planned crash strikes; the cluster catches it and takes the node down.
struct Crash {};

// What a node tells the cluster.
struct NodeHooks {
  std::function<void(consensus::Message)> send;
  std::function<void(int to, ledger::Parcel)> forward;  // a client's transaction
  std::function<void(const TxId&, const ledger::StoredOutcome&)> answer;
  std::function<void(int node, const ledger::Store&)> applied;
  std::function<void(int node, Term)> leads;
  std::function<void(int node, Term, consensus::NodeId)> voted;
  // True: the process dies here. Asked between the steps of making something durable.
  std::function<bool()> dies;
};

class SimNode {
 public:
  SimNode(const World& world, int index, const NodeHooks& hooks, int block_transactions_max);
  ~SimNode();

  bool up() const { return raft_ != nullptr; }
  // Opens the store (creating it at first) and resumes. Throws Violation when recovery fails, since
  // a crash alone must never make a disk unreadable.
  void Start(uint64_t seed);
  // The process is gone; unsynced bytes with it.
  void Kill();

  void Tick(uint64_t now_ms);
  void Receive(const consensus::Message& message, uint64_t now_ms);
  // A transaction from a client (answered by the hook once applied) or from another node.
  void Submit(ledger::Parcel parcel, const TxId& id, bool from_client, uint64_t now_ms);

  const consensus::Raft& raft() const { return *raft_; }
  const ledger::Store& store() const { return *store_; }
  Term durable_term() const { return store_->hard_state().term; }

 private:
  void Pump(uint64_t now_ms);
  void HandleReady(consensus::Ready ready, uint64_t now_ms);
  void MaybePropose(uint64_t now_ms);
  void ProposeBlock(ledger::BlockKind kind, const std::vector<ledger::Parcel>& parcels,
                    uint64_t now_ms);
  void Apply(consensus::Index to);
  bool Acceptable(const consensus::Message& message);
  void DieIfPlanned();

  const World& world_;
  const int index_;
  const NodeHooks& hooks_;
  const int block_transactions_max_;
  std::unique_ptr<test::SimEnv> env_;
  std::unique_ptr<ledger::Store> store_;
  node::NodeDirectory directory_;
  std::unique_ptr<node::StoreLog> log_;
  std::unique_ptr<consensus::Raft> raft_;
  // Transactions waiting for a place in a block, and those whose client waits here.
  std::map<TxId, ledger::Parcel> pool_;
  std::set<TxId> waiting_;
  bool store_exists_ = false;
};

}  // namespace suyuan::simulation
