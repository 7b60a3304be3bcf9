// One node under test; the test plays all its peers. Node 1 of the given cluster size.
#pragma once

#include <string>
#include <vector>

#include "tests/consensus/test_node.h"

namespace suyuan::consensus::testing {

class Solo {
 public:
  struct Options {
    uint32_t voters = 3;
    uint32_t learners = 0;
    std::vector<uint64_t> log = {};  // terms of the entries 1, 2, 3 …
    uint64_t term = 0;
    uint32_t vote = 0;
    uint64_t commit = 0;
    uint32_t id = 1;
  };

  explicit Solo(Options options) : Solo(std::move(options), [](RaftConfig&) {}) {}
  template <typename Tune>
  Solo(Options options, Tune tune) : node_(Config(options)) {
    tune(node_.config());
    node_.disk().Preload(options.log,
                         {Term(options.term), NodeId(options.vote), Index(options.commit)});
    node_.Start();
  }

  Raft& raft() { return node_.raft(); }
  TestNode& node() { return node_; }
  const MemoryDisk& disk() const { return node_.disk(); }

  // Readys and writes until nothing is left; everything that was sent meanwhile.
  std::vector<Message> Pump();
  // The last Ready that Pump took, and what all of them together reported.
  const Ready& last_ready() const { return last_ready_; }
  std::vector<ReadState> TakeReads() { return std::exchange(reads_, {}); }
  std::vector<uint64_t> TakeFailedReads() { return std::exchange(failed_reads_, {}); }
  bool became_leader() const { return became_leader_; }
  bool lost_leadership() const { return lost_leadership_; }

  Status Step(Message m);
  // Step, then Pump.
  std::vector<Message> Exchange(Message m);
  void Tick(uint32_t count);
  // Ticks until it asks for votes.
  std::vector<Message> TickToCampaign();
  // Wins the pre-vote and the election with the votes of all others; Pump is done.
  void Campaign();
  void Elect();
  // Elect, and commit the term's first entry with the acknowledgement of node 2.
  void Lead();
  // Acknowledges everything for a follower.
  std::vector<Message> Acknowledge(uint32_t from);

  // A message to the node, in its present term unless told otherwise.
  Message From(uint32_t from, MessageType type);
  // It names an entry as committed; by default the one that the node's own log holds there.
  Message Heartbeat(uint32_t from, uint64_t commit);
  Message Heartbeat(uint32_t from, const Entry& committed);
  Message Append(uint32_t from, uint64_t term, uint64_t previous_index, uint64_t previous_term,
                 std::vector<Entry> entries, uint64_t commit = 0);

 private:
  static RaftConfig Config(const Options& options);

  TestNode node_;
  Ready last_ready_;
  std::vector<ReadState> reads_;
  std::vector<uint64_t> failed_reads_;
  bool became_leader_ = false, lost_leadership_ = false;
};

// The messages of one type, in order.
std::vector<Message> OfType(const std::vector<Message>& messages, MessageType type);
// "1→2 Append …; 1→3 …", for exact expectations.
std::string Words(const std::vector<Message>& messages);
std::vector<NodeId> Ids(const std::vector<uint32_t>& numbers);
Entry ConfigurationEntry(uint64_t index, uint64_t term, bool joint,
                         const std::vector<uint32_t>& voters,
                         const std::vector<uint32_t>& learners = {});
// The entry that MemoryDisk::Preload makes.
Entry Old(uint64_t index, uint64_t term);

}  // namespace suyuan::consensus::testing
