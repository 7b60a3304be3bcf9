// The LevelDB store of one node: log database (entries, hard state, sealed items), state database
// (contract state, tree pages, executed log, indexes, applied height) and the mark file.
// Every key prefix stands in ledger/store_keys.h.
//
// Crash rules (docs/formats.md §7): log appends are synchronous; a block is applied in one atomic
// batch that carries its applied height; state needs no sync, because committed entries above the
// applied height are applied again after a restart. A torn tail of the log is cut only above the
// mark; damage at or below it makes Open fail with E_CORRUPT and the height. Open reads the heads
// of the last 2^17 entries and the bytes of the last 256; older ones are checked whenever they are
// read.
//
// The mark costs a second fdatasync for each acknowledged group of entries. It is written after the
// log's own and not beside it: a mark that got to the disk before the entry that it names would,
// after a crash, be taken for a lost entry. Group entries, then one AppendLog and one Mark serve
// them all.
//
// Thread safety: AppendLog and the log's readers are called by the consensus thread, ApplyBlock by
// the executor thread; all readers are safe from any thread beside them. A failed fsync is final:
// every later write fails (reliability §1 row 24) and the owner stops the node.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/limits.h"
#include "common/result.h"
#include "ledger/block.h"
#include "ledger/executed_log.h"
#include "ledger/state_tree.h"
#include "ledger/state_write.h"

namespace leveldb {
class Env;
}

namespace suyuan::ledger {

struct StoreOptions {
  std::string directory;
  leveldb::Env* env = nullptr;  // nullptr: the real one; the simulator gives its own
  bool create = false;  // E_REF when there is a store and create is set, or none and it is not
  size_t log_write_buffer_bytes = 16 << 20;
  size_t state_write_buffer_bytes = 64 << 20;
  size_t block_cache_bytes = 64 << 20;
  size_t tree_cache_pages = 1 << 18;
  uint64_t tree_flush_pages = 1 << 14;  // write the tree back when so many pages are dirty
};

// What consensus makes durable; terms, votes and indexes as plain strong types of common.
struct LogHardState {
  Term term;
  uint32_t vote = 0;
  Height commit;
};
struct LogEntryHead {
  Height height;
  Term term;
  Hash entry_hash;
};

// Where a transaction stands in the ledger.
struct TxLocation {
  Height height;
  uint32_t position = 0;  // in the block's body
  LeafIndex leaf;
};

// A transaction's result as stored.
struct StoredOutcome {
  TxLocation location;
  Bytes outcome;
};

// What one block's execution produced.
struct BlockResult {
  std::vector<ExecutedTransaction> transactions;
  std::vector<StateWrite> writes;  // distinct (namespace, key)
};

// Consistent read view at one height; cheap; holds a LevelDB snapshot. Thread-safe.
class StateSnapshot {
 public:
  virtual ~StateSnapshot() = default;
  virtual const LogHead& head() const = 0;
  virtual Result<std::optional<Bytes>> Get(uint8_t name_space, ByteView key) const = 0;
  // Pairs of a namespace with first ≤ key, in order, until `visit` returns false.
  virtual Status Scan(uint8_t name_space, ByteView first,
                      const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
  // The last pair of a namespace with key ≤ `bound`; nullopt when there is none.
  virtual Result<std::optional<std::pair<Bytes, Bytes>>> LastAtMost(uint8_t name_space,
                                                                    ByteView bound) const = 0;
};

class Store {
 public:
  // Opens and recovers. E_REF, E_CORRUPT, E_IO, E_PROTOCOL (unknown format version).
  static Result<std::unique_ptr<Store>> Open(const StoreOptions& options, const LedgerId& ledger);
  virtual ~Store() = default;

  // ---- Log (consensus thread) ----
  virtual LogHardState hard_state() const = 0;
  virtual LogEntryHead last_entry() const = 0;  // height 0 and the ledger id when empty
  // Writes hard state and entries (as sent, rising heights, replacing any suffix) in one
  // synchronous batch. Refuses to rewrite at or below the applied height.
  virtual Status AppendLog(const std::optional<LogHardState>& hard_state,
                           const std::vector<std::shared_ptr<const Bytes>>& entries) = 0;
  // Makes the acknowledgement mark durable; must precede any acknowledgement up to this entry. Free
  // when the present mark covers the entry already.
  virtual Status Mark(const LogEntryHead& acknowledged) = 0;
  virtual LogEntryHead mark() const = 0;
  // Keeps for ever, synchronously, that entries up to `acknowledged` were promised to the others
  // and are not here: whoever forgot entries forgot votes as well, and must not vote again
  // (reliability §1, row 12).
  virtual Status NoteLost(Height acknowledged) = 0;
  virtual std::optional<Height> lost() const = 0;

  // ---- Log (any thread) ----
  virtual Result<LogEntryHead> EntryHead(Height height) const = 0;
  // The stored entry with its sealed section joined again (E_NOT_FOUND, E_CORRUPT).
  virtual Result<std::shared_ptr<const Bytes>> EntryBytes(Height height) const = 0;

  // ---- Execution (executor thread) ----
  // Genesis state; only on an empty store (head().leaf_count == 0, also after a crash between
  // creation and this). Synchronous.
  virtual Status ApplyGenesis(uint64_t time_ms, ByteView configuration,
                              std::vector<StateWrite> writes) = 0;
  // Applies the block above head().height in one atomic batch: state, tree, leaves, outcomes,
  // transaction index, head.
  virtual Status ApplyBlock(const BlockEntry& entry, BlockResult result) = 0;
  virtual LogHead head() const = 0;

  // ---- Reads (any thread) ----
  virtual std::shared_ptr<const StateSnapshot> Snapshot() const = 0;
  virtual Result<std::optional<StoredOutcome>> FindTransaction(const TxId& id) const = 0;
  // (leaf count, root) of the log after the block at `height`, and that block's header leaf.
  struct BlockSummary {
    uint64_t leaf_count = 0;
    Hash log_root;
    LogHead head;
  };
  virtual Result<BlockSummary> Summary(Height height) const = 0;
  // Outcome bytes of the transactions that have a leaf in the block at `height`, in order.
  virtual Result<std::vector<Bytes>> OutcomesOf(Height height) const = 0;
  // The log leaves of that block, header leaf last.
  virtual Result<std::vector<Bytes>> LeavesOf(Height height) const = 0;
  virtual Result<Bytes> LeafBytes(LeafIndex index) const = 0;
  // Complete subtree hashes of the executed log, for proofs and tiles.
  virtual Result<Hash> LogNode(uint8_t level, uint64_t n) const = 0;
  // State proof at the current head only (the tree keeps no history).
  virtual Result<StateProof> ProveState(uint8_t name_space, ByteView key, LogHead* at) const = 0;
  // The newest checkpoint note that this node has signed; nullopt before the first.
  virtual Result<std::optional<std::string>> LastCheckpoint() const = 0;
  // Keeps it for auditors. Executor thread; not synchronous, and never outlives the blocks that it
  // covers, because both stand in one write-ahead log.
  virtual Status SaveCheckpoint(std::string_view note) = 0;
  // Bytes on disk, for metrics.
  virtual uint64_t disk_bytes() const = 0;
};

}  // namespace suyuan::ledger
