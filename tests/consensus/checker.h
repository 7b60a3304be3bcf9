// Raft's safety properties (Raft figure 3), checked from outside after every event. Knows the
// nodes' disks and messages and nothing of the core's inside.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "consensus/raft_log.h"
#include "tests/consensus/test_node.h"

namespace suyuan::consensus::testing {

class Checker {
 public:
  explicit Checker(std::vector<TestNode*> nodes) : nodes_(std::move(nodes)) {}

  // A message leaves `node`: it tells nothing that the node's disk does not hold (reliability §2,
  // invariants 6 and 13).
  void OnSend(const TestNode& node, const Message& m);
  // The oldest write of `node` reached its disk.
  void OnWritten(const TestNode& node, const TestNode::Write& write);
  void OnReady(const TestNode& node, const Ready& ready);
  void OnReadAsked(uint64_t context);
  void OnReadFailed(uint64_t context);
  // Cheap checks of every node; after each event.
  void AfterEvent();
  void OnRestart(const TestNode& node);

  // Empty while all is well; else the first violation.
  const std::string& violation() const { return violation_; }
  size_t committed() const { return committed_.size(); }
  size_t elections() const { return leader_of_.size(); }
  size_t reads_served() const { return reads_served_; }
  const std::vector<EntryId>& log() const { return committed_; }

 private:
  void Expect(bool condition, const std::string& what);
  void CheckLeader(const TestNode& node);
  void CheckCommit(const TestNode& node);
  void RecordVote(NodeId voter, Term term, NodeId candidate);
  // In the configuration that the node, which has just committed, counts in.
  bool DurableOnQuorum(const TestNode& counting, const EntryId& id) const;
  static bool Holds(const TestNode& node, const EntryId& id);

  std::vector<TestNode*> nodes_;
  std::string violation_;
  std::map<Term, NodeId> leader_of_;
  std::map<std::pair<NodeId, Term>, NodeId> vote_of_;
  std::map<std::pair<Index, Term>, std::pair<EntryId, EntryId>> made_;  // entry, the one before it
  std::vector<EntryId> committed_;                                      // index 1, 2, 3 …
  struct Seen {
    Term term;
    Index commit;
  };
  std::map<NodeId, Seen> seen_;           // of the present incarnation
  std::map<uint64_t, Index> read_floor_;  // context → what a read asked then must show
  size_t reads_served_ = 0;
};

}  // namespace suyuan::consensus::testing
