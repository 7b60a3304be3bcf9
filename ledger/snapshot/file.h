// A snapshot as one file: manifest, checkpoint note, chunks (docs/formats.md §10).
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/snapshot/reader.h"
#include "ledger/snapshot/writer.h"

namespace suyuan::ledger {

// `note`: a checkpoint of exactly this block, or empty. `sink` gets the file piece by piece.
Status WriteSnapshotFile(const SnapshotWriter& writer, std::string_view note,
                         const ChunkCutter::Sink& sink);

// What a file holds, after everything in it was checked against the rest of it.
struct SnapshotContents {
  SnapshotManifest manifest;
  Hash id, log_root;
  std::string note;  // empty: none; its signatures are not verified
  SnapshotReader::Counts counts;
  uint64_t bytes = 0;
};
// Reads and checks a whole file. E_FORMAT, E_PROOF, E_GENESIS, E_PROTOCOL as manifest and reader
// say. Memory is bounded by the reader's, whatever the file claims.
Result<SnapshotContents> ReadSnapshotFile(std::istream& in, const LedgerId& ledger,
                                          const ChunkReader::Visitor& visit = {});

// The nodes of `configuration` whose log key has signed the note, as "<party>/<node>". What they
// signed is this log root at this size for `origin`; otherwise E_PROOF, or E_FORMAT for a text that
// is no note. Pure.
Result<std::vector<std::string>> SignersOf(const SnapshotContents& contents,
                                           const std::string& origin,
                                           const Configuration& configuration);

}  // namespace suyuan::ledger
