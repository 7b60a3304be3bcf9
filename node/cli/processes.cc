#include "node/cli/processes.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace suyuan::cli {
namespace {

std::string ReadProc(int pid, const char* name) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// In the grandchild: only async-signal-safe calls until exec.
[[noreturn]] void BecomeDetached(int log, int null, char* const* arguments, int report) {
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments);
  int error = errno;
  if (write(report, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

// fork, setsid, fork: the process belongs to init, so nobody here has to reap it. The pipe brings
// back the pid, and the error number when exec fails (it closes on exec otherwise).
[[noreturn]] void BecomeSessionLeader(int log, int null, char* const* arguments, int report) {
  setsid();
  pid_t pid = fork();
  if (pid == 0) BecomeDetached(log, null, arguments, report);
  if (write(report, &pid, sizeof pid) < 0) _exit(1);
  _exit(0);
}

}  // namespace

Result<int> StartDetached(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<char*> raw;
  for (const std::string& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  int report[2];
  if (log_fd < 0 || null_fd < 0 || pipe2(report, O_CLOEXEC) != 0)
    return Error{ErrorCode::kIo, "cannot open " + log + ": " + std::strerror(errno)};
  pid_t child = fork();
  if (child == 0) BecomeSessionLeader(log_fd, null_fd, raw.data(), report[1]);
  close(report[1]);
  close(log_fd);
  close(null_fd);
  int numbers[2] = {0, 0};
  size_t got = 0;
  for (ssize_t n; got < sizeof numbers; got += static_cast<size_t>(n)) {
    n = read(report[0], reinterpret_cast<char*>(numbers) + got, sizeof numbers - got);
    if (n <= 0) break;
  }
  close(report[0]);
  waitpid(child, nullptr, 0);
  if (got != sizeof(int) || numbers[0] <= 0)
    return Error{ErrorCode::kIo, "cannot start " + arguments.front()};
  return numbers[0];
}

std::string OwnBinary() {
  char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  return n > 0 ? std::string(path, static_cast<size_t>(n)) : std::string("suyuan");
}

bool IsNodeProcess(int pid, const std::string& config) {
  if (pid <= 0) return false;
  std::string command = ReadProc(pid, "cmdline");
  std::string wanted =
      std::string("node") + '\0' + "run" + '\0' + "--config" + '\0' + config + '\0';
  return command.find(wanted) != std::string::npos;
}

Status StopProcess(int pid, const std::string& config, int seconds) {
  if (!IsNodeProcess(pid, config)) return {};
  if (kill(pid, SIGTERM) != 0 && errno != ESRCH)
    return Error{ErrorCode::kIo,
                 "cannot stop process " + std::to_string(pid) + ": " + std::strerror(errno)};
  for (int i = 0; i < seconds * 20; ++i) {
    if (!IsNodeProcess(pid, config)) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return Error{ErrorCode::kTimeout, "process " + std::to_string(pid) + " still runs after " +
                                        std::to_string(seconds) + " s"};
}

uint64_t CpuTicks(int pid) {
  // Fields 14 and 15 of /proc/PID/stat; the name in field 2 may hold spaces, so count behind it.
  std::string stat = ReadProc(pid, "stat");
  size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(stat.substr(name_end + 1));
  std::string word;
  for (int field = 3; field < 14; ++field) rest >> word;
  uint64_t user = 0, system = 0;
  rest >> user >> system;
  return user + system;
}

}  // namespace suyuan::cli
