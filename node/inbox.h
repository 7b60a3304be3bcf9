// What waits for the consensus thread. One thread takes everything that has gathered at once, so a
// busy node pays for one wake-up per batch, not per message.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <variant>
#include <vector>

#include "consensus/types.h"

namespace suyuan::node {

// Any thread puts in; the consensus thread takes.
class Inbox {
 public:
  // An entry that this member sent as leader of this term failed the check.
  struct RefusedLeader {
    consensus::NodeId leader;
    Term term;
  };
  using Input = std::variant<consensus::Message, RefusedLeader>;
  struct Batch {
    std::vector<Input> inputs;  // in the order of arrival
    bool tick = false;          // several that piled up count once (reliability §1 row 33)
    bool transfer = false;      // hand leadership over
  };

  // False when the queue is full and the message was dropped, which Raft tolerates.
  bool Push(consensus::Message message);
  // Dropped when the queue is full: whoever was refused is so again with its next entries.
  void Push(RefusedLeader refused);
  void Tick();
  // Something changed elsewhere (transactions to propose, blocks applied).
  void Wake();
  void Transfer();
  void Stop();

  // Waits for something; false once stopped.
  bool Wait(Batch* batch);
  // Bytes of entries that wait here.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  template <typename Change>
  void Update(const Change& change);

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch batch_;           // guarded by mutex_
  bool pending_ = false;  // guarded by mutex_: Wait has something to return for
  bool stopped_ = false;  // guarded by mutex_
  std::atomic<size_t> bytes_{0};
};

}  // namespace suyuan::node
