/* A disk that is full whenever a certain file exists: LD_PRELOAD this, with SUYUAN_FULL_DISK naming
 * that file. Writes to regular files fail with ENOSPC; sockets, pipes and the log on stderr do not.
 * While the file that SUYUAN_LOW_DISK names exists, statvfs tells of a nearly full disk, and writes
 * succeed: for places where no small file system can be mounted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

static int low(void) {
  const char* flag = getenv("SUYUAN_LOW_DISK");
  return flag && access(flag, F_OK) == 0;
}

int statvfs64(const char* path, struct statvfs64* out) {
  static int (*real)(const char*, struct statvfs64*);
  if (!real) real = (int (*)(const char*, struct statvfs64*))dlsym(RTLD_NEXT, "statvfs64");
  int status = real(path, out);
  if (status == 0 && low()) out->f_bavail = 1;
  return status;
}

int statvfs(const char* path, struct statvfs* out) {
  return statvfs64(path, (struct statvfs64*)out); /* one layout where this is built: 64 bits */
}
