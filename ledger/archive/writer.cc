#include "ledger/archive/writer.h"

#include "common/codec.h"
#include "common/directories.h"
#include "common/durable_file.h"
#include "ledger/block.h"

namespace suyuan::ledger::archive {
namespace {

using verify::StoredBlock;

// A bundle of §9.
Bytes EncodeBundle(const StoredBlock& block) {
  Writer w;
  w.Raw("SYV1").Sized(block.entry).U32(static_cast<uint32_t>(block.sealed_items.size()));
  for (const Bytes& item : block.sealed_items) w.Sized(item);
  w.U32(static_cast<uint32_t>(block.leaves.size()));
  for (const Bytes& leaf : block.leaves) w.Raw(leaf);
  w.U32(static_cast<uint32_t>(block.outcomes.size()));
  for (const Bytes& outcome : block.outcomes) w.Sized(outcome);
  w.U64(block.leaf_count).U64(block.configuration_leaf).U64(block.time_ms);
  w.Raw(block.log_root).Raw(block.state_root).Raw(block.entry_hash);
  return w.Raw(block.header_leaf_hash).Raw(block.configuration_hash).Take();
}

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::Open(const std::string& directory,
                                                           const LedgerId& ledger) {
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(directory));
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Span> files, ListFiles(directory));
  std::unique_ptr<ArchiveWriter> out(new ArchiveWriter(directory, ledger));
  if (files.empty()) return out;
  SUYUAN_ASSIGN_OR_RETURN(std::vector<StoredBlock> blocks, ReadFile(directory, files.back()));
  out->last_ = std::move(blocks.back());
  out->next_ = out->file_first_ = files.back().last + 1;
  return out;
}

Status ArchiveWriter::CheckFollows(const StoredBlock& block) const {
  const Error conflict{ErrorCode::kConflict, "block " + std::to_string(next_) +
                                                 " does not follow what is in " + directory_};
  if (next_ == 0) {
    if (block.entry.empty() && block.entry_hash.view() == ledger_.view()) return {};
    return Error{ErrorCode::kGenesis, "the blocks are of another ledger than the genesis file"};
  }
  Hash hash;
  SUYUAN_ASSIGN_OR_RETURN(BlockHeader header, PeekHeader(block.entry, &hash));
  if (header.height != Height(next_) || header.prev_entry_hash != last_->entry_hash ||
      hash != block.entry_hash)
    return conflict;
  return {};
}

Status ArchiveWriter::Add(const StoredBlock& block) {
  SUYUAN_RETURN_IF_ERROR(CheckFollows(block));
  pending_ += Writer().Sized(EncodeBundle(block)).bytes();
  last_ = block;
  ++next_;
  return pending_.size() < kFileBytes ? Status() : CloseFile();
}

Status ArchiveWriter::CloseFile() {
  if (pending_.empty()) return {};
  const std::string path = directory_ + "/" + NameOf({file_first_, next_ - 1});
  SUYUAN_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(path));
  SUYUAN_RETURN_IF_ERROR(file.Append(pending_));
  SUYUAN_RETURN_IF_ERROR(file.Commit());
  bytes_written_ += pending_.size();
  pending_.clear();
  file_first_ = next_;
  return {};
}

Status ArchiveWriter::Finish(const std::optional<std::string>& note) {
  SUYUAN_RETURN_IF_ERROR(CloseFile());
  if (!note) return {};
  SUYUAN_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(CheckpointPath(directory_)));
  SUYUAN_RETURN_IF_ERROR(file.Append(*note));
  return file.Commit();
}

}  // namespace suyuan::ledger::archive
