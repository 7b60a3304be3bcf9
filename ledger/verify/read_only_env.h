// A LevelDB environment that reads a directory and never changes it: whatever LevelDB writes when
// it opens a database (a new manifest, tables from the write-ahead log) stays in memory. Evidence
// stays as it was found.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <leveldb/env.h>

namespace suyuan::ledger::verify {

// Thread-safe, as leveldb::Env demands.
class ReadOnlyEnv final : public leveldb::EnvWrapper {
 public:
  ReadOnlyEnv();
  ~ReadOnlyEnv() override;

  leveldb::Status NewSequentialFile(const std::string& name,
                                    leveldb::SequentialFile** out) override;
  leveldb::Status NewRandomAccessFile(const std::string& name,
                                      leveldb::RandomAccessFile** out) override;
  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** out) override;
  leveldb::Status NewAppendableFile(const std::string& name, leveldb::WritableFile** out) override;
  bool FileExists(const std::string& name) override;
  leveldb::Status GetChildren(const std::string& directory,
                              std::vector<std::string>* names) override;
  leveldb::Status RemoveFile(const std::string& name) override;
  leveldb::Status CreateDir(const std::string&) override { return {}; }
  leveldb::Status RemoveDir(const std::string&) override { return {}; }
  leveldb::Status GetFileSize(const std::string& name, uint64_t* size) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  leveldb::Status LockFile(const std::string& name, leveldb::FileLock** lock) override;
  leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
  leveldb::Status NewLogger(const std::string& name, leveldb::Logger** out) override;
  // Nothing is compacted: that would only rewrite in memory what is read once. LevelDB's jobs wait
  // until ReleaseJobs, because its destructor waits for them; by then they see that it is closing.
  void Schedule(void (*job)(void*), void* argument) override;
  void ReleaseJobs();

 private:
  using Content = std::shared_ptr<std::string>;
  class MemoryWriter;
  class MemoryReader;
  Content Find(const std::string& name);

  std::mutex mutex_;
  std::map<std::string, Content> written_;  // guarded by mutex_
  std::set<std::string> removed_;           // guarded by mutex_
  using Job = std::pair<void (*)(void*), void*>;
  std::vector<Job> jobs_;  // guarded by mutex_
  bool released_ = false;  // guarded by mutex_
};

}  // namespace suyuan::ledger::verify
