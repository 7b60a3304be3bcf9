#include "ledger/mark_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <leveldb/env.h>
#include <unistd.h>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/database.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kMagic = "SYM1";
constexpr size_t kHashedBytes = 4 + 8 + 8 + 8 + 32;

Error FromErrno(const std::string& what) {
  ErrorCode code = errno == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kIo;
  return Error{code, what + ": " + std::strerror(errno)};
}

Error NoValidMark(const std::string& directory) {
  return Error{ErrorCode::kCorrupt, directory + " has no valid acknowledgement mark"};
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool WriteAt(int fd, ByteView bytes, size_t offset) {
  ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  return n == static_cast<ssize_t>(bytes.size());
}

void KeepLatest(ByteView bytes, std::optional<MarkSlot>* latest) {
  Result<MarkSlot> slot = DecodeMarkSlot(bytes);
  if (slot.ok() && (!*latest || slot->n >= (*latest)->n)) *latest = *slot;
}

std::string RingPath(const std::string& directory) { return directory + "/mark"; }

class RingMarkFile final : public MarkFile {
 public:
  RingMarkFile(Descriptor fd, const MarkSlot& latest) : fd_(std::move(fd)), latest_(latest) {}
  Status Write(const MarkSlot& slot) override {
    if (!WriteAt(fd_.get(), EncodeMarkSlot(slot), slot.n % kMarkSlots * kMarkSlotBytes) ||
        ::fdatasync(fd_.get()) != 0)
      return FromErrno("writing the acknowledgement mark");
    latest_ = slot;
    return {};
  }
  const MarkSlot& latest() const override { return latest_; }
  uint64_t disk_bytes() const override { return kMarkSlots * kMarkSlotBytes; }

 private:
  Descriptor fd_;
  MarkSlot latest_;
};

// Written beside its place and renamed, so that a half-written ring is never taken for a store.
Status CreateRing(const std::string& directory, const MarkSlot& first) {
  const std::string path = RingPath(directory), draft = path + ".new";
  Descriptor fd(::open(draft.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.valid()) return FromErrno("creating " + draft);
  Bytes ring(kMarkSlots * kMarkSlotBytes, '\0');
  ring.replace(first.n % kMarkSlots * kMarkSlotBytes, kMarkSlotBytes, EncodeMarkSlot(first));
  if (!WriteAt(fd.get(), ring, 0) || ::fsync(fd.get()) != 0) return FromErrno("writing " + draft);
  if (::rename(draft.c_str(), path.c_str()) != 0) return FromErrno("creating " + path);
  Descriptor dir(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir.valid() || ::fsync(dir.get()) != 0) return FromErrno("syncing " + directory);
  return {};
}

Result<std::unique_ptr<MarkFile>> OpenRing(const std::string& directory) {
  const std::string path = RingPath(directory);
  Descriptor fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid()) return FromErrno("opening " + path);
  std::optional<MarkSlot> latest;
  for (size_t i = 0; i < kMarkSlots; ++i) {
    Bytes bytes(kMarkSlotBytes, '\0');
    ssize_t n =
        ::pread(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(i * kMarkSlotBytes));
    if (n < 0) return FromErrno("reading " + path);
    KeepLatest(bytes, &latest);
  }
  if (!latest) return NoValidMark(directory);
  return std::unique_ptr<MarkFile>(std::make_unique<RingMarkFile>(std::move(fd), *latest));
}

std::string PairPath(const std::string& directory, uint64_t n) {
  return directory + "/mark-" + std::to_string(n % 2);
}

Status WriteSlotFile(leveldb::Env* env, const std::string& path, const MarkSlot& slot) {
  leveldb::WritableFile* raw = nullptr;
  leveldb::Status status = env->NewWritableFile(path, &raw);
  if (status.ok()) {
    std::unique_ptr<leveldb::WritableFile> file(raw);
    status = file->Append(EncodeMarkSlot(slot));
    if (status.ok()) status = file->Sync();
    if (status.ok()) status = file->Close();
  }
  if (!status.ok()) return FromLevelDb(status, "writing the acknowledgement mark");
  return {};
}

Status CreatePair(leveldb::Env* env, const std::string& directory, const MarkSlot& first) {
  const std::string draft = directory + "/mark.new";
  SUYUAN_RETURN_IF_ERROR(WriteSlotFile(env, draft, first));
  leveldb::Status status = env->RenameFile(draft, PairPath(directory, first.n));
  if (!status.ok()) return FromLevelDb(status, "creating the acknowledgement mark");
  return {};
}

class PairMarkFile final : public MarkFile {
 public:
  PairMarkFile(leveldb::Env* env, std::string directory, const MarkSlot& latest)
      : env_(env), directory_(std::move(directory)), latest_(latest) {}
  Status Write(const MarkSlot& slot) override {
    SUYUAN_RETURN_IF_ERROR(WriteSlotFile(env_, PairPath(directory_, slot.n), slot));
    latest_ = slot;
    return {};
  }
  const MarkSlot& latest() const override { return latest_; }
  uint64_t disk_bytes() const override { return 2 * kMarkSlotBytes; }

 private:
  leveldb::Env* env_;
  std::string directory_;
  MarkSlot latest_;
};

Result<std::unique_ptr<MarkFile>> OpenPair(leveldb::Env* env, const std::string& directory) {
  std::optional<MarkSlot> latest;
  for (uint64_t i = 0; i < 2; ++i) {
    std::string bytes;
    if (leveldb::ReadFileToString(env, PairPath(directory, i), &bytes).ok())
      KeepLatest(bytes, &latest);
  }
  if (!latest) return NoValidMark(directory);
  return std::unique_ptr<MarkFile>(std::make_unique<PairMarkFile>(env, directory, *latest));
}

}  // namespace

Bytes EncodeMarkSlot(const MarkSlot& slot) {
  Writer w;
  w.Raw(kMagic).U64(slot.n).U64(slot.entry.height.value()).U64(slot.entry.term.value());
  w.Raw(slot.entry.entry_hash);
  Hash check = Sha256(w.bytes());
  Bytes out = w.Raw(check).Take();
  out.resize(kMarkSlotBytes, '\0');
  return out;
}

Result<MarkSlot> DecodeMarkSlot(ByteView bytes512) {
  Error invalid{ErrorCode::kFormat, "not a mark"};
  if (bytes512.size() != kMarkSlotBytes) return invalid;
  Reader r(bytes512);
  MarkSlot slot;
  if (r.Raw(kMagic.size()) != kMagic) return invalid;
  slot.n = r.U64();
  slot.entry.height = Height(r.U64());
  slot.entry.term = Term(r.U64());
  slot.entry.entry_hash = r.Take<Hash>();
  if (r.Take<Hash>() != Sha256(bytes512.substr(0, kHashedBytes))) return invalid;
  if (r.rest().find_first_not_of('\0') != ByteView::npos) return invalid;
  return slot;
}

bool MarkFileExists(leveldb::Env* injected, const std::string& directory) {
  if (injected == nullptr) return ::access(RingPath(directory).c_str(), F_OK) == 0;
  return injected->FileExists(PairPath(directory, 0)) ||
         injected->FileExists(PairPath(directory, 1));
}

Status CreateMarkFile(leveldb::Env* injected, const std::string& directory, const MarkSlot& first) {
  return injected == nullptr ? CreateRing(directory, first)
                             : CreatePair(injected, directory, first);
}

Result<std::unique_ptr<MarkFile>> OpenMarkFile(leveldb::Env* injected,
                                               const std::string& directory) {
  return injected == nullptr ? OpenRing(directory) : OpenPair(injected, directory);
}

}  // namespace suyuan::ledger
