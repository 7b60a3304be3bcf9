// The verification pool: a fixed number of threads for work that needs no order, above all
// signature checks.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace suyuan::node {

// Thread-safe. Its callers bound what they post (the transaction pool counts what is under way,
// the append checker stops reading from a peer), so the queue itself needs no limit.
class WorkerPool {
 public:
  using Job = std::function<void()>;
  // 0 threads: one a core.
  explicit WorkerPool(unsigned threads);
  // Runs what is queued, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void Post(Job job);
  // Runs job(0) … job(count − 1), spread over the threads that are free and the calling one, and
  // returns when all have run. May be called from a job: the caller never waits for a queue place.
  void ParallelFor(size_t count, const std::function<void(size_t)>& job);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;   // guarded by mutex_
  size_t idle_ = 0;        // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace suyuan::node
