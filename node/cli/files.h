// Small file helpers of the command line.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace suyuan::cli {

// A whole file, or standard input for "-"; at most `bytes_max` (E_IO, E_SIZE).
Result<std::string> ReadWhole(const std::string& path, size_t bytes_max);
// Writes beside `path` and renames, so that readers see the old file or the whole new one.
// E_IO, E_DISK_FULL.
Status WriteWhole(const std::string& path, std::string_view text, unsigned mode = 0644);
Status MakeDirectories(const std::string& path);

}  // namespace suyuan::cli
