#include "ledger/archive/reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/archive/archive_files.h"

namespace suyuan::ledger::archive {
namespace {

using verify::StoredBlock;

// Keeps the file that was read last.
class Archive final : public verify::LedgerSource {
 public:
  Archive(std::string directory, std::vector<Span> files)
      : directory_(std::move(directory)), files_(std::move(files)) {}

  Result<uint64_t> AppliedHeight() override { return files_.back().last; }
  Result<StoredBlock> Block(uint64_t height) override {
    if (blocks_.empty() || height < loaded_.first || height > loaded_.last) {
      const auto file = std::find_if(files_.begin(), files_.end(),
                                     [height](const Span& span) { return height <= span.last; });
      if (file == files_.end())
        return Error{ErrorCode::kNotFound, "block " + std::to_string(height) + " is not archived"};
      SUYUAN_ASSIGN_OR_RETURN(blocks_, ReadFile(directory_, *file));
      loaded_ = *file;
    }
    return blocks_[height - loaded_.first];
  }
  Status CheckNode(unsigned, uint64_t, const Hash&) override { return {}; }
  Status CheckRest(const Derived&, uint64_t*) override { return {}; }
  Result<bool> ScanState(const StateVisitor&) override { return false; }
  Result<std::optional<std::string>> CheckpointNote() override {
    std::ifstream in(CheckpointPath(directory_), std::ios::binary);
    std::error_code error;
    if (!in.is_open() && !std::filesystem::exists(CheckpointPath(directory_), error))
      return std::optional<std::string>();
    std::string note((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad())
      return Error{ErrorCode::kIo, "cannot read " + CheckpointPath(directory_)};
    return std::optional(std::move(note));
  }

 private:
  const std::string directory_;
  const std::vector<Span> files_;
  Span loaded_;
  std::vector<StoredBlock> blocks_;
};

}  // namespace

Result<std::unique_ptr<verify::LedgerSource>> OpenArchive(const std::string& directory) {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Span> files, ListFiles(directory));
  if (files.empty()) return Error{ErrorCode::kRef, directory + " holds no backup"};
  return std::unique_ptr<verify::LedgerSource>(
      std::make_unique<Archive>(directory, std::move(files)));
}

}  // namespace suyuan::ledger::archive
