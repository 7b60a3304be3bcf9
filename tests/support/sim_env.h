// A LevelDB Env in memory that loses what was not synced when the "machine" crashes: the disk of
// the crash tests and of the simulator. Deterministic: background work is queued and runs when the
// store lets it (SleepForMicroseconds, which LevelDB and the store call without a lock held).
//
// Usage: open a store with `StoreOptions::env = &env`; work; `env.Kill()`; destroy the store;
// `env.Crash()`; open again. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <leveldb/env.h>

namespace suyuan::test {

class SimEnv final : public leveldb::Env {
 public:
  // ---- Faults ----
  // What happens at the next operations that change the disk. Each Append, Sync, Rename, Remove and
  // creation of a file is one operation.
  struct Faults {
    uint64_t die_at = 0;        // the machine stops at the n-th operation from now; 0: never
    uint64_t fail_sync_at = 0;  // the n-th sync from now fails with EIO
    uint64_t disk_full_at = 0;  // from the n-th append on: ENOSPC
    bool fail_reads = false;    // of tables: EIO
  };
  void SetFaults(const Faults& faults);
  // Every later operation fails; the process is as good as dead.
  void Kill() { dead_ = true; }
  bool dead() const { return dead_; }
  // What a crash leaves of the unsynced end of each file; the default leaves nothing. Gets the
  // number of unsynced bytes, returns how many survive. When it is set, names of files that were
  // never synced may survive too.
  std::function<size_t(size_t unsynced)> survive = nullptr;
  // Back to life with what was durable. All stores must be destroyed.
  void Crash();

  uint64_t operations() const { return operations_; }
  uint64_t syncs() const { return syncs_; }
  // Runs queued background work. Not while a database is being called.
  void Drain();

  // ---- The disk, for tests that damage it ----
  std::vector<std::string> FilesWith(const std::string& part) const;
  std::string Contents(const std::string& name) const;
  void SetContents(const std::string& name, const std::string& bytes);
  // Exactly these files, all durable.
  void ReplaceAll(const std::map<std::string, std::string>& files);

  // ---- leveldb::Env ----
  leveldb::Status NewSequentialFile(const std::string& name,
                                    leveldb::SequentialFile** out) override;
  leveldb::Status NewRandomAccessFile(const std::string& name,
                                      leveldb::RandomAccessFile** out) override;
  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** out) override;
  leveldb::Status NewAppendableFile(const std::string& name, leveldb::WritableFile** out) override;
  bool FileExists(const std::string& name) override { return files_.contains(name); }
  leveldb::Status GetChildren(const std::string& directory,
                              std::vector<std::string>* names) override;
  leveldb::Status RemoveFile(const std::string& name) override;
  leveldb::Status CreateDir(const std::string&) override { return {}; }
  leveldb::Status RemoveDir(const std::string&) override { return {}; }
  leveldb::Status GetFileSize(const std::string& name, uint64_t* size) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  leveldb::Status LockFile(const std::string& name, leveldb::FileLock** lock) override;
  leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
  void Schedule(void (*job)(void*), void* arg) override { queue_.emplace_back(job, arg); }
  void StartThread(void (*)(void*), void*) override {}
  leveldb::Status GetTestDirectory(std::string* path) override;
  leveldb::Status NewLogger(const std::string& name, leveldb::Logger** out) override;
  uint64_t NowMicros() override { return ++now_; }
  void SleepForMicroseconds(int micros) override;

 private:
  struct File {
    std::string data;
    size_t synced = 0;
  };
  using FileP = std::shared_ptr<File>;
  class Writable;
  class Sequential;
  class RandomAccess;
  // Counts an operation; not OK when the machine is dead or dies now.
  leveldb::Status Operation();
  leveldb::Status Append(File* file, const leveldb::Slice& data);
  leveldb::Status Sync(const FileP& file, const std::string& name);

  std::map<std::string, FileP> files_;    // what programs see
  std::map<std::string, FileP> durable_;  // which names survive a crash
  std::deque<std::pair<void (*)(void*), void*>> queue_;
  Faults faults_;
  bool dead_ = false;
  uint64_t operations_ = 0, syncs_ = 0, appends_ = 0;
  uint64_t operations_base_ = 0, syncs_base_ = 0, appends_base_ = 0;  // when faults were set
  uint64_t now_ = 0;
};

}  // namespace suyuan::test
