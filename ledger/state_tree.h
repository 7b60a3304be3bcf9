// The compact sparse Merkle tree over contract state (docs/formats.md §6), stored as 16-ary pages.
// Its shape follows from the set of keys alone. Upper pages stay in memory; an update of many keys
// walks the tree once. Pages are written back seldom: between two write-backs a redo record per
// block (keys and value hashes) makes the tree recoverable from its last durable pages.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger {

// H("state", u8 namespace ‖ key)
Hash StateKey(uint8_t name_space, ByteView key);

struct TreeUpdate {
  Hash key;
  std::optional<Hash> value_hash;  // nullopt: delete
};

// Path from a leaf (or an empty place) to the root. Verifies without the tree.
struct StateProof {
  Hash key;
  // The leaf found at the end of the key's path: the key's own (inclusion), another key's
  // (exclusion), or none (exclusion).
  std::optional<std::pair<Hash, Hash>> leaf;  // key, value hash
  std::vector<Hash> siblings;                 // from the root downwards
};
// True when `proof` shows that `key` has `value_hash` (nullopt: is absent) under `root`. Pure.
bool VerifyStateProof(const Hash& root, const Hash& key, const std::optional<Hash>& value_hash,
                      const StateProof& proof);

// Where pages live. Implemented over LevelDB by the store and by a map in tests.
class PageStore {
 public:
  virtual ~PageStore() = default;
  virtual Result<std::optional<Bytes>> Load(ByteView page_id) const = 0;
};

// Not thread-safe; the executor thread owns it. Readers of proofs go through the store's snapshot.
class StateTree {
 public:
  StateTree(const PageStore& pages, size_t cached_pages_max);
  ~StateTree();
  // Applies the updates of one block (any order, keys distinct) and returns the new root.
  Result<Hash> Update(std::span<const TreeUpdate> updates);
  Hash root() const;
  Result<StateProof> Prove(const Hash& key) const;
  // Pages changed since the last call, to be written in one atomic batch: id → bytes, nullopt to
  // delete. Afterwards the tree counts them as clean.
  std::vector<std::pair<Bytes, std::optional<Bytes>>> TakeDirtyPages();
  size_t dirty_pages() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::ledger
