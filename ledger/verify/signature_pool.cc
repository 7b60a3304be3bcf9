#include "ledger/verify/signature_pool.h"

#include <algorithm>

namespace suyuan::ledger::verify {
namespace {
constexpr size_t kPendingMax = 8192;
}

SignaturePool::SignaturePool(unsigned threads) {
  for (unsigned i = 0; i < std::max(1u, threads); ++i) threads_.emplace_back([this] { Run(); });
}

SignaturePool::~SignaturePool() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void SignaturePool::Add(std::vector<SignatureJob> jobs) {
  if (jobs.empty()) return;
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [this] { return pending_ <= kPendingMax; });
  pending_ += jobs.size();
  queue_.push_back(std::move(jobs));
  wake_.notify_one();
}

uint64_t SignaturePool::Finish() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [this] { return pending_ == 0; });
  return first_bad_;
}

uint64_t SignaturePool::first_bad() const {
  std::lock_guard lock(mutex_);
  return first_bad_;
}

void SignaturePool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::vector<SignatureJob> jobs = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    uint64_t bad = UINT64_MAX;
    for (const SignatureJob& job : jobs)
      if (job.height < bad && !Verify(job)) bad = job.height;
    lock.lock();
    first_bad_ = std::min(first_bad_, bad);
    pending_ -= jobs.size();
    drained_.notify_all();
  }
}

}  // namespace suyuan::ledger::verify
