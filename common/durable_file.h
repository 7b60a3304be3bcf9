// A large file that is either there, whole and durable, or not there.
#pragma once

#include <string>

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan {

// Written piece by piece beside its place and renamed when all of it is on the disk (reliability
// row 23: the directory is synchronised as well). Removes its draft unless it was committed. Not
// thread-safe; one at a time for a path.
class DurableFile {
 public:
  // E_IO, E_DISK_FULL. `mode` as for open(2).
  static Result<DurableFile> Create(const std::string& path, unsigned mode = 0600);
  DurableFile(DurableFile&& other) noexcept;
  DurableFile& operator=(DurableFile&&) = delete;
  ~DurableFile();
  // E_IO, E_DISK_FULL; then the file cannot be committed any more.
  Status Append(ByteView bytes);
  // Replaces whatever stands at `path`. Once, last.
  Status Commit();

 private:
  DurableFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string DraftPath() const { return path_ + ".new"; }

  const std::string path_;
  int fd_;
  bool failed_ = false, committed_ = false;
};

// Makes names in a directory durable: after a rename into it, or a file made in it. E_IO.
Status SyncDirectory(const std::string& path);

}  // namespace suyuan
