#include "node/cli/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace suyuan::cli {
namespace {

Error IoError(const std::string& path, const char* what) {
  ErrorCode code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kIo;
  return Error{code, std::string("cannot ") + what + " " + path + ": " + std::strerror(errno)};
}

Status WriteAll(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return IoError(path, "write");
    text.remove_prefix(static_cast<size_t>(n));
  }
  if (fsync(fd) != 0) return IoError(path, "sync");
  return {};
}

}  // namespace

Result<std::string> ReadWhole(const std::string& path, size_t bytes_max) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file.is_open()) return IoError(path, "read");
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  char buffer[65536];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > bytes_max)
      return Error{ErrorCode::kSize,
                   path + " is larger than " + std::to_string(bytes_max >> 20) + " MiB"};
  }
  if (in.bad()) return IoError(path, "read");
  return text;
}

Status WriteWhole(const std::string& path, std::string_view text, unsigned mode) {
  std::string temporary = path + ".new";
  int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return IoError(temporary, "create");
  Status written = WriteAll(fd, text, temporary);
  close(fd);
  if (written.ok() && rename(temporary.c_str(), path.c_str()) != 0)
    written = IoError(path, "replace");
  if (!written.ok()) unlink(temporary.c_str());
  return written;
}

Status MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{ErrorCode::kIo, "cannot create " + path + ": " + error.message()};
  return {};
}

}  // namespace suyuan::cli
