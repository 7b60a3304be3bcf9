// A driver for tests: one node with its disk, its writes in flight and its state machine. It keeps
// THE RULE OF READY (raft.h) with writes that may take arbitrarily long and several in flight.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "consensus/raft.h"
#include "tests/consensus/memory_disk.h"

namespace suyuan::consensus::testing {

class TestNode {
 public:
  struct Write {
    uint64_t number;
    std::optional<HardState> state;
    std::vector<Entry> entries;
    std::vector<Message> messages;  // to be sent when this and all earlier writes are done
    std::optional<SnapshotInstall> snapshot = {};
  };
  // A snapshot on its way: the entries that the state machine holds stand for its state.
  struct Snapshot {
    SnapshotInfo info;
    std::vector<Entry> state;
  };

  explicit TestNode(RaftConfig config) : config_(std::move(config)) {}

  // Starts or restarts from the disk. Each incarnation has a seed of its own.
  void Start();
  // Power loss. The first `writes_kept` writes in flight happened to reach the disk; of the state
  // machine the last `applied_lost` entries did not.
  void Crash(size_t writes_kept = 0, size_t applied_lost = 0);
  // Power loss, and the disk is replaced by an empty one.
  void Wipe();
  // The state machine up to now. Requires that it holds something.
  Snapshot TakeSnapshot() const;
  // The snapshot has arrived here. It is there for good when its write is done.
  Status Install(Snapshot snapshot);
  // The log forgets what the state machine holds, up to `index`.
  void Compact(Index index) { disk_.DropUpTo(index); }
  // Before Start: the state machine holds the entries up to `index`, the disk has them no more.
  void ForgetUpTo(Index index);
  bool up() const { return raft_ != nullptr; }

  // Takes the next Ready, puts its write in flight and applies what is committed. The caller sends
  // `messages`; `messages_after_persist` are left in the write. Requires HasReady.
  Ready Take();
  // The oldest write reaches the disk; returns the messages that may leave now.
  std::vector<Message> CompleteWrite();
  const std::deque<Write>& writes() const { return writes_; }

  Status Propose(ByteView data);
  Status ProposeConfiguration(Configuration configuration);
  // Ends the joint configuration in force.
  Status ProposeLeave();

  NodeId id() const { return config_.id; }
  Raft& raft() { return *raft_; }
  const Raft& raft() const { return *raft_; }
  MemoryDisk& disk() { return disk_; }
  const MemoryDisk& disk() const { return disk_; }
  RaftConfig& config() { return config_; }
  const std::vector<Entry>& applied() const { return applied_; }

 private:
  void WriteNow(const Write& write);

  RaftConfig config_;
  MemoryDisk disk_;
  std::unique_ptr<Raft> raft_;
  std::deque<Write> writes_;
  std::vector<Entry> applied_;     // entries 1, 2, 3 …
  std::vector<Entry> installing_;  // what a snapshot on its way puts in their place
  uint64_t incarnation_ = 0;
};

// `count` voters 1 … count, and learners after them.
Membership MakeMembership(uint32_t voters, uint32_t learners = 0);

}  // namespace suyuan::consensus::testing
