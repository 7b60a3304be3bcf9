// One LevelDB database of a data directory, read without being changed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <leveldb/cache.h>
#include <leveldb/db.h>

#include "common/bytes.h"
#include "common/result.h"
#include "ledger/verify/read_only_env.h"

namespace suyuan::ledger::verify {

// Not thread-safe. Every read verifies LevelDB's checksums.
class Database {
 public:
  // As OpenDataDirectory says.
  Status Open(const std::string& path);
  // nullopt when absent; E_CORRUPT when it cannot be read.
  Result<std::optional<Bytes>> Get(ByteView key) const;
  // Pairs from `first` on, until `visit` returns false.
  Status Scan(ByteView first, const std::function<bool(ByteView, ByteView)>& visit) const;
  // What had to be skipped to open it; empty when nothing was damaged.
  const std::string& damage() const { return damage_; }

 private:
  ReadOnlyEnv env_;
  std::unique_ptr<leveldb::Cache> cache_{leveldb::NewLRUCache(32 << 20)};
  std::unique_ptr<leveldb::DB> db_;
  std::string path_, damage_;
};

}  // namespace suyuan::ledger::verify
