// The executed log: 81-byte leaves of three kinds in one RFC 6962 tree (docs/formats.md §5).
// Pure functions from what was executed to leaves; storage and tree live elsewhere.
#pragma once

#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/block.h"

namespace suyuan::ledger {

enum class LeafKind : uint8_t { kTransaction = 1, kHeader = 2, kConfiguration = 3 };

struct LogLeaf {
  LeafKind kind = LeafKind::kTransaction;
  Height height;
  uint32_t index = 0;
  Hash content;
  Hash outcome;
};
inline constexpr size_t kLogLeafBytes = 81;
Bytes EncodeLogLeaf(const LogLeaf& leaf);
Result<LogLeaf> DecodeLogLeaf(ByteView bytes);

// What links one block's leaves to those before it.
struct LogHead {
  Height height;
  uint64_t leaf_count = 0;
  Hash entry_hash;          // of the last block
  Hash header_leaf_hash;    // Merkle leaf hash of the last header leaf
  Hash configuration_hash;  // content of the last configuration leaf
  uint64_t configuration_leaf = 0;
  uint64_t time_ms = 0;  // of the last block
  Hash state_root;
};

// One transaction that the block carried for the first time.
struct ExecutedTransaction {
  TxId id;
  Hash signatures_hash;
  uint32_t position = 0;  // in the block's body
  Bytes outcome;
};

// The leaves of one block, header leaf last, and the head after it.
struct BlockLeaves {
  std::vector<Bytes> leaves;
  LogHead head;
};
BlockLeaves MakeBlockLeaves(const LogHead& before, const BlockHeader& header,
                            const Hash& entry_hash, ByteView configuration,
                            const std::vector<ExecutedTransaction>& transactions,
                            const Hash& state_root);
// Leaves 0 and 1 (formats §5), which the genesis file alone determines.
BlockLeaves MakeGenesisLeaves(const LedgerId& ledger, uint64_t time_ms, ByteView configuration,
                              const Hash& state_root);

}  // namespace suyuan::ledger
