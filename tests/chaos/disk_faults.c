/* A disk that misbehaves on demand and remembers what was made durable. LD_PRELOAD this with
 *   SUYUAN_CHAOS_DISK     a file of 8 little-endian int32 that the test changes at any time:
 *                         0 errno of fsync and fdatasync (0: they work)  1 errno of write
 *                         2 errno of pwrite  3 ms that each sync takes longer  4 ms of each write
 *   SUYUAN_CHAOS_JOURNAL  a file to which is appended, for tests/chaos/power.py:
 *                         "S inode size": the first `size` bytes of this file are durable, and all
 *                         that was overwritten in it; "P inode offset hex": what stood at `offset`
 *                         before a pwrite that is not durable.
 * Regular files alone, and not the log on stderr. kill -9 loses nothing that was written: with the
 * journal a test can take away afterwards what a loss of power might have taken.
 *
 * A sync that fails leaves the pages in doubt, as Linux does: nothing is journalled for it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { kSyncErrno, kWriteErrno, kPwriteErrno, kSyncMs, kWriteMs, kWords = 8 };
enum { kOldBytesMax = 1 << 16 };

static const volatile int32_t kWell[kWords];
static const volatile int32_t* orders = kWell;
static int journal = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

static void Open(void) {
  real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  real_pwrite = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char* path = getenv("SUYUAN_CHAOS_DISK");
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    void* map = mmap(NULL, kWords * sizeof(int32_t), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) orders = (const volatile int32_t*)map;
    close(fd);
  }
  path = getenv("SUYUAN_CHAOS_JOURNAL");
  if (path) journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int IsRegular(int fd, struct stat* status) {
  pthread_once(&once, Open);
  return fd > 2 && fstat(fd, status) == 0 && S_ISREG(status->st_mode);
}

static void Delay(int32_t ms) {
  if (ms <= 0) return;
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

static void Journal(const char* text, size_t size) {
  /* Nobody can be told that the journal itself failed; the test sees the full disk. */
  if (journal >= 0 && real_write(journal, text, size) != (ssize_t)size) abort();
}

ssize_t write(int fd, const void* data, size_t size) {
  struct stat status;
  if (!IsRegular(fd, &status)) return real_write(fd, data, size);
  Delay(orders[kWriteMs]);
  if (orders[kWriteErrno]) {
    errno = orders[kWriteErrno];
    return -1;
  }
  return real_write(fd, data, size);
}

static void KeepOld(int fd, const struct stat* status, size_t size, off64_t at) {
  static const char kDigits[] = "0123456789abcdef";
  if (journal < 0 || size > kOldBytesMax) return;
  unsigned char* old = malloc(size);
  char* line = malloc(2 * size + 64);
  ssize_t n = old && line ? pread64(fd, old, size, at) : -1;
  if (n > 0) {
    int used = snprintf(line, 64, "P %llu %lld ", (unsigned long long)status->st_ino,
                        (long long)at);
    for (ssize_t i = 0; i < n; ++i) {
      line[used++] = kDigits[old[i] >> 4];
      line[used++] = kDigits[old[i] & 15];
    }
    line[used++] = '\n';
    Journal(line, (size_t)used);
  }
  free(old);
  free(line);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  struct stat status;
  if (!IsRegular(fd, &status)) return real_pwrite(fd, data, size, at);
  Delay(orders[kWriteMs]);
  if (orders[kPwriteErrno]) {
    errno = orders[kPwriteErrno];
    return -1;
  }
  KeepOld(fd, &status, size, at);
  return real_pwrite(fd, data, size, at);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return pwrite64(fd, data, size, at);
}

static int Sync(int fd, int data_only) {
  struct stat status;
  /* Its size before the sync: what is written meanwhile may not be durable. */
  int regular = IsRegular(fd, &status);
  if (regular) Delay(orders[kSyncMs]);
  if (regular && orders[kSyncErrno]) {
    errno = orders[kSyncErrno];
    return -1;
  }
  int result = data_only ? real_fdatasync(fd) : real_fsync(fd);
  if (regular && result == 0) {
    char line[64];
    int n = snprintf(line, sizeof line, "S %llu %lld\n", (unsigned long long)status.st_ino,
                     (long long)status.st_size);
    Journal(line, (size_t)n);
  }
  return result;
}

int fsync(int fd) { return Sync(fd, 0); }
int fdatasync(int fd) { return Sync(fd, 1); }
