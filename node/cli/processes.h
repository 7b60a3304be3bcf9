// Node processes of a devnet: started detached, recognised by their command line, stopped with
// patience.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace suyuan::cli {

// Starts `arguments` (program first) in a session of its own, without a terminal, output appended
// to `log`. Returns its pid; E_IO.
Result<int> StartDetached(const std::vector<std::string>& arguments, const std::string& log);
// Path of the running binary.
std::string OwnBinary();

// True when `pid` runs `… node run --config <config> …`: a pid from a file may long belong to
// somebody else.
bool IsNodeProcess(int pid, const std::string& config);

// SIGTERM, then waits up to `seconds` for the end. E_TIMEOUT when it goes on.
Status StopProcess(int pid, const std::string& config, int seconds);

// User and system time of a process in clock ticks since its start; 0 when it is gone.
uint64_t CpuTicks(int pid);

}  // namespace suyuan::cli
