// Reads blocks ahead of the walk on a thread of its own: what a block alone decides is checked
// there and its signatures are on their way to the pool while the walk still links, executes and
// compares the blocks before.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "ledger/verify/block_check.h"
#include "ledger/verify/signature_pool.h"
#include "ledger/verify/source.h"

namespace suyuan::ledger::verify {

struct ReadBlock {
  StoredBlock stored;
  BlockFacts facts;  // views into `stored.entry`
  size_t signatures = 0;
};

// Next is called by one thread. From construction to destruction the source's Block and the pool's
// Add belong to the reader.
class BlockReader {
 public:
  // Heights 1 to `tip`. All that is passed outlives the reader.
  BlockReader(LedgerSource& source, const LedgerId& ledger, uint64_t tip, SignaturePool& pool);
  // Stops reading and joins.
  ~BlockReader();
  // The blocks in order; the first error is the last answer. At most `tip` calls.
  Result<std::unique_ptr<ReadBlock>> Next();

 private:
  using Item = Result<std::unique_ptr<ReadBlock>>;
  void Run(uint64_t tip);
  Item Read(uint64_t height);
  // Waits for room; false when nobody wants more.
  bool Push(Item item, size_t bytes);

  LedgerSource& source_;
  const LedgerId& ledger_;
  SignaturePool& pool_;
  std::vector<SignatureJob> jobs_;  // the reader's thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Item, size_t>> queue_;  // guarded by mutex_; with their bytes
  size_t bytes_ = 0;                           // guarded by mutex_
  bool stop_ = false;                          // guarded by mutex_
  std::thread thread_;
};

}  // namespace suyuan::ledger::verify
