#include "tests/support/snapshot_vectors.h"

#include <vector>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/snapshot/chunks.h"
#include "ledger/snapshot/manifest.h"
#include "ledger/state_tree.h"
#include "ledger/verify/trie.h"
#include "tests/support/hex_json.h"
#include "tests/support/ledger_samples.h"

namespace suyuan::test {
namespace {

using json::Array;
using json::Object;
using json::Value;
using ledger::SnapshotPair;

constexpr uint64_t kTimeMs = 1'700'000'000'123;
constexpr uint64_t kMinute = kTimeMs / 60'000 + 5;

// The one transaction of the block: leaf 2, applied.
TxId VectorTransaction() { return TxId{Sha256("a transaction").data}; }

ledger::BlockHeader VectorHeader() {
  ledger::BlockHeader header;
  header.height = Height(1);
  header.term = Term(2);
  header.time_ms = kTimeMs;
  header.proposer = KeyOf(100).key_id();
  header.prev_entry_hash.data = SampleLedger().data;
  header.body_hash = Sha256("body");
  header.sealed_root = Sha256("");
  return header;
}

}  // namespace

std::map<std::string, Value> DeriveSnapshotVectors() {
  const Bytes minute = Writer().U64(kMinute).Take();
  const Bytes zeros(Hash::kSize, '\0');
  const Bytes chain =
      TaggedHash("seen", {FixedRaw(zeros), FixedRaw(VectorTransaction().view())}).str();
  const Bytes leaf = Writer().U64(2).Take();
  Writer row;
  row.U64(1).U32(0).Raw(VectorTransaction()).U64(kMinute * 60'000 + 7).U8(1);
  const std::vector<SnapshotPair> pairs = {{0x01, "a party", "its value"},
                                           {0x08, minute, chain},
                                           {0x81, "an index", "of it"},
                                           {ledger::kTransactionTable, leaf, row.bytes()}};
  ledger::SnapshotManifest manifest;
  manifest.ledger = SampleLedger();
  manifest.header = VectorHeader();
  manifest.previous_header_leaf = MerkleLeafHash("leaf 1");
  manifest.first_leaf = 2;
  manifest.leaves = 1;
  std::vector<ledger::verify::TrieLeaf> state;
  for (size_t i = 0; i < 2; ++i)
    state.push_back({ledger::StateKey(pairs[i].table, pairs[i].key), Sha256(pairs[i].value)});
  manifest.state_root = ledger::verify::TrieRootOf(state);
  manifest.configuration = ledger::EncodeConfiguration(SampleConfiguration());
  manifest.path = {MerkleLeafHash("leaf 2"),
                   MerkleNodeHash(MerkleLeafHash("leaf 0"), MerkleLeafHash("leaf 1"))};
  Array chunks;
  Bytes joined;
  ledger::ChunkCutter cutter([&](ByteView chunk) -> Status {
    manifest.chunks.push_back({static_cast<uint32_t>(chunk.size()), Sha256(chunk)});
    chunks.push_back(Hex(chunk));
    joined += chunk;
    return {};
  });
  for (const SnapshotPair& pair : pairs) SUYUAN_CHECK(cutter.Add(pair).ok(), "pair");
  SUYUAN_CHECK(cutter.Finish().ok(), "finish");
  const Bytes bytes = ledger::EncodeManifest(manifest);
  return {
      {"snapshot.json", Object{{"ledger_id", Hex(SampleLedger())},
                               {"transaction", Hex(VectorTransaction())},
                               {"minute", Value(uint64_t{kMinute})},
                               {"configuration", Hex(manifest.configuration)},
                               {"chunks", chunks},
                               {"manifest", Hex(bytes)},
                               {"id", Hex(ledger::SnapshotIdOf(bytes))},
                               {"header_leaf", Hex(ledger::HeaderLeafOf(manifest))},
                               {"state_root", Hex(manifest.state_root)},
                               {"log_root", Hex(ledger::FrontierOf(manifest).Root())},
                               {"file", Hex(Writer().Sized(bytes).Sized("").bytes() + joined)}}}};
}

}  // namespace suyuan::test
