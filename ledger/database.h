// One LevelDB database with the store's habits: checksums verified on every read, errors as values,
// and a failure of a write that is final for the whole store.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan::ledger {

inline leveldb::Slice ToSlice(ByteView v) { return {v.data(), v.size()}; }
inline ByteView ToView(const leveldb::Slice& s) { return {s.data(), s.size()}; }

// E_CORRUPT, E_DISK_FULL, E_NOT_FOUND or E_IO.
Error FromLevelDb(const leveldb::Status& status, std::string_view what);

// The first failure of any write of a store. After it nothing is written any more: a failed fsync
// that is tried again may "succeed" without its data (reliability rule of every database since
// 2018), and a half-written log record must not be followed by others. Thread-safe.
class StickyFailure {
 public:
  // The first failure, or OK.
  Status Check() const;
  // Remembers the first failure and returns `error`.
  Error Set(Error error);

 private:
  mutable std::mutex mutex_;
  std::optional<Error> first_;  // guarded by mutex_
};

// The batch of one writer, for one write after the other: a new one would grow to megabytes each
// time, by copying. Not thread-safe.
class ReusedBatch {
 public:
  // An empty one. What an unusually large write needed is given back by the next.
  leveldb::WriteBatch& Begin() {
    if (!batch_ || batch_->ApproximateSize() > kKeptBytesMax) batch_.emplace();
    batch_->Clear();
    return *batch_;
  }

 private:
  static constexpr size_t kKeptBytesMax = 16 << 20;
  std::optional<leveldb::WriteBatch> batch_;
};

struct DatabaseOptions {
  std::string directory;
  leveldb::Env* env = nullptr;  // never null
  bool create = false;
  size_t write_buffer_bytes = 0;
  size_t block_cache_bytes = 0;
  bool bloom_filter = false;
  // Values are mostly keys, hashes and ciphertexts, which do not shrink.
  bool compress = true;
  // Writes are not synchronous: then a log file is synced before the next one is begun, so that
  // after a crash the surviving writes are always a prefix of all writes. (LevelDB alone may lose
  // the end of one log file and keep what followed in the next.)
  bool ordered_without_sync = false;
};

// Thread-safe as LevelDB is; `Write` is called by one thread.
class Database {
 public:
  static Result<std::shared_ptr<Database>> Open(const DatabaseOptions& options,
                                                std::shared_ptr<StickyFailure> failure);
  // Opens although the end of the write-ahead log is damaged: what LevelDB can read of it is kept,
  // the damaged files are copied to `damaged/` beside the database first.
  static Result<std::shared_ptr<Database>> OpenDamaged(const DatabaseOptions& options,
                                                       std::shared_ptr<StickyFailure> failure);
  ~Database();

  Status Write(leveldb::WriteBatch* batch, bool sync);
  Result<std::optional<Bytes>> Get(ByteView key, const leveldb::Snapshot* snapshot = nullptr) const;
  std::unique_ptr<leveldb::Iterator> Iterate(const leveldb::Snapshot* snapshot = nullptr) const;
  const leveldb::Snapshot* GetSnapshot() const { return db_->GetSnapshot(); }
  void ReleaseSnapshot(const leveldb::Snapshot* s) const { db_->ReleaseSnapshot(s); }

 private:
  Database() = default;
  static Result<std::shared_ptr<Database>> OpenWith(const DatabaseOptions& options,
                                                    std::shared_ptr<StickyFailure> failure,
                                                    bool paranoid);
  // Lets an injected Env run LevelDB's background work; nothing in the real one.
  void Yield() const;

  std::shared_ptr<StickyFailure> failure_;
  leveldb::Env* outer_env_ = nullptr;
  std::string directory_;
  std::unique_ptr<leveldb::Env> wrapped_env_;
  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<leveldb::DB> db_;  // last: closed first
};

// Bytes of the files of a directory (not of its subdirectories).
uint64_t DirectoryBytes(leveldb::Env* env, const std::string& directory);

}  // namespace suyuan::ledger
