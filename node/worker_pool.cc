#include "node/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>

namespace suyuan::node {

WorkerPool::WorkerPool(unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Post(Job job) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    wake = idle_ > 0;
  }
  if (wake) wake_.notify_one();
}

void WorkerPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds is released before the next wait
    lock.lock();
  }
}

namespace {

// Shared with helpers that may start after all the work is done, so it outlives the call.
struct Parallel {
  size_t count;
  const std::function<void(size_t)>* job;  // valid while some index has not finished
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::condition_variable all_done;
  size_t done = 0;  // guarded by mutex

  void Work() {
    size_t mine = 0;
    for (size_t i; (i = next.fetch_add(1)) < count; ++mine) (*job)(i);
    if (mine == 0) return;
    std::lock_guard lock(mutex);
    if ((done += mine) == count) all_done.notify_all();
  }
};

}  // namespace

void WorkerPool::ParallelFor(size_t count, const std::function<void(size_t)>& job) {
  if (count <= 1) {
    if (count == 1) job(0);
    return;
  }
  auto shared = std::make_shared<Parallel>();
  shared->count = count;
  shared->job = &job;
  size_t helpers;
  {
    std::lock_guard lock(mutex_);
    helpers = std::min(idle_, count - 1);
    for (size_t i = 0; i < helpers; ++i) jobs_.push_front([shared] { shared->Work(); });
  }
  for (size_t i = 0; i < helpers; ++i) wake_.notify_one();
  shared->Work();
  std::unique_lock lock(shared->mutex);
  shared->all_done.wait(lock, [&] { return shared->done == count; });
}

}  // namespace suyuan::node
