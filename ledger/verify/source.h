// Where the verifier reads from: a data directory, or a running node over HTTP. A source hands out
// what is stored, unjudged.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger::verify {

// Everything that is stored under one height.
struct StoredBlock {
  Bytes entry;  // without sealed section; empty at height 0
  std::vector<Bytes> sealed_items;
  std::vector<Bytes> leaves;    // 81 bytes each, header leaf last
  std::vector<Bytes> outcomes;  // of the transactions that have a leaf, in order
  // What the node says of the log after this block.
  uint64_t leaf_count = 0, configuration_leaf = 0, time_ms = 0;
  Hash log_root, state_root, entry_hash, header_leaf_hash, configuration_hash;
};

// Reads bundles as a node sends them (docs/formats.md §9).
Result<std::vector<StoredBlock>> ReadBundles(ByteView bytes);

// Block, ScanState and CheckNode may run on one thread each at the same time; AppliedHeight,
// CheckpointNote and CheckRest run alone, CheckRest after all others.
class LedgerSource {
 public:
  virtual ~LedgerSource() = default;
  // Height up to which blocks were executed.
  virtual Result<uint64_t> AppliedHeight() = 0;
  // Blocks from 0 on, in order; called once for each height.
  virtual Result<StoredBlock> Block(uint64_t height) = 0;
  // A complete subtree of the executed log as the verifier derived it; E_PROOF when the source
  // holds another hash in its place. Called in the order in which leaves complete subtrees.
  virtual Status CheckNode(unsigned level, uint64_t n, const Hash& derived) = 0;
  // After the last block: checks of whatever else the source holds (subtree hashes, transaction
  // index, entries above the applied height, checkpoint, damaged files), given what the verifier
  // derived. The default has nothing else.
  struct Derived {
    LedgerId ledger;
    uint64_t height = 0;
    uint64_t leaf_count = 0;
    Hash log_root, state_root, entry_hash;
    // tx id → height, position in the body, leaf, ordinal among the block's outcomes; nullopt when
    // no block carried it.
    std::function<std::optional<std::array<uint64_t, 4>>(const TxId&)> locate;
    uint64_t transactions = 0;
  };
  // A failure names the height up to which it reaches back.
  virtual Status CheckRest(const Derived& derived, uint64_t* bad_height) = 0;
  // Pairs of the contract state, (namespace, key, value) in order; false when the source has no
  // access to it.
  using StateVisitor = std::function<void(uint8_t, ByteView, ByteView)>;
  virtual Result<bool> ScanState(const StateVisitor& visit) = 0;
  // The newest checkpoint note that the source holds; nullopt when there is none.
  virtual Result<std::optional<std::string>> CheckpointNote() = 0;
};

}  // namespace suyuan::ledger::verify
