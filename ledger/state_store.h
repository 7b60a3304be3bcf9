// The state half of the store: contract state, its tree, executed log, indexes. One block, one
// atomic batch. See ledger/store.h for the rules.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "common/codec.h"
#include "ledger/database.h"
#include "ledger/log_nodes.h"
#include "ledger/merkle_log.h"
#include "ledger/state_tree.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// Thread safety as Store: the two Apply functions by one thread, readers by any.
class StateStore {
 public:
  struct Options {
    size_t tree_cache_pages = 0;
    uint64_t tree_flush_pages = 0;
  };
  // Reads the head and brings the state tree up to it. E_CORRUPT when the tree does not end in the
  // head's state root.
  static Result<std::unique_ptr<StateStore>> Open(std::shared_ptr<Database> database,
                                                  const Options& options);

  ~StateStore();
  Status ApplyGenesis(const LedgerId& ledger, uint64_t time_ms, ByteView configuration,
                      std::vector<StateWrite> writes);
  Status ApplyBlock(const BlockEntry& entry, BlockResult result);
  LogHead head() const;
  std::shared_ptr<const StateSnapshot> Snapshot() const;
  Result<std::optional<StoredOutcome>> FindTransaction(const TxId& id) const;
  Result<Store::BlockSummary> Summary(Height height) const;
  Result<std::vector<Bytes>> OutcomesOf(Height height) const;
  Result<std::vector<Bytes>> LeavesOf(Height height) const;
  Result<Bytes> LeafBytes(LeafIndex index) const;
  Result<Hash> LogNode(uint8_t level, uint64_t n) const { return nodes_.Node(level, n); }
  Result<std::optional<std::string>> LastCheckpoint() const;
  Status SaveCheckpoint(std::string_view note);
  Result<StateProof> ProveState(uint8_t name_space, ByteView key, LogHead* at) const;

 private:
  class Pages;
  class SnapshotView;
  StateStore(std::shared_ptr<Database> database, const Options& options);
  Status Load();
  Status ReplayRedo();
  Status RebuildNodes();
  // State values into the batch; returns the state root after them.
  Result<Hash> ApplyWrites(Height height, const std::vector<StateWrite>& writes,
                           leveldb::WriteBatch* batch);
  void WriteRedoOrPages(Height height, const std::vector<TreeUpdate>& updates,
                        leveldb::WriteBatch* batch);
  // Everything that follows from the block's leaves; then the batch becomes visible at once.
  Status Commit(const BlockLeaves& leaves, const std::vector<ExecutedTransaction>& transactions,
                leveldb::WriteBatch* batch, bool sync);
  void Publish(const LogHead& head);

  const std::shared_ptr<Database> database_;
  const Options options_;
  std::unique_ptr<Pages> pages_;
  // Executor thread only:
  ReusedBatch batch_;  // of ApplyBlock
  Frontier frontier_;
  uint64_t redo_from_ = 0;  // the oldest redo record that may exist
  LogNodes nodes_;          // thread-safe
  mutable std::mutex tree_mutex_;
  std::unique_ptr<StateTree> tree_;  // guarded by tree_mutex_
  LogHead tree_head_;                // guarded by tree_mutex_
  mutable std::mutex published_mutex_;
  std::shared_ptr<const StateSnapshot> published_;  // guarded by published_mutex_
};

// Codec of the head's value; the log's frontier stands beside it.
Bytes EncodeLogHead(const LogHead& head);
LogHead ReadLogHead(Reader* reader);

}  // namespace suyuan::ledger
