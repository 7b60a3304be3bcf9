/* A disk that is full whenever a certain file exists, for places where no small file system can be
 * mounted: LD_PRELOAD this, with SUYUAN_FULL_DISK naming that file. Writes to regular files fail
 * with ENOSPC; sockets, pipes and the log on stderr do not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int full(int fd) {
  struct stat status;
  const char* flag = getenv("SUYUAN_FULL_DISK");
  return fd > 2 && flag && access(flag, F_OK) == 0 && fstat(fd, &status) == 0 &&
         S_ISREG(status.st_mode);
}

ssize_t write(int fd, const void* data, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (!full(fd)) return real(fd, data, size);
  errno = ENOSPC;
  return -1;
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (!full(fd)) return real(fd, data, size, at);
  errno = ENOSPC;
  return -1;
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return pwrite64(fd, data, size, at);
}
