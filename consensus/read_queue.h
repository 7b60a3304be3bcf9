// Linearizable reads waiting for proof that their leader still leads (Raft dissertation §6.4).
//
// Proof comes by rounds: a heartbeat carries the number of the round that started last, its reply
// echoes it, and a quorum of echoes ≥ r proves that the leader led after round r began. A read
// joins the round that begins after it arrived, so any number of reads shares one round; at most
// one round is in flight, the next starts when it is confirmed or at the next heartbeat tick.
//
// Not thread-safe; a part of the core's state.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "consensus/types.h"

namespace suyuan::consensus {

// The leader's side. A retry (same asker, same context) replaces the earlier request: it must not
// be answered with an index that was taken before it was made (reliability row 20).
class ReadQueue {
 public:
  struct Read {
    NodeId from;       // who asked; the leader itself for its own callers
    uint64_t context;  // as the asker named it
    Index index;       // commit index when it arrived
  };
  // More waiting reads than this are refused.
  static constexpr size_t kReadsMax = 65'536;

  bool Full() const { return reads_.size() + parked_.size() >= kReadsMax; }
  // Arrived before the leader committed in its own term: no index is safe yet (row 19).
  void Park(NodeId from, uint64_t context);
  // The leader has committed in its own term: parked reads take this index.
  void Unpark(Index commit);
  void Add(NodeId from, uint64_t context, Index commit);

  // Whether a read waits for a round that has not started.
  bool WantsRound() const { return !reads_.empty() && reads_.back().round > started_; }
  bool RoundInFlight() const { return started_ > confirmed_; }
  uint64_t StartRound() { return ++started_; }
  uint64_t started() const { return started_; }
  // A quorum has echoed `round`: takes out the reads that it proves.
  std::vector<Read> Confirm(uint64_t round);
  // Leadership is lost: takes out everything; rounds start anew.
  std::vector<Read> Abandon();

 private:
  struct Waiting {
    Read read;
    uint64_t round;
    uint64_t sequence;
  };
  bool TakeIfLatest(const Waiting& waiting);

  std::deque<Waiting> reads_;   // rounds rise
  std::deque<Waiting> parked_;  // no index, no round yet
  // The newest request of each (asker, context); older ones in the queues are passed over.
  std::map<std::pair<NodeId, uint64_t>, uint64_t> latest_;
  uint64_t sequence_ = 0;
  uint64_t started_ = 0, confirmed_ = 0;
};

// The follower's side: requests sent to the leader. Each travels under a number of its own that
// starts at a random value, so that neither an answer to an earlier try nor one meant for an
// earlier incarnation of this node can pass for the answer to this request (rows 20, 34).
class ForwardedReads {
 public:
  explicit ForwardedReads(uint64_t first_number) : next_number_(first_number) {}

  bool Full() const { return by_number_.size() >= ReadQueue::kReadsMax; }
  // The number to send; a retry of the same context forgets the earlier try.
  uint64_t Add(uint64_t context);
  // The context that was sent under this number; false when it is unknown.
  bool Take(uint64_t number, uint64_t* context);
  // One tick went by: the contexts that waited `ticks_max` and will not be waited for any longer.
  std::vector<uint64_t> Tick(uint32_t ticks_max);
  std::vector<uint64_t> Abandon();

 private:
  struct Waiting {
    uint64_t context;
    uint32_t ticks;
  };
  std::map<uint64_t, Waiting> by_number_;
  std::map<uint64_t, uint64_t> number_of_;  // context → number
  uint64_t next_number_;
};

}  // namespace suyuan::consensus
