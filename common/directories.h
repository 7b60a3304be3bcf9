// Directories for what is nobody else's business.
#pragma once

#include <string>

#include "common/result.h"

namespace suyuan {

// Makes `path` and what is missing above it, open to this user alone (mode 0700): ledgers hold what
// members sealed for each other, logs name who did what. A directory that exists stays as it is.
// E_IO. Safe from any thread.
Status MakePrivateDirectories(const std::string& path);

}  // namespace suyuan
