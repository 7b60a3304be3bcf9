// The log half of the store: entries, hard state and mark. See ledger/store.h for the rules.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "ledger/database.h"
#include "ledger/entry_tail.h"
#include "ledger/mark_file.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// Where the state database stands: the log may never be shorter than that or tell of another entry
// there.
struct AppliedPoint {
  Height height;
  Hash entry_hash;
};

// Thread safety as Store: Append and Mark by one thread, readers by any.
class LogStore {
 public:
  // `database` has its format key already; `damaged`: a part of its write-ahead log was lost.
  LogStore(std::shared_ptr<Database> database, std::unique_ptr<MarkFile> mark,
           std::shared_ptr<StickyFailure> failure, const LedgerId& ledger);
  // Reads the tail, cuts what is torn above the mark. E_CORRUPT naming the height. Once, before
  // anything else.
  Status Recover(const AppliedPoint& applied, bool damaged);

  LogHardState hard_state() const;
  LogEntryHead last_entry() const;
  LogEntryHead mark() const;
  Status Append(const std::optional<LogHardState>& hard_state,
                const std::vector<std::shared_ptr<const Bytes>>& entries);
  Status Mark(const LogEntryHead& acknowledged);
  Status NoteLost(Height acknowledged);
  std::optional<Height> lost() const { return lost_; }
  Result<LogEntryHead> EntryHead(Height height) const;
  Result<std::shared_ptr<const Bytes>> EntryBytes(Height height) const;
  // Entries at or below are not rewritten any more. Called by the executor thread.
  void SetApplied(Height height) { applied_.store(height.value()); }
  uint64_t mark_file_bytes() const { return mark_file_->disk_bytes(); }

 private:
  // The mark as far as it binds: entries above were replaced by a newer term's leader.
  struct Floor {
    uint64_t n = 0;
    Height height;
    bool exists = false;
  };
  Status ReadSmallKeys();
  Result<Height> LastHeadHeight() const;
  Height BindingHeight() const;
  // What stands beside a stored entry.
  struct StoredHead {
    LogEntryHead head;
    Hash stored_hash;  // the entry hash covers neither body nor signature
  };
  static Bytes EncodeStoredHead(const StoredHead& stored);
  Result<StoredHead> ReadHead(Height height, const leveldb::Snapshot* snapshot) const;
  Result<std::shared_ptr<const Bytes>> ReadEntry(Height height,
                                                 const leveldb::Snapshot* snapshot) const;
  Result<std::vector<Bytes>> ReadSealed(Height height, const leveldb::Snapshot* snapshot) const;
  // First height from `from` to `last` whose head or entry is not as it must be; last + 1: none.
  Result<Height> FirstDamaged(Height from, Height last, std::string* why) const;
  Status Cut(Height from);
  Status CheckBinding(const AppliedPoint& applied) const;
  void FillTail();
  Status DeleteFrom(Height from, leveldb::WriteBatch* batch) const;
  void SetLast(const LogEntryHead& last);

  const std::shared_ptr<Database> database_;
  const std::unique_ptr<MarkFile> mark_file_;
  const std::shared_ptr<StickyFailure> failure_;
  const LogEntryHead genesis_;
  EntryTail tail_;
  std::atomic<uint64_t> applied_{0};
  mutable std::mutex mutex_;
  // Guarded by mutex_; written by the consensus thread only:
  LogHardState hard_state_;
  LogEntryHead last_;
  LogEntryHead mark_;
  // Consensus thread only:
  ReusedBatch batch_;  // of Append
  Floor floor_;
  std::optional<Height> lost_;
};

}  // namespace suyuan::ledger
