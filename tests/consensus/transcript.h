// Transcripts: text files of commands and expected output that read as a tutorial, in the manner
// of etcd/raft's interaction tests.
//
//     # Prose.
//     command arguments key=value …
//     ----
//     expected output
//
// A block of output ends at an empty line; what repeats among lines of one kind is folded (×3).
// With SUYUAN_REWRITE_TRANSCRIPTS=1 in the environment the runner writes what it saw into the file
// instead of comparing. Commands (ID is a node's number):
//
//   add-nodes N [learners=L] [election=T] [heartbeat=T] [inflight=M] [inflight-bytes=B]
//             [append-bytes=B] [uncommitted=B] [first-entry=by-hand]
//   add-node ID voters=1,2,… log=TERM,TERM,… term=T [vote=ID] [commit=I] [first=I]
//             [first-entry=by-hand]
//   campaign ID           time passes for the node alone until it campaigns
//   tick ID|all [N]       time passes
//   propose ID DATA [size=B] [count=N]
//   ready ID              takes one Ready
//   deliver ID [from=ID] [type=T] [count=N]   the node receives what waits for it, oldest first
//   lose ID [from=ID] [type=T] [count=N]      what waits for the node is lost
//   double ID [type=T]    the oldest message waiting for the node will come twice
//   stabilize [ID …] [quietly=yes]   Readys, writes and deliveries until nothing moves
//   network               lists what is under way
//   cut A B | heal | isolate ID               links, A → B one way; nothing enters a cut link
//   slow-disk ID | fast-disk ID | write ID    a slow disk finishes a write when told to
//   read ID CONTEXT · transfer ID TARGET · refuse ID TERM
//   status [ID …] · log ID …
//   crash ID · restart ID · wipe ID   (a wiped node starts again with an empty disk)
//   configure ID voters=1,2,… [learners=3,…] [joint=yes]   the leader proposes a configuration
//   leave ID              the leader proposes the end of the joint configuration
//   members [ID …]        the configurations in force, and what follows from them
//   compact ID INDEX      the log forgets everything up to INDEX
//   send-snapshot FROM TO what FROM has applied arrives at TO, outside Raft's network
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/consensus/test_node.h"

namespace suyuan::consensus::testing {

// One line of a transcript, taken apart.
struct TranscriptCommand {
  std::string name;
  std::vector<std::string> words;
  std::map<std::string, std::string> options;

  static TranscriptCommand Parse(const std::string& line);
  uint64_t Word(size_t position) const;
  uint64_t Option(const std::string& key, uint64_t otherwise) const;
  // "1,2,3" after the key; empty without it.
  std::vector<uint64_t> Numbers(const std::string& key) const;
  std::vector<NodeId> Ids(const std::string& key) const;
  bool Has(const std::string& key) const { return options.count(key) > 0; }
};

// The cluster that a transcript commands.
class TranscriptCluster {
 public:
  // Runs one command; returns its output, or a line that begins with "error:".
  std::string Run(const TranscriptCommand& command);

 private:
  using Handler = void (TranscriptCluster::*)(const TranscriptCommand&);
  static const std::map<std::string, Handler>& Handlers();

  void AddNodes(const TranscriptCommand& c);
  void AddNode(const TranscriptCommand& c);
  void Campaign(const TranscriptCommand& c);
  void Tick(const TranscriptCommand& c);
  void Propose(const TranscriptCommand& c);
  void ReadyOnce(const TranscriptCommand& c);
  void Deliver(const TranscriptCommand& c);
  void Lose(const TranscriptCommand& c);
  void Double(const TranscriptCommand& c);
  void Stabilize(const TranscriptCommand& c);
  void Network(const TranscriptCommand& c);
  void Cut(const TranscriptCommand& c);
  void Heal(const TranscriptCommand& c);
  void Isolate(const TranscriptCommand& c);
  void SlowDisk(const TranscriptCommand& c);
  void FastDisk(const TranscriptCommand& c);
  void WriteOnce(const TranscriptCommand& c);
  void Read(const TranscriptCommand& c);
  void Transfer(const TranscriptCommand& c);
  void Refuse(const TranscriptCommand& c);
  void ShowStatus(const TranscriptCommand& c);
  void ShowLog(const TranscriptCommand& c);
  void Crash(const TranscriptCommand& c);
  void Restart(const TranscriptCommand& c);
  void Wipe(const TranscriptCommand& c);
  void Configure(const TranscriptCommand& c);
  void Leave(const TranscriptCommand& c);
  void ShowMembers(const TranscriptCommand& c);
  void Compact(const TranscriptCommand& c);
  void SendSnapshot(const TranscriptCommand& c);

  TestNode& At(uint64_t id);
  std::vector<uint64_t> Chosen(const TranscriptCommand& c) const;
  void ProcessReady(TestNode& node);
  void DescribeReady(const TestNode& node, const Ready& ready);
  void DescribeMembership(const Ready& ready);
  void Finish(TestNode& node);
  void Receive(TestNode& node, Message m);
  void Enqueue(std::vector<Message> messages);
  // The waiting messages that a deliver or lose names, in order; taken out of the network.
  std::vector<Message> Pick(const TranscriptCommand& c);
  void Line(const std::string& line);
  void Outcome(const Status& status);

  std::map<uint64_t, std::unique_ptr<TestNode>> nodes_;
  std::vector<Message> network_;
  std::set<std::pair<uint64_t, uint64_t>> cuts_;
  std::set<uint64_t> slow_disks_;
  bool first_entry_by_hand_ = false;
  std::string out_;
  size_t indent_ = 0;
};

// "1→2 Append term=1 after=3/1 entries=[4/1 "x"] commit=3"
std::string Describe(const Message& m);

// "voters=1,2 outgoing=1 learners=3"
std::string Describe(const Membership& membership);
std::string Describe(const std::vector<NodeId>& ids);

// Folds equal lines among neighbours of one kind (sent, received …) into one with a count.
std::string FoldRepetitions(const std::string& text);

// Compares a file's expected output with what happens, or rewrites it. Returns "" or the first
// difference.
std::string RunTranscript(const std::string& path, bool rewrite);

}  // namespace suyuan::consensus::testing
