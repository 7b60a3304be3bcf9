// Adds blocks to an archive (docs/formats.md §11). A file is there wholly and durably or not at
// all, and none is ever changed; so whatever happens, an archive is a prefix of the ledger.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/archive/archive_files.h"

namespace suyuan::ledger::archive {

// Not thread-safe; one writer at a time for a directory.
class ArchiveWriter {
 public:
  // Makes the directory when it is missing, for this user alone. E_IO, E_CORRUPT.
  static Result<std::unique_ptr<ArchiveWriter>> Open(const std::string& directory,
                                                     const LedgerId& ledger);
  // The height of the block that is added next; 0 in an empty archive.
  uint64_t next() const { return next_; }
  // The last block that is archived; nullopt in an empty archive.
  const std::optional<verify::StoredBlock>& last() const { return last_; }
  // The block of height next(). E_CONFLICT when it does not follow the last one: then it is of
  // another ledger, or one of the two is damaged. Nothing else about it is checked here.
  Status Add(const verify::StoredBlock& block);
  // What was added is durable, and `note` the newest checkpoint beside it, when there is one. To be
  // called last; without it the blocks since the last full file are not kept.
  Status Finish(const std::optional<std::string>& note);
  uint64_t bytes_written() const { return bytes_written_; }

 private:
  ArchiveWriter(std::string directory, const LedgerId& ledger)
      : directory_(std::move(directory)), ledger_(ledger) {}
  Status CheckFollows(const verify::StoredBlock& block) const;
  Status CloseFile();

  const std::string directory_;
  const LedgerId ledger_;
  uint64_t next_ = 0;
  std::optional<verify::StoredBlock> last_;
  Bytes pending_;  // bundles of [file_first_, next_)
  uint64_t file_first_ = 0;
  uint64_t bytes_written_ = 0;
};

}  // namespace suyuan::ledger::archive
