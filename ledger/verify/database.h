// One LevelDB database of a data directory, read without being changed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <leveldb/cache.h>
#include <leveldb/db.h>

#include "common/bytes.h"
#include "common/result.h"
#include "ledger/verify/read_only_env.h"

namespace suyuan::ledger::verify {

// Thread-safe once it is open. Every read verifies LevelDB's checksums.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();
  // As OpenDataDirectory says.
  Status Open(const std::string& path);
  // nullopt when absent; E_CORRUPT when it cannot be read.
  Result<std::optional<Bytes>> Get(ByteView key) const;
  // Pairs from `first` on, until `visit` returns false.
  Status Scan(ByteView first, const std::function<bool(ByteView, ByteView)>& visit) const;
  // For one pass over much; keeps nothing of it in the cache.
  std::unique_ptr<leveldb::Iterator> Iterate() const;
  // What had to be skipped to open it; empty when nothing was damaged.
  const std::string& damage() const { return damage_; }

 private:
  ReadOnlyEnv env_;
  std::unique_ptr<leveldb::Cache> cache_{leveldb::NewLRUCache(32 << 20)};
  std::unique_ptr<leveldb::DB> db_;
  std::string path_, damage_;
};

// Reads keys that mostly follow each other, each table block once. What it does not find may still
// be there, behind something damaged: then Database::Get and Scan have the last word. Not
// thread-safe; the database outlives it.
class Cursor {
 public:
  explicit Cursor(const Database& database) : database_(database) {}
  // The value under exactly this key; nullopt when the cursor does not see it. Valid until the next
  // call.
  std::optional<ByteView> At(ByteView key);
  // As At, for a key that mostly is the next one.
  std::optional<ByteView> Following(ByteView key);
  // Moves on to the next pair; nullopt at the end.
  std::optional<std::pair<ByteView, ByteView>> Next();
  // False once something damaged was met: then pairs may have been passed over.
  bool ok() const { return !it_ || it_->status().ok(); }
  // True while it has seen every pair from the first one on.
  bool contiguous() const { return ok() && !jumped_; }

 private:
  const Database& database_;
  std::unique_ptr<leveldb::Iterator> it_;
  bool jumped_ = false;
};

}  // namespace suyuan::ledger::verify
