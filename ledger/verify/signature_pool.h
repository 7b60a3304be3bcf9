// Verifies signatures on several threads while blocks are read. The first bad height wins, however
// the threads are scheduled.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/verify/block_check.h"

namespace suyuan::ledger::verify {

// Add and Finish are called by one thread.
class SignaturePool {
 public:
  explicit SignaturePool(unsigned threads);
  ~SignaturePool();
  // Waits while more than a few thousand signatures are pending, so that memory stays bounded.
  void Add(std::vector<SignatureJob> jobs);
  // Waits for all. Returns the lowest height with a bad signature, UINT64_MAX when all are good.
  uint64_t Finish();
  // Lowest bad height seen so far.
  uint64_t first_bad() const;

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable wake_, drained_;
  std::deque<std::vector<SignatureJob>> queue_;  // guarded by mutex_
  size_t pending_ = 0;                           // guarded by mutex_: queued or being verified
  uint64_t first_bad_ = UINT64_MAX;              // guarded by mutex_
  bool stop_ = false;                            // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace suyuan::ledger::verify
