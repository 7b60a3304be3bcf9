#include "ledger/database.h"

#include <utility>
#include <vector>

#include "common/seeded_bug.h"

namespace suyuan::ledger {
namespace {

// A write-ahead log file that is synced before it is closed.
class SyncedLogFile final : public leveldb::WritableFile {
 public:
  SyncedLogFile(leveldb::WritableFile* base, std::shared_ptr<StickyFailure> failure)
      : base_(base), failure_(std::move(failure)) {}
  ~SyncedLogFile() override { SyncIfDirty(); }
  leveldb::Status Append(const leveldb::Slice& data) override {
    dirty_ = true;
    return base_->Append(data);
  }
  leveldb::Status Close() override {
    leveldb::Status status = SyncIfDirty();
    leveldb::Status closed = base_->Close();
    return status.ok() ? closed : status;
  }
  leveldb::Status Flush() override { return base_->Flush(); }
  leveldb::Status Sync() override {
    dirty_ = false;
    return base_->Sync();
  }

 private:
  // LevelDB closes logs in a destructor too, where the failure can only be remembered.
  leveldb::Status SyncIfDirty() {
    if (!std::exchange(dirty_, false)) return {};
    leveldb::Status status = base_->Sync();
    if (!status.ok()) failure_->Set(FromLevelDb(status, "syncing the state's log"));
    return status;
  }
  std::unique_ptr<leveldb::WritableFile> base_;
  std::shared_ptr<StickyFailure> failure_;
  bool dirty_ = false;
};

bool IsLogFile(std::string_view name) { return name.ends_with(".log"); }

class OrderedLogsEnv final : public leveldb::EnvWrapper {
 public:
  OrderedLogsEnv(leveldb::Env* base, std::shared_ptr<StickyFailure> failure)
      : EnvWrapper(base), failure_(std::move(failure)) {}
  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** out) override {
    leveldb::Status status = target()->NewWritableFile(name, out);
    if (status.ok() && IsLogFile(name)) *out = new SyncedLogFile(*out, failure_);
    return status;
  }

 private:
  std::shared_ptr<StickyFailure> failure_;
};

Status CopyFile(leveldb::Env* env, const std::string& from, const std::string& to) {
  std::string bytes;
  leveldb::Status status = leveldb::ReadFileToString(env, from, &bytes);
  if (status.ok()) status = leveldb::WriteStringToFile(env, bytes, to);
  if (!status.ok()) return FromLevelDb(status, "keeping a copy of " + from);
  return {};
}

// Keeps the write-ahead logs as they are, because LevelDB deletes them once it has read them.
Status KeepDamagedLogs(leveldb::Env* env, const std::string& directory) {
  std::vector<std::string> names;
  leveldb::Status status = env->GetChildren(directory, &names);
  if (!status.ok()) return FromLevelDb(status, "reading " + directory);
  const std::string kept = directory + "/damaged";
  env->CreateDir(kept);  // may exist
  for (const std::string& name : names)
    if (IsLogFile(name))
      SUYUAN_RETURN_IF_ERROR(CopyFile(env, directory + "/" + name, kept + "/" + name));
  return {};
}

}  // namespace

Error FromLevelDb(const leveldb::Status& status, std::string_view what) {
  std::string text = status.ToString();
  ErrorCode code = ErrorCode::kIo;
  if (status.IsCorruption()) code = ErrorCode::kCorrupt;
  if (status.IsNotFound()) code = ErrorCode::kNotFound;
  if (status.IsIOError() && text.find("No space left") != std::string::npos)
    code = ErrorCode::kDiskFull;
  return Error{code, std::string(what) + ": " + text};
}

Status StickyFailure::Check() const {
  std::lock_guard lock(mutex_);
  if (first_) return *first_;
  return {};
}

Error StickyFailure::Set(Error error) {
  std::lock_guard lock(mutex_);
  if (!first_) first_ = error;
  return error;
}

