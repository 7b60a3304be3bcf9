#include "common/directories.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>

namespace suyuan {

Status MakePrivateDirectories(const std::string& path) {
  std::filesystem::path made;
  for (const std::filesystem::path& part : std::filesystem::path(path)) {
    made /= part;
    std::error_code error;
    if (std::filesystem::is_directory(made, error)) continue;
    if (::mkdir(made.c_str(), S_IRWXU) == 0 || errno == EEXIST) continue;
    return Error{ErrorCode::kIo,
                 "cannot create " + made.string() + ": " + std::generic_category().message(errno)};
  }
  std::error_code error;
  if (!std::filesystem::is_directory(path, error))
    return Error{ErrorCode::kIo, path + " is not a directory"};
  return {};
}

}  // namespace suyuan
