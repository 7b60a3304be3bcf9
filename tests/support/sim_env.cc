#include "tests/support/sim_env.h"

#include <algorithm>
#include <cstring>

namespace suyuan::test {

using leveldb::Slice;
using leveldb::Status;

namespace {

class NoLogger final : public leveldb::Logger {
 public:
  void Logv(const char*, std::va_list) override {}
};

class NoLock final : public leveldb::FileLock {};

}  // namespace

class SimEnv::Writable final : public leveldb::WritableFile {
 public:
  Writable(SimEnv* env, FileP file, std::string name)
      : env_(env), file_(std::move(file)), name_(std::move(name)) {}
  Status Append(const Slice& data) override { return env_->Append(file_.get(), data); }
  Status Sync() override { return env_->Sync(file_, name_); }
  Status Close() override { return {}; }
  Status Flush() override { return {}; }

 private:
  SimEnv* env_;
  FileP file_;
  std::string name_;
};

class SimEnv::Sequential final : public leveldb::SequentialFile {
 public:
  explicit Sequential(FileP file) : file_(std::move(file)) {}
  Status Read(size_t n, Slice* result, char* scratch) override {
    n = std::min(n, file_->data.size() - std::min(at_, file_->data.size()));
    std::memcpy(scratch, file_->data.data() + at_, n);
    at_ += n;
    *result = Slice(scratch, n);
    return {};
  }
  Status Skip(uint64_t n) override {
    at_ = std::min<size_t>(at_ + n, file_->data.size());
    return {};
  }

 private:
  FileP file_;
  size_t at_ = 0;
};

class SimEnv::RandomAccess final : public leveldb::RandomAccessFile {
 public:
  RandomAccess(const SimEnv* env, FileP file) : env_(env), file_(std::move(file)) {}
  Status Read(uint64_t offset, size_t n, Slice* result, char* scratch) const override {
    if (env_->faults_.fail_reads) return Status::IOError("injected");
    size_t at = std::min<size_t>(offset, file_->data.size());
    n = std::min(n, file_->data.size() - at);
    std::memcpy(scratch, file_->data.data() + at, n);
    *result = Slice(scratch, n);
    return {};
  }

 private:
  const SimEnv* env_;
  FileP file_;
};

void SimEnv::SetFaults(const Faults& faults) {
  faults_ = faults;
  operations_base_ = operations_;
  syncs_base_ = syncs_;
  appends_base_ = appends_;
}

Status SimEnv::Operation() {
  if (dead_) return Status::IOError("the machine is down");
  ++operations_;
  if (faults_.die_at != 0 && operations_ - operations_base_ >= faults_.die_at) dead_ = true;
  return dead_ ? Status::IOError("the machine is down") : Status();
}

Status SimEnv::Append(File* file, const Slice& data) {
  Status status = Operation();
  if (!status.ok()) {
    // A dying machine may have written a part.
    if (dead_ && survive) file->data.append(data.data(), survive(data.size()));
    return status;
  }
  ++appends_;
  if (faults_.disk_full_at != 0 && appends_ - appends_base_ >= faults_.disk_full_at) {
    file->data.append(data.data(), data.size() / 2);
    return Status::IOError("append", "No space left on device");
  }
  file->data.append(data.data(), data.size());
  return {};
}

Status SimEnv::Sync(const FileP& file, const std::string& name) {
  Status status = Operation();
  if (!status.ok()) return status;
  ++syncs_;
  if (faults_.fail_sync_at != 0 && syncs_ - syncs_base_ == faults_.fail_sync_at)
    return Status::IOError("sync", "Input/output error");
  file->synced = file->data.size();
  durable_[name] = file;
  if (name.find("MANIFEST") != std::string::npos) durable_ = files_;  // syncs the directory
  return {};
}

void SimEnv::Drain() {
  while (!queue_.empty()) {
    auto [job, arg] = queue_.front();
    queue_.pop_front();
    job(arg);
  }
}

void SimEnv::SleepForMicroseconds(int micros) {
  now_ += static_cast<uint64_t>(micros);
  Drain();
}

void SimEnv::Crash() {
  // A real disk may also have the name of a file whose directory was never synced.
  if (survive)
    for (const auto& [name, file] : files_)
      if (durable_[name] != file && (durable_[name] == nullptr || survive(1) == 1))
        durable_[name] = file;
  std::map<std::string, FileP> after;
  for (auto& [name, file] : durable_) {
    size_t unsynced = file->data.size() - std::min(file->synced, file->data.size());
    size_t kept = file->synced + (survive ? std::min(unsynced, survive(unsynced)) : 0);
    after[name] = std::make_shared<File>(File{file->data.substr(0, kept), kept});
  }
  files_ = durable_ = std::move(after);
  queue_.clear();
  dead_ = false;
  SetFaults({});
}

std::vector<std::string> SimEnv::FilesWith(const std::string& part) const {
  std::vector<std::string> out;
  for (const auto& [name, file] : files_)
    if (name.find(part) != std::string::npos) out.push_back(name);
  return out;
}

std::string SimEnv::Contents(const std::string& name) const { return files_.at(name)->data; }

void SimEnv::SetContents(const std::string& name, const std::string& bytes) {
  files_[name] = durable_[name] = std::make_shared<File>(File{bytes, bytes.size()});
}

void SimEnv::ReplaceAll(const std::map<std::string, std::string>& files) {
  files_.clear();
  durable_.clear();
  for (const auto& [name, bytes] : files) SetContents(name, bytes);
}

Status SimEnv::NewSequentialFile(const std::string& name, leveldb::SequentialFile** out) {
  auto it = files_.find(name);
  if (it == files_.end()) return Status::NotFound(name);
  *out = new Sequential(it->second);
  return {};
}

Status SimEnv::NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** out) {
  auto it = files_.find(name);
  if (it == files_.end()) return Status::NotFound(name);
  *out = new RandomAccess(this, it->second);
  return {};
}