Result<std::shared_ptr<Database>> Database::OpenWith(const DatabaseOptions& options,
                                                     std::shared_ptr<StickyFailure> failure,
                                                     bool paranoid) {
  std::shared_ptr<Database> out(new Database);
  out->failure_ = std::move(failure);
  out->outer_env_ = options.env;
  out->directory_ = options.directory;
  leveldb::Options o;
  o.env = options.env;
  if (options.ordered_without_sync) {
    out->wrapped_env_ = std::make_unique<OrderedLogsEnv>(options.env, out->failure_);
    o.env = out->wrapped_env_.get();
  }
  o.create_if_missing = options.create;
  o.paranoid_checks = paranoid && !SeededBug(Bug::kChecksumsIgnored);  // row 26
  o.write_buffer_size = options.write_buffer_bytes;
  out->cache_.reset(leveldb::NewLRUCache(options.block_cache_bytes));
  o.block_cache = out->cache_.get();
  if (options.bloom_filter) out->filter_.reset(leveldb::NewBloomFilterPolicy(10));
  o.filter_policy = out->filter_.get();
  if (!options.compress) o.compression = leveldb::kNoCompression;
  leveldb::DB* db = nullptr;
  leveldb::Status status = leveldb::DB::Open(o, options.directory, &db);
  if (!status.ok()) {
    out->Yield();
    return FromLevelDb(status, "opening " + options.directory);
  }
  out->db_.reset(db);
  out->Yield();
  return out;
}

Result<std::shared_ptr<Database>> Database::Open(const DatabaseOptions& options,
                                                 std::shared_ptr<StickyFailure> failure) {
  return OpenWith(options, std::move(failure), true);
}

Result<std::shared_ptr<Database>> Database::OpenDamaged(const DatabaseOptions& options,
                                                        std::shared_ptr<StickyFailure> failure) {
  SUYUAN_RETURN_IF_ERROR(KeepDamagedLogs(options.env, options.directory));
  {
    // Reads what it can of the log into tables; from then on nothing is damaged.
    auto lenient = OpenWith(options, failure, false);
    if (!lenient.ok()) return lenient;
  }
  return OpenWith(options, std::move(failure), true);
}

Database::~Database() { Yield(); }

void Database::Yield() const { outer_env_->SleepForMicroseconds(0); }

Status Database::Write(leveldb::WriteBatch* batch, bool sync) {
  SUYUAN_RETURN_IF_ERROR(failure_->Check());
  leveldb::WriteOptions options;
  options.sync = sync;
  leveldb::Status status = db_->Write(options, batch);
  if (SeededBug(Bug::kSyncFailureIgnored)) status = leveldb::Status();  // row 24
  if (!status.ok()) {
    Error error = failure_->Set(FromLevelDb(status, "writing to " + directory_));
    Yield();
    return error;
  }
  Yield();
  return failure_->Check();
}

Result<std::optional<Bytes>> Database::Get(ByteView key, const leveldb::Snapshot* snapshot) const {
  leveldb::ReadOptions options;
  options.verify_checksums = !SeededBug(Bug::kChecksumsIgnored);  // row 26
  options.snapshot = snapshot;
  Bytes value;
  leveldb::Status status = db_->Get(options, ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return FromLevelDb(status, "reading from " + directory_);
  return std::optional<Bytes>(std::move(value));
}

std::unique_ptr<leveldb::Iterator> Database::Iterate(const leveldb::Snapshot* snapshot) const {
  leveldb::ReadOptions options;
  options.verify_checksums = !SeededBug(Bug::kChecksumsIgnored);  // row 26
  options.snapshot = snapshot;
  return std::unique_ptr<leveldb::Iterator>(db_->NewIterator(options));
}

uint64_t DirectoryBytes(leveldb::Env* env, const std::string& directory) {
  std::vector<std::string> names;
  uint64_t sum = 0;
  if (!env->GetChildren(directory, &names).ok()) return 0;
  for (const std::string& name : names) {
    uint64_t size = 0;
    if (env->GetFileSize(directory + "/" + name, &size).ok()) sum += size;
  }
  return sum;
}

}  // namespace suyuan::ledger
