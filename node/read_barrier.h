// Linearizable reads (Raft §8; ReadIndex, dissertation 6.4): tells callers of any thread the height
// that a read begun now has to be answered from. All who gathered since the last round share the
// next one, so a flood of reads costs one exchange of heartbeats at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "consensus/raft.h"

namespace suyuan::node {

// Thread-safe. Callbacks run on the thread of Answer, Sweep or Close, with no lock held.
class ReadBarrier {
 public:
  // The height up to which everything was committed when Ask was called, or more.
  using Done = std::function<void(Result<Height>)>;

  // Any thread; then wake the consensus thread. E_NO_LEADER when no majority has confirmed the
  // leader by `deadline_ms` (SteadyMs), E_BUSY when too many wait.
  void Ask(int64_t deadline_ms, Done done);

  // Consensus thread, once a turn: starts a round for all who wait, unless one is under way.
  void StartRound(consensus::Raft& raft);
  // Consensus thread, with each Ready. Who asked in a failed round takes part in the next one.
  void Answer(const std::vector<consensus::ReadState>& reads, const std::vector<uint64_t>& failed);
  // E_NO_LEADER for waits that are over.
  void Sweep(int64_t steady_ms);
  // Every wait ends with `error`, now and later.
  void Close(const Error& error);

 private:
  struct Waiter {
    int64_t deadline_ms;
    Done done;
  };
  std::mutex mutex_;
  std::vector<Waiter> gathered_;  // guarded by mutex_: for the next round
  std::vector<Waiter> asked_;     // guarded by mutex_: in the round under way
  uint64_t round_ = 0;            // guarded by mutex_: context of the last round
  bool under_way_ = false;        // guarded by mutex_
  std::optional<Error> closed_;   // guarded by mutex_
};

}  // namespace suyuan::node
