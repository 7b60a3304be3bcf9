#include "ledger/snapshot/manifest.h"

#include <bit>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/snapshot/chunks.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kMagic = "SYS1";
constexpr uint64_t kLeavesMax = uint64_t{1} << 62;  // of a log; far from an overflow

Error Malformed(const char* why) { return Error{ErrorCode::kFormat, why}; }

// Hashes on the path of the last leaf of a log: inside the smallest complete subtree, which that
// leaf closes, and one for each larger one.
size_t PathLength(uint64_t log_size) {
  return static_cast<size_t>(std::countr_zero(log_size) + std::popcount(log_size) - 1);
}

Hash ConfigurationHashOf(const SnapshotManifest& m) {
  Bytes leaf = Writer().U64(m.configuration_leaf).Take();
  return TaggedHash("conf", {FixedRaw(Sha256(m.configuration).view()),
                             Fixed(m.previous_configuration), FixedRaw(leaf)});
}

Status CheckManifest(const SnapshotManifest& m) {
  if (m.header.height == Height(0)) return Malformed("a snapshot is of a block above genesis");
  if (m.first_leaf > kLeavesMax) return Malformed("a leaf index beyond all logs");
  if (m.configuration_leaf + 1 >= m.log_size())
    return Malformed("the configuration leaf stands behind the block");
  // The founding configuration is leaf 0 and no other (formats §5).
  if ((m.configuration_leaf == 0) != m.previous_configuration.is_zero())
    return Malformed("a configuration but the founding one follows another");
  SUYUAN_ASSIGN_OR_RETURN([[maybe_unused]] Configuration decoded,
                          DecodeConfiguration(m.configuration));
  return {};
}

Status ReadChunkTable(Reader& r, SnapshotManifest& m) {
  const uint32_t count = r.U32();
  if (count > kSnapshotChunksMax) return Malformed("a snapshot has too many chunks");
  // Entries are read one by one: a false count costs no memory.
  for (uint32_t i = 0; i < count && !r.failed(); ++i) {
    SnapshotChunk chunk;
    chunk.bytes = r.U32();
    chunk.hash = r.Take<Hash>();
    if (!r.failed() && (chunk.bytes == 0 || chunk.bytes > kSnapshotChunkBytesMax))
      return Malformed("a chunk of a size that none has");
    m.chunks.push_back(chunk);
  }
  return {};
}

}  // namespace

Bytes EncodeManifest(const SnapshotManifest& m) {
  Writer w;
  w.Raw(kMagic).Raw(m.ledger).Raw(EncodeHeader(m.header)).Raw(m.previous_header_leaf);
  w.U64(m.first_leaf).U32(m.leaves).Raw(m.state_root);
  w.U64(m.configuration_leaf).Raw(m.previous_configuration).Sized(m.configuration);
  for (const Hash& hash : m.path) w.Raw(hash);
  w.U32(static_cast<uint32_t>(m.chunks.size()));
  for (const SnapshotChunk& chunk : m.chunks) w.U32(chunk.bytes).Raw(chunk.hash);
  return w.Take();
}

Result<SnapshotManifest> DecodeManifest(ByteView bytes, const LedgerId& ledger) {
  Reader r(bytes);
  SnapshotManifest m;
  if (r.Raw(kMagic.size()) != kMagic) return Malformed("a snapshot starts with SYS1");
  m.ledger = r.Take<LedgerId>();
  if (!r.failed() && m.ledger != ledger)
    return Error{ErrorCode::kGenesis, "the snapshot is of ledger " + ToHex(m.ledger)};
  const ByteView header = r.Raw(kBlockHeaderBytes);
  if (r.failed()) return Malformed("a manifest is cut");
  SUYUAN_ASSIGN_OR_RETURN(m.header, DecodeHeader(header));
  m.previous_header_leaf = r.Take<Hash>();
  m.first_leaf = r.U64();
  m.leaves = r.U32();
  m.state_root = r.Take<Hash>();
  m.configuration_leaf = r.U64();
  m.previous_configuration = r.Take<Hash>();
  m.configuration = r.Sized();
  if (r.failed()) return Malformed("a manifest is cut");
  SUYUAN_RETURN_IF_ERROR(CheckManifest(m));
  m.path.resize(PathLength(m.log_size()));
  for (Hash& hash : m.path) hash = r.Take<Hash>();
  SUYUAN_RETURN_IF_ERROR(ReadChunkTable(r, m));
  SUYUAN_RETURN_IF_ERROR(r.Finish("a manifest"));
  return m;
}

Hash SnapshotIdOf(ByteView manifest_bytes) {
  return TaggedHash("snapshot", {Sized(manifest_bytes)});
}

Bytes HeaderLeafOf(const SnapshotManifest& m) {
  Writer content;
  content.Raw(EntryHashOf(EncodeHeader(m.header))).Raw(m.previous_header_leaf);
  content.U64(m.first_leaf).U32(m.leaves).Raw(m.state_root).Raw(ConfigurationHashOf(m));
  content.U64(m.header.time_ms).U64(m.header.term.value()).Raw(m.header.proposer);
  return EncodeLogLeaf(
      {LeafKind::kHeader, m.header.height, m.leaves, Sha256(content.bytes()), Hash{}});
}

LogHead HeadOf(const SnapshotManifest& m) {
  LogHead head;
  head.height = m.header.height;
  head.leaf_count = m.log_size();
  head.entry_hash = EntryHashOf(EncodeHeader(m.header));
  head.header_leaf_hash = MerkleLeafHash(HeaderLeafOf(m));
  head.configuration_hash = ConfigurationHashOf(m);
  head.configuration_leaf = m.configuration_leaf;
  head.time_ms = m.header.time_ms;
  head.state_root = m.state_root;
  return head;
}

// The path of a last leaf has left siblings only: first those inside the smallest complete subtree,
// then the larger complete subtrees themselves, the smallest first.
Frontier FrontierOf(const SnapshotManifest& m) {
  const auto closed = static_cast<std::ptrdiff_t>(std::countr_zero(m.log_size()));
  Hash smallest = MerkleLeafHash(HeaderLeafOf(m));
  for (std::ptrdiff_t i = 0; i < closed; ++i)
    smallest = MerkleNodeHash(m.path[static_cast<size_t>(i)], smallest);
  std::vector<Hash> subtrees(m.path.rbegin(), m.path.rend() - closed);
  subtrees.push_back(smallest);
  return {m.log_size(), std::move(subtrees)};
}

}  // namespace suyuan::ledger