Status SimEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** out) {
  Status status = Operation();
  if (!status.ok()) return status;
  auto file = std::make_shared<File>();
  files_[name] = file;
  *out = new Writable(this, std::move(file), name);
  return {};
}

Status SimEnv::NewAppendableFile(const std::string& name, leveldb::WritableFile** out) {
  auto it = files_.find(name);
  if (it == files_.end()) return NewWritableFile(name, out);
  Status status = Operation();
  if (status.ok()) *out = new Writable(this, it->second, name);
  return status;
}

Status SimEnv::GetChildren(const std::string& directory, std::vector<std::string>* names) {
  names->clear();
  const std::string prefix = directory + "/";
  for (const auto& [name, file] : files_)
    if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
      names->push_back(name.substr(prefix.size()));
  return {};
}

// Removing and renaming are durable at once, the harder case for a store that forgets to sync what
// replaces a removed file.
Status SimEnv::RemoveFile(const std::string& name) {
  Status status = Operation();
  if (!status.ok()) return status;
  durable_.erase(name);
  return files_.erase(name) == 1 ? Status() : Status::NotFound(name);
}

Status SimEnv::RenameFile(const std::string& from, const std::string& to) {
  Status status = Operation();
  if (!status.ok()) return status;
  auto it = files_.find(from);
  if (it == files_.end()) return Status::NotFound(from);
  FileP file = it->second;
  files_.erase(it);
  durable_.erase(from);
  files_[to] = durable_[to] = std::move(file);
  return {};
}

Status SimEnv::GetFileSize(const std::string& name, uint64_t* size) {
  auto it = files_.find(name);
  if (it == files_.end()) return Status::NotFound(name);
  *size = it->second->data.size();
  return {};
}

Status SimEnv::LockFile(const std::string&, leveldb::FileLock** lock) {
  *lock = new NoLock;
  return {};
}

Status SimEnv::UnlockFile(leveldb::FileLock* lock) {
  delete lock;
  return {};
}

Status SimEnv::GetTestDirectory(std::string* path) {
  *path = "/test";
  return {};
}

Status SimEnv::NewLogger(const std::string&, leveldb::Logger** out) {
  *out = new NoLogger;
  return {};
}

}  // namespace suyuan::test
