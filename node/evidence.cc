#include "node/evidence.h"

#include <filesystem>
#include <fstream>

#include "common/directories.h"
#include "common/hash.h"

namespace suyuan::node {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNameDigits = 32;

Error Failed(const std::string& path, const std::error_code& error) {
  return Error{ErrorCode::kIo, path + ": " + error.message()};
}

}  // namespace

void Evidence::Keep(Height height, ByteView entry) {
  // Named by its content: an entry hash covers neither body nor signature, and bytes that are no
  // entry have none.
  const std::string name = "refused-" + std::to_string(height.value()) + "-" +
                           ToHex(Sha256(entry)).substr(0, kNameDigits) + ".entry";
  std::lock_guard lock(mutex_);
  if (Status status = Write(name, entry); !status.ok())
    log_.Warn("evidence_not_kept", {{"file", name}, {"error", status.error()}});
}

Status Evidence::Write(const std::string& name, ByteView entry) {
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(directory_));
  if (!held_) {
    SUYUAN_ASSIGN_OR_RETURN(held_, Count());
  }
  const std::string path = directory_ + "/" + name;
  std::error_code error;
  if (fs::exists(path, error)) return {};
  if (error) return Failed(path, error);
  if (held_->files >= kFilesMax || held_->bytes + entry.size() > kBytesMax)
    return Error{ErrorCode::kSize, "as much evidence as this node keeps is there already"};
  std::ofstream file(path, std::ios::binary);
  file.write(entry.data(), static_cast<std::streamsize>(entry.size()));
  file.close();
  if (!file) {
    fs::remove(path, error);
    return Error{ErrorCode::kIo, path + ": cannot be written"};
  }
  ++held_->files;
  held_->bytes += entry.size();
  return {};
}

Result<Evidence::Held> Evidence::Count() const {
  Held out;
  std::error_code error;
  for (fs::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code no_file;  // one that has just gone, or no regular file
    const uint64_t bytes = at->file_size(no_file);
    if (no_file) continue;
    ++out.files;
    out.bytes += bytes;
  }
  if (error) return Failed(directory_, error);
  return out;
}

}  // namespace suyuan::node
