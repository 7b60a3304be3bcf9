// Makes a snapshot of a store's latest block (docs/formats.md §10). The same ledger at the same
// height gives the same bytes on every node.
#pragma once

#include <memory>

#include "ledger/snapshot/chunks.h"
#include "ledger/snapshot/manifest.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// Reads a consistent view while the store goes on. Not thread-safe; one thread, any.
class SnapshotWriter {
 public:
  // Fixes the block and reads everything once, for the table of chunks. `store` outlives this and
  // holds all blocks up to its head. E_NOT_YET at genesis; E_CORRUPT when what is read does not
  // agree with the head; E_IO, E_SIZE.
  static Result<std::unique_ptr<SnapshotWriter>> Begin(const Store& store, const LedgerId& ledger,
                                                       ByteView founding_configuration,
                                                       const LedgerLimits& limits);
  const SnapshotManifest& manifest() const { return manifest_; }
  // Reads everything once more and hands out the chunks of the table, in order. E_CORRUPT when one
  // is not the one that was read before.
  Status WriteChunks(const ChunkCutter::Sink& sink) const;

 private:
  SnapshotWriter(const Store& store, const LedgerLimits& limits)
      : store_(store), limits_(limits), view_(store.Snapshot()) {}
  Status FillManifest(const LedgerId& ledger, ByteView founding_configuration);
  Status FillConfiguration(ByteView founding_configuration);
  Status Cut(const ChunkCutter::Sink& sink) const;
  Status AddState(ChunkCutter& cutter) const;
  Status AddTransactions(Height height, ChunkCutter& cutter) const;

  const Store& store_;
  const LedgerLimits limits_;
  const std::shared_ptr<const StateSnapshot> view_;
  SnapshotManifest manifest_;
};

}  // namespace suyuan::ledger
