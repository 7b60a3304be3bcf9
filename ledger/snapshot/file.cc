#include "ledger/snapshot/file.h"

#include <algorithm>

#include "common/codec.h"
#include "ledger/checkpoint.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kReadBytes = 1 << 20;

Error Malformed(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

// Grows with what is really there, so that a false length costs no memory.
Result<Bytes> ReadExactly(std::istream& in, size_t bytes, const char* what) {
  Bytes out;
  while (out.size() < bytes) {
    const size_t before = out.size();
    out.resize(std::min(bytes, before + kReadBytes));
    in.read(out.data() + before, static_cast<std::streamsize>(out.size() - before));
    if (static_cast<size_t>(in.gcount()) != out.size() - before)
      return Malformed(std::string("the file ends inside ") + what);
  }
  return out;
}

Result<Bytes> ReadSized(std::istream& in, size_t bytes_max, const char* what) {
  SUYUAN_ASSIGN_OR_RETURN(Bytes length, ReadExactly(in, sizeof(uint32_t), what));
  const uint32_t bytes = Reader(length).U32();
  if (bytes > bytes_max) return Malformed(std::string(what) + " is larger than any can be");
  return ReadExactly(in, bytes, what);
}

}  // namespace

Status WriteSnapshotFile(const SnapshotWriter& writer, std::string_view note,
                         const ChunkCutter::Sink& sink) {
  SUYUAN_RETURN_IF_ERROR(
      sink(Writer().Sized(EncodeManifest(writer.manifest())).Sized(note).bytes()));
  return writer.WriteChunks(sink);
}

Result<SnapshotContents> ReadSnapshotFile(std::istream& in, const LedgerId& ledger,
                                          const ChunkReader::Visitor& visit) {
  SUYUAN_ASSIGN_OR_RETURN(Bytes manifest, ReadSized(in, kSnapshotManifestBytesMax, "the manifest"));
  SnapshotContents out;
  SUYUAN_ASSIGN_OR_RETURN(out.manifest, DecodeManifest(manifest, ledger));
  SUYUAN_ASSIGN_OR_RETURN(out.note, ReadSized(in, kNoteBytesMax, "the checkpoint"));
  out.id = SnapshotIdOf(manifest);
  out.log_root = FrontierOf(out.manifest).Root();
  out.bytes = 2 * sizeof(uint32_t) + manifest.size() + out.note.size();
  SnapshotReader reader(out.manifest);
  for (const SnapshotChunk& chunk : out.manifest.chunks) {
    SUYUAN_ASSIGN_OR_RETURN(Bytes bytes, ReadExactly(in, chunk.bytes, "a chunk"));
    SUYUAN_RETURN_IF_ERROR(reader.Take(bytes, visit));
    out.bytes += bytes.size();
  }
  if (in.peek() != std::istream::traits_type::eof())
    return Malformed("something follows the last chunk");
  SUYUAN_RETURN_IF_ERROR(reader.Finish());
  out.counts = reader.counts();
  return out;
}

Result<std::vector<std::string>> SignersOf(const SnapshotContents& contents,
                                           const std::string& origin,
                                           const Configuration& configuration) {
  std::vector<std::string> out;
  if (contents.note.empty()) return out;
  for (const Member& member : configuration.members) {
    auto checkpoint = OpenCheckpoint(contents.note, {{origin, member.log_key}});
    if (!checkpoint.ok() && checkpoint.error().code == ErrorCode::kProof) continue;  // not signed
    if (!checkpoint.ok()) return std::move(checkpoint).error();
    if (checkpoint->size != contents.manifest.log_size() || checkpoint->root != contents.log_root)
      return Error{ErrorCode::kProof, "the checkpoint is of another log than the snapshot"};
    out.push_back(ToString(member.party) + "/" + member.node);
  }
  return out;
}

}  // namespace suyuan::ledger
