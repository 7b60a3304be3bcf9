#include "ledger/verify/block_reader.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kJobsPerBatch = 256;
constexpr size_t kAheadBytesMax = 32 << 20;  // at least one block, whatever its size

size_t SizeOf(const StoredBlock& block) {
  size_t out = sizeof block + block.entry.size();
  for (const auto* list : {&block.sealed_items, &block.leaves, &block.outcomes})
    for (const Bytes& bytes : *list) out += sizeof bytes + bytes.size();
  return out;
}

}  // namespace

BlockReader::BlockReader(LedgerSource& source, const LedgerId& ledger, uint64_t tip,
                         SignaturePool& pool)
    : source_(source), ledger_(ledger), pool_(pool), thread_([this, tip] { Run(tip); }) {}

BlockReader::~BlockReader() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<std::unique_ptr<ReadBlock>> BlockReader::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !queue_.empty(); });
  auto [item, bytes] = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= bytes;
  lock.unlock();
  changed_.notify_all();
  return std::move(item);
}

void BlockReader::Run(uint64_t tip) {
  bool wanted = true;
  for (uint64_t height = 1; height <= tip && wanted; ++height) {
    Item item = Read(height);
    const bool last = !item.ok();
    const size_t bytes = last ? 0 : SizeOf((*item)->stored);
    wanted = Push(std::move(item), bytes) && !last;
  }
  // Also after an error: a bad signature below it is the finding then.
  pool_.Add(std::move(jobs_));
}

BlockReader::Item BlockReader::Read(uint64_t height) {
  auto out = std::make_unique<ReadBlock>();
  SUYUAN_ASSIGN_OR_RETURN(out->stored, source_.Block(height));
  const size_t before = jobs_.size();
  SUYUAN_ASSIGN_OR_RETURN(out->facts, CheckStoredEntry(out->stored.entry, ledger_, &jobs_));
  out->signatures = jobs_.size() - before;
  if (jobs_.size() >= kJobsPerBatch) pool_.Add(std::exchange(jobs_, {}));
  SUYUAN_RETURN_IF_ERROR(CheckSealedItems(out->stored.entry, out->facts, out->stored.sealed_items));
  return out;
}

bool BlockReader::Push(Item item, size_t bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stop_ || queue_.empty() || bytes_ + bytes <= kAheadBytesMax; });
  if (stop_) return false;
  bytes_ += bytes;
  queue_.emplace_back(std::move(item), bytes);
  lock.unlock();
  changed_.notify_all();
  return true;
}

}  // namespace suyuan::ledger::verify
