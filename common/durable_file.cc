#include "common/durable_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace suyuan {
namespace {

Error FromErrno(const std::string& what) {
  const ErrorCode code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kIo;
  return Error{code, what + ": " + std::generic_category().message(errno)};
}

}  // namespace

Result<DurableFile> DurableFile::Create(const std::string& path, unsigned mode) {
  DurableFile file(path, -1);
  file.fd_ = ::open(file.DraftPath().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file.fd_ < 0) return FromErrno("cannot create " + file.DraftPath());
  return file;
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(other.path_),
      fd_(std::exchange(other.fd_, -1)),
      failed_(other.failed_),
      committed_(other.committed_) {}

DurableFile::~DurableFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!committed_) ::unlink(DraftPath().c_str());
}

Status DurableFile::Append(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    failed_ = failed_ || n < 0;
    if (n < 0) return FromErrno("cannot write " + DraftPath());
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Status DurableFile::Commit() {
  if (failed_) return Error{ErrorCode::kIo, DraftPath() + " was not written wholly"};
  if (::fsync(fd_) != 0) return FromErrno("cannot sync " + DraftPath());
  if (::rename(DraftPath().c_str(), path_.c_str()) != 0)
    return FromErrno("cannot replace " + path_);
  committed_ = true;
  const std::string directory = std::filesystem::path(path_).parent_path().string();
  return SyncDirectory(directory.empty() ? "." : directory);
}

Status SyncDirectory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FromErrno("cannot open " + path);
  const bool synced = ::fsync(fd) == 0;
  Error failure = synced ? Error{} : FromErrno("cannot sync " + path);
  ::close(fd);
  if (!synced) return failure;
  return {};
}

}  // namespace suyuan
