// The files of a block archive (docs/formats.md §11). Internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "ledger/verify/source.h"

namespace suyuan::ledger::archive {

// A file is closed by the block with which it has reached this size.
inline constexpr size_t kFileBytes = 16 << 20;
// What a reader takes for one file: beyond kFileBytes by at most one block.
inline constexpr size_t kFileBytesMax = 64 << 20;

// Blocks `first` to `last`, both included, in one file.
struct Span {
  uint64_t first = 0, last = 0;
};
// "blocks-<first>-<last>", 20 digits each.
std::string NameOf(const Span& span);
// The archive's files in the order of their blocks; other files are not looked at. E_CORRUPT when
// they do not follow one another from block 0 on, E_REF when `directory` is none.
Result<std::vector<Span>> ListFiles(const std::string& directory);
// The blocks of one file. E_CORRUPT when it does not hold just these.
Result<std::vector<verify::StoredBlock>> ReadFile(const std::string& directory, const Span& span);

std::string CheckpointPath(const std::string& directory);

}  // namespace suyuan::ledger::archive
