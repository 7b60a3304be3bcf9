#include "ledger/verify/read_only_env.h"

#include <algorithm>

namespace suyuan::ledger::verify {

using leveldb::Slice;
using leveldb::Status;

// LevelDB writes a file completely before it opens it for reading, and from one thread.
class ReadOnlyEnv::MemoryWriter final : public leveldb::WritableFile {
 public:
  explicit MemoryWriter(Content content) : content_(std::move(content)) {}
  Status Append(const Slice& data) override {
    content_->append(data.data(), data.size());
    return {};
  }
  Status Close() override { return {}; }
  Status Flush() override { return {}; }
  Status Sync() override { return {}; }

 private:
  Content content_;
};

class ReadOnlyEnv::MemoryReader final : public leveldb::SequentialFile,
                                        public leveldb::RandomAccessFile {
 public:
  explicit MemoryReader(Content content) : content_(std::move(content)) {}
  Status Read(size_t n, Slice* result, char* scratch) override {
    Status status = Read(position_, n, result, scratch);
    position_ += result->size();
    return status;
  }
  Status Skip(uint64_t n) override {
    position_ += n;
    return {};
  }
  Status Read(uint64_t offset, size_t n, Slice* result, char*) const override {
    size_t from = std::min<size_t>(offset, content_->size());
    *result = Slice(content_->data() + from, std::min(n, content_->size() - from));
    return {};
  }

 private:
  Content content_;
  uint64_t position_ = 0;
};

namespace {
class NullLogger final : public leveldb::Logger {
 public:
  void Logv(const char*, va_list) override {}
};
class NoLock final : public leveldb::FileLock {};
}  // namespace

ReadOnlyEnv::ReadOnlyEnv() : EnvWrapper(leveldb::Env::Default()) {}
ReadOnlyEnv::~ReadOnlyEnv() = default;

ReadOnlyEnv::Content ReadOnlyEnv::Find(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto it = written_.find(name);
  return it == written_.end() ? nullptr : it->second;
}

Status ReadOnlyEnv::NewSequentialFile(const std::string& name, leveldb::SequentialFile** out) {
  if (Content content = Find(name)) {
    *out = new MemoryReader(content);
    return {};
  }
  if (!FileExists(name)) return Status::NotFound(name);
  return target()->NewSequentialFile(name, out);
}

Status ReadOnlyEnv::NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** out) {
  if (Content content = Find(name)) {
    *out = new MemoryReader(content);
    return {};
  }
  if (!FileExists(name)) return Status::NotFound(name);
  return target()->NewRandomAccessFile(name, out);
}

Status ReadOnlyEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** out) {
  auto content = std::make_shared<std::string>();
  std::lock_guard lock(mutex_);
  written_[name] = content;
  removed_.erase(name);
  *out = new MemoryWriter(content);
  return {};
}

Status ReadOnlyEnv::NewAppendableFile(const std::string& name, leveldb::WritableFile**) {
  // Only used with reuse_logs, which the verifier does not set.
  return Status::NotSupported(name);
}

bool ReadOnlyEnv::FileExists(const std::string& name) {
  {
    std::lock_guard lock(mutex_);
    if (written_.contains(name)) return true;
    if (removed_.contains(name)) return false;
  }
  return target()->FileExists(name);
}

Status ReadOnlyEnv::GetChildren(const std::string& directory, std::vector<std::string>* names) {
  Status status = target()->GetChildren(directory, names);
  std::lock_guard lock(mutex_);
  std::erase_if(*names,
                [&](const std::string& n) { return removed_.contains(directory + "/" + n); });
  for (const auto& [name, content] : written_) {
    if (name.rfind(directory + "/", 0) != 0) continue;
    std::string base = name.substr(directory.size() + 1);
    if (std::find(names->begin(), names->end(), base) == names->end()) names->push_back(base);
  }
  return status;
}

Status ReadOnlyEnv::RemoveFile(const std::string& name) {
  std::lock_guard lock(mutex_);
  written_.erase(name);
  removed_.insert(name);
  return {};
}

Status ReadOnlyEnv::GetFileSize(const std::string& name, uint64_t* size) {
  if (Content content = Find(name)) {
    *size = content->size();
    return {};
  }
  return target()->GetFileSize(name, size);
}

Status ReadOnlyEnv::RenameFile(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  auto it = written_.find(from);
  if (it == written_.end()) {
    // Only the repair of a damaged database renames what stands on the disk, to set it aside.
    removed_.insert(from);
    return {};
  }
  written_[to] = it->second;
  written_.erase(from);
  removed_.erase(to);
  return {};
}

// A running node holds the lock: its files change while they are read. Where no lock can be taken
// because nothing may be written there, nobody else writes either.
Status ReadOnlyEnv::LockFile(const std::string& name, leveldb::FileLock** lock) {
  if (!target()->FileExists(name)) {
    *lock = new NoLock;
    return {};
  }
  return target()->LockFile(name, lock);
}

Status ReadOnlyEnv::UnlockFile(leveldb::FileLock* lock) {
  if (dynamic_cast<NoLock*>(lock) != nullptr) {
    delete lock;
    return {};
  }
  return target()->UnlockFile(lock);
}

void ReadOnlyEnv::Schedule(void (*job)(void*), void* argument) {
  {
    std::lock_guard lock(mutex_);
    if (!released_) {
      jobs_.emplace_back(job, argument);
      return;
    }
  }
  target()->Schedule(job, argument);
}

void ReadOnlyEnv::ReleaseJobs() {
  std::lock_guard lock(mutex_);
  released_ = true;
  for (const auto& [job, argument] : jobs_) target()->Schedule(job, argument);
  jobs_.clear();
}

Status ReadOnlyEnv::NewLogger(const std::string&, leveldb::Logger** out) {
  *out = new NullLogger;
  return {};
}

}  // namespace suyuan::ledger::verify
