// Key files on disk: their mode, their durability, and opening one kind.
#include "genesis/key_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace suyuan::genesis {
namespace {

constexpr size_t kFileBytesMax = 64 * 1024;

Error IoError(const std::string& path, const char* what) {
  ErrorCode code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kIo;
  return Error{code, std::string("cannot ") + what + " " + path + ": " + std::strerror(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// A whole small file; with `private_only`, only when nobody but its owner may read or write it.
// The mode is asked of the open file, so that it cannot be swapped in between.
Result<std::string> ReadSmallFile(const std::string& path, bool private_only) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) return IoError(path, "open");
  if (!S_ISREG(info.st_mode)) return Error{ErrorCode::kIo, path + " is not a regular file"};
  if (private_only && (info.st_mode & 077) != 0)
    return Error{ErrorCode::kPassphrase,
                 path + " may be read by others than its owner; run: chmod 600 " + path};
  if (static_cast<size_t>(info.st_size) > kFileBytesMax)
    return Error{ErrorCode::kFormat, path + " is too large for a key or passphrase file"};
  std::string text(static_cast<size_t>(info.st_size), '\0');
  for (size_t done = 0; done < text.size();) {
    ssize_t n = read(file.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return IoError(path, "read");
    done += static_cast<size_t>(n);
  }
  return text;
}

Status SyncDirectoryOf(const std::string& path) {
  size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Descriptor fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return IoError(directory, "sync");
  return {};
}

Error InFile(const std::string& path, const Error& error) {
  return Error{error.code, path + ": " + error.detail};
}

template <typename Keys>
Result<Keys> OpenKind(const std::string& path, const Passphrase& passphrase,
                      std::string_view wanted) {
  SUYUAN_ASSIGN_OR_RETURN(PublicKeys shown, ReadPublicKeys(path));
  if (shown.kind != wanted)
    return Error{ErrorCode::kConfig, path + " holds " + shown.kind + " keys; " +
                                         std::string(wanted) + " keys are needed here"};
  SUYUAN_ASSIGN_OR_RETURN(KeyMaterial material, OpenKeyFile(path, passphrase));
  return std::get<Keys>(std::move(material));
}

}  // namespace

Result<Passphrase> ReadPassphraseFile(const std::string& path) {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadSmallFile(path, true));
  Passphrase whole(std::move(text));
  std::string line(whole.view().substr(0, whole.view().find_first_of("\r\n")));
  if (line.empty())
    return Error{ErrorCode::kPassphrase, path + " has no passphrase on its first line"};
  return Passphrase(std::move(line));
}

Status WriteKeyFile(const std::string& path, const KeyMaterial& keys, const Passphrase& passphrase,
                    KeyCost cost) {
  if (passphrase.view().empty())
    return Error{ErrorCode::kPassphrase, "an empty passphrase protects nothing"};
  std::string text = SealKeyFile(keys, passphrase, cost);
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return IoError(path, "create");
  // The mode of open() passes through the umask, which could only take rights away; say it anyway.
  if (fchmod(file.get(), 0600) != 0) return IoError(path, "protect");
  for (size_t done = 0; done < text.size();) {
    ssize_t n = write(file.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return IoError(path, "write");
    done += static_cast<size_t>(n);
  }
  if (fsync(file.get()) != 0) return IoError(path, "sync");
  return SyncDirectoryOf(path);
}

Result<KeyMaterial> OpenKeyFile(const std::string& path, const Passphrase& passphrase) {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadSmallFile(path, true));
  auto keys = OpenKeyText(text, passphrase);
  if (!keys.ok()) return InFile(path, keys.error());
  return keys;
}

Result<PublicKeys> ReadPublicKeys(const std::string& path) {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadSmallFile(path, true));
  auto keys = ReadPublicText(text);
  if (!keys.ok()) return InFile(path, keys.error());
  return keys;
}

Result<PartyKeys> OpenPartyKeys(const std::string& path, const Passphrase& passphrase) {
  return OpenKind<PartyKeys>(path, passphrase, "party");
}

Result<NodeKeys> OpenNodeKeys(const std::string& path, const Passphrase& passphrase) {
  return OpenKind<NodeKeys>(path, passphrase, "node");
}

}  // namespace suyuan::genesis
