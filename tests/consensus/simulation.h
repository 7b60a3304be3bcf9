// A seeded schedule of a whole cluster: ticks, messages that are lost, doubled, late or out of
// order, one-way cuts, crashes that lose what was not synced, slow disks, proposals, reads,
// transfers, refused leaders; if asked for, changes of the membership, shortened logs and snapshots
// that travel outside (simulation_membership.cc); at the end calm (simulation_calm.cc). One seed,
// one history; the checker looks at every event.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "consensus/random.h"
#include "tests/consensus/checker.h"

namespace suyuan::consensus::testing {

struct SimulationConfig {
  uint32_t voters = 3;
  uint32_t learners = 0;
  uint32_t events = 500;
  uint64_t seed = 1;
  // Nodes with empty disks that may become members, and whether the membership changes.
  uint32_t strangers = 0;
  bool changes = false;
};

class Simulation {
 public:
  explicit Simulation(SimulationConfig config);
  // Faults for `events` events, then healing; returns the first violation, or what did not
  // recover; empty when all is well.
  std::string Run();

  uint64_t trace_hash() const { return trace_; }
  const Checker& checker() const { return *checker_; }
  size_t changes() const { return changes_; }
  size_t snapshots() const { return snapshots_; }

 private:
  void Event();
  void Deliver(size_t position);
  void DeliverSome();
  void Disturb();
  void TakeReady(TestNode& node);
  void CompleteWrite(TestNode& node);
  void Send(const TestNode& from, std::vector<Message> messages);
  void CrashOrRestart(TestNode& node);
  void Client(TestNode& node);
  void Cut();
  std::string Heal();
  void HealOnce();
  // simulation_membership.cc
  void Reconfigure();
  void ProposeChange(TestNode& leader);
  void EndJoint(TestNode& leader);
  void CompactSome(TestNode& node);
  void SendSnapshot(NodeId to);
  void FinishChanges();
  const TestNode* Leader() const;
  bool Settled() const;
  bool IsMember(NodeId id) const;
  // simulation_calm.cc
  std::string StayCalm();
  std::string StayCalmWhenOneReturns();
  std::string ReplaceDeafLeader();
  void Note(uint64_t value) { trace_ = (trace_ ^ value) * 0x100000001b3ull; }
  void NoteMessage(const Message& m);
  TestNode& AnyNode() { return *nodes_[random_.Below(nodes_.size())]; }
  bool Chance(uint64_t percent) { return random_.Below(100) < percent; }

  SimulationConfig config_;
  Random random_;
  std::vector<std::unique_ptr<TestNode>> nodes_;
  std::unique_ptr<Checker> checker_;
  std::deque<Message> network_;
  std::vector<std::vector<bool>> cut_;  // [from][to]
  // Drawn once a seed: some worlds are calm, some are not.
  uint64_t loss_percent_, doubling_percent_, tick_percent_, slow_disk_percent_;
  uint64_t in_order_percent_ = 70, ready_percent_ = 80;
  uint64_t next_context_ = 1;
  std::set<NodeId> refusers_;
  std::map<NodeId, Index> wants_snapshot_;  // who was told to take one, at which index at least
  size_t changes_ = 0, snapshots_ = 0;
  uint64_t trace_ = 0xcbf29ce484222325ull;
};

}  // namespace suyuan::consensus::testing
