// A real ledger with its store open, and the snapshot of its last block.
#pragma once

#include <memory>
#include <vector>

#include "ledger/snapshot/file.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::test {

class SnapshotLedger {
 public:
  SnapshotLedger();
  const RealLedger& real() const { return real_; }
  const LedgerId& id() const { return real_.world().genesis.ledger_id; }
  const ledger::Store& store() const { return *store_; }
  const ledger::SnapshotManifest& manifest() const { return manifest_; }
  const std::vector<Bytes>& chunks() const { return chunks_; }
  // The whole file, with the checkpoint that the store keeps.
  const Bytes& file() const { return file_; }

 private:
  RealLedger real_;
  std::unique_ptr<ledger::Store> store_;
  ledger::SnapshotManifest manifest_;
  std::vector<Bytes> chunks_;
  Bytes file_;
};

// Made once for all tests; they only read it.
const SnapshotLedger& SharedSnapshotLedger();

Result<std::unique_ptr<ledger::SnapshotWriter>> WriterOf(const SnapshotLedger& ledger);
Result<ledger::SnapshotContents> ReadFile(const Bytes& file, const LedgerId& ledger);

// What a liar makes: a snapshot whose chunks hold `pairs` instead, hashes and all.
struct OwnedPair {
  uint8_t table;
  Bytes key, value;
};
std::vector<OwnedPair> PairsOf(const SnapshotLedger& ledger);
Bytes FileWith(const SnapshotLedger& ledger, const std::vector<OwnedPair>& pairs);

}  // namespace suyuan::test
