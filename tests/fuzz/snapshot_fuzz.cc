// Snapshot files (docs/formats.md §10): whatever is accepted is the only encoding of what it says,
// and pairs from an adversary who mends all hashes end in a verdict.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <vector>

#include "common/check.h"
#include "common/codec.h"
#include "common/hash.h"
#include "ledger/snapshot/file.h"

namespace suyuan::ledger {
namespace {

// The ledger that the manifest names, so that the check of it is passed.
LedgerId NamedLedger(ByteView manifest) {
  return manifest.size() < 36 ? LedgerId{} : *LedgerId::From(manifest.substr(4, 32));
}

void Manifest(ByteView bytes) {
  auto decoded = DecodeManifest(bytes, NamedLedger(bytes));
  if (!decoded.ok()) return;
  SUYUAN_CHECK(EncodeManifest(*decoded) == bytes, "a second encoding of a manifest");
  const Frontier edge = FrontierOf(*decoded);
  SUYUAN_CHECK(VerifyInclusion(HeadOf(*decoded).header_leaf_hash, decoded->log_size() - 1,
                               decoded->log_size(), decoded->path, edge.Root())
                   .ok(),
               "the path does not lead to the root of the frontier");
}

void File(ByteView bytes) {
  std::istringstream in{Bytes(bytes)};
  const ByteView manifest = bytes.substr(std::min<size_t>(4, bytes.size()));
  auto contents = ReadSnapshotFile(in, NamedLedger(manifest));
  SUYUAN_CHECK(!contents.ok() || contents->bytes == bytes.size(), "bytes beside the snapshot");
}

// Chunks: u8 selects, each s32; cut again they are the same.
void Chunks(Reader& reader) {
  SnapshotManifest manifest;
  manifest.header.height = Height(reader.U8());
  manifest.header.time_ms = reader.U64();
  manifest.first_leaf = reader.U64() >> 2;
  std::vector<ByteView> chunks;
  while (!reader.empty() && !reader.failed()) {
    const ByteView chunk = reader.Sized();
    if (chunk.empty()) break;
    chunks.push_back(chunk);
    manifest.chunks.push_back({static_cast<uint32_t>(chunk.size()), Sha256(chunk)});
  }
  std::vector<Bytes> again;
  ChunkCutter cutter([&](ByteView chunk) -> Status {
    again.emplace_back(chunk);
    return {};
  });
  SnapshotReader snapshot(manifest);
  for (ByteView chunk : chunks)
    if (!snapshot.Take(chunk, [&](const SnapshotPair& pair) { return cutter.Add(pair); }).ok())
      return;
  SUYUAN_CHECK(cutter.Finish().ok(), "the last chunk");
  SUYUAN_CHECK(again.size() == chunks.size(), "another number of chunks");
  for (size_t i = 0; i < again.size(); ++i) SUYUAN_CHECK(again[i] == chunks[i], "another cut");
  SUYUAN_CHECK(!snapshot.Finish().ok() || chunks.empty() || snapshot.counts().state > 0 ||
                   manifest.state_root.is_zero(),
               "a root of nothing");
}

}  // namespace
}  // namespace suyuan::ledger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  suyuan::Reader reader({reinterpret_cast<const char*>(data), size});
  switch (reader.U8() % 3) {
    case 0:
      suyuan::ledger::Manifest(reader.rest());
      break;
    case 1:
      suyuan::ledger::File(reader.rest());
      break;
    default:
      suyuan::ledger::Chunks(reader);
  }
  return 0;
}
