// What the leader knows of one follower, and how much it may send (flow control).
//
// PROBE: the leader does not know where the logs agree. One message at a time; the next leaves
//        when it was answered or a heartbeat was.
// REPLICATE: they agree up to `match`. Messages are pipelined: `next` runs ahead of `match` until
//        the window of messages or bytes is full; each acknowledgement frees what it covers. A
//        refusal means that something was lost, and leads back to PROBE.
// SNAPSHOT: the entry that it needs next is no longer in the leader's log. It is told to take a
//        snapshot, again with each answer to a heartbeat, and gets no entries until it says that it
//        matches somewhere (then PROBE or REPLICATE).
//
// Not thread-safe; a part of the core's state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "consensus/types.h"

namespace suyuan::consensus {

// The window of messages that were sent and not yet acknowledged. Full at `messages_max` messages
// or `bytes_max` bytes, whichever comes first; one message larger than the window may still fly
// alone.
class InflightWindow {
 public:
  InflightWindow(uint32_t messages_max, size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max) {}

  bool Full() const { return sent_.size() >= messages_max_ || bytes_ >= bytes_max_; }
  // A message whose last entry is `last` left; rising within one stay in REPLICATE.
  void Add(Index last, size_t bytes);
  // Everything up to `index` is acknowledged.
  void FreeTo(Index index);
  void Clear();
  size_t messages() const { return sent_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Sent {
    Index last;
    size_t bytes;
  };
  uint32_t messages_max_;
  size_t bytes_max_;
  std::deque<Sent> sent_;
  size_t bytes_ = 0;
};

// Invariant: match < next.
struct FollowerProgress {
  enum class State : uint8_t { kProbe, kReplicate, kSnapshot };

  FollowerProgress(Index next_index, uint32_t messages_max, size_t bytes_max)
      : next(next_index), window(messages_max, bytes_max) {}

  State state = State::kProbe;
  Index match;  // known to be durable there and equal to ours
  Index next;   // first entry of the next message
  bool probe_in_flight = false;
  bool recently_active = false;  // answered since the last look of CheckQuorum
  bool was_active = false;       // and in the time before that
  bool lost_log = false;         // holds less than it acknowledged: it counts no more
  bool quiet = false;            // a heartbeat left after the last append
  bool poke = false;             // send at least an empty append: something may have been lost
  Index commit_sent;             // commit index that the last append carried
  uint64_t read_round = 0;       // last heartbeat round that it confirmed (read_queue.h)
  InflightWindow window;

  bool MaySendEntries() const {
    if (lost_log || state == State::kSnapshot) return false;
    return state == State::kProbe ? !probe_in_flight : !window.Full();
  }
  bool IsLive() const { return !lost_log && (recently_active || was_active); }
  // Live, and lacks at most `lag_max` of what is committed.
  bool CaughtUp(Index commit, uint64_t lag_max) const {
    return IsLive() && state == State::kReplicate && match + lag_max >= commit;
  }
  // An append with entries up to `last` (= next - 1 when empty) left.
  void Sent(Index last, size_t bytes);
  // It holds our entries up to `index`. True when that is news. Stale answers change nothing.
  bool Acknowledged(Index index);
  // It does not match at `rejected`; the logs may agree at `hint`. True when `next` moved back,
  // false for a stale refusal.
  bool Refused(Index rejected, Index hint);
  // What it needs next is gone.
  void NeedsSnapshot();

 private:
  void BecomeProbe(Index next_index);
};

}  // namespace suyuan::consensus
