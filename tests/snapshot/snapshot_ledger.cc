#include "tests/snapshot/snapshot_ledger.h"

#include <sstream>

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::test {

SnapshotLedger::SnapshotLedger() {
  ledger::StoreOptions options;
  options.directory = real_.directory();
  store_ = ledger::Store::Open(options, id()).value();
  auto writer = WriterOf(*this).value();
  manifest_ = writer->manifest();
  auto keep = [this](ByteView chunk) -> Status {
    chunks_.emplace_back(chunk);
    return {};
  };
  SUYUAN_CHECK(writer->WriteChunks(keep).ok(), "chunks");
  auto append = [this](ByteView piece) -> Status {
    file_ += piece;
    return {};
  };
  const auto note = store_->LastCheckpoint().value().value();
  SUYUAN_CHECK(ledger::WriteSnapshotFile(*writer, note, append).ok(), "file");
}

const SnapshotLedger& SharedSnapshotLedger() {
  static const SnapshotLedger shared;
  return shared;
}

Result<std::unique_ptr<ledger::SnapshotWriter>> WriterOf(const SnapshotLedger& ledger) {
  const World& world = ledger.real().world();
  return ledger::SnapshotWriter::Begin(ledger.store(), ledger.id(), world.configuration,
                                       world.genesis.limits);
}

Result<ledger::SnapshotContents> ReadFile(const Bytes& file, const LedgerId& ledger) {
  std::istringstream in(file);
  return ledger::ReadSnapshotFile(in, ledger);
}

std::vector<OwnedPair> PairsOf(const SnapshotLedger& ledger) {
  std::vector<OwnedPair> out;
  ledger::ChunkReader reader;
  for (const Bytes& chunk : ledger.chunks()) {
    auto keep = [&](const ledger::SnapshotPair& pair) -> Status {
      out.push_back({pair.table, Bytes(pair.key), Bytes(pair.value)});
      return {};
    };
    SUYUAN_CHECK(reader.Take(chunk, keep).ok(), "pairs");
  }
  return out;
}

Bytes FileWith(const SnapshotLedger& ledger, const std::vector<OwnedPair>& pairs) {
  ledger::SnapshotManifest manifest = ledger.manifest();
  manifest.chunks.clear();
  Bytes chunks;
  ledger::ChunkCutter cutter([&](ByteView chunk) -> Status {
    manifest.chunks.push_back({static_cast<uint32_t>(chunk.size()), Sha256(chunk)});
    chunks += chunk;
    return {};
  });
  for (const OwnedPair& pair : pairs)
    SUYUAN_CHECK(cutter.Add({pair.table, pair.key, pair.value}).ok(), "pair");
  SUYUAN_CHECK(cutter.Finish().ok(), "finish");
  return Writer().Sized(ledger::EncodeManifest(manifest)).Sized("").bytes() + chunks;
}

}  // namespace suyuan::test
