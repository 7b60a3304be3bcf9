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

// H("state", u8 namespace ‖ s32(key))
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
  // The page as last written, nullopt when there is none.
  virtual Result<std::optional<Bytes>> Load(ByteView page_id) const = 0;
};

// The tree of one node. Not thread-safe; the executor thread owns it, and whoever reads proofs from
// another thread locks it. Depends on nothing but the updates: no clock, no randomness.
//
// Memory: at most `cached_pages_max` clean pages and their ancestors (2 KiB a page on average)
// besides the dirty ones, which are never dropped; so the owner flushes well below that number.
//
// Failure: an error of Update or Prove (E_IO, E_CORRUPT: a page is missing or does not hash to what
// its parent says) may leave an update half done; from then on every call returns that error, and
// the tree has to be opened anew.
class StateTree {
 public:
  // Loads the root page. The owner compares root() with the root that it expects: below it every
  // page is checked against its parent when it is loaded.
  static Result<std::unique_ptr<StateTree>> Open(const PageStore& pages, size_t cached_pages_max);
  ~StateTree();
  // Applies the updates of one block (any order, keys distinct; deleting an absent key changes
  // nothing) and returns the new root.
  Result<Hash> Update(std::span<const TreeUpdate> updates);
  // 32 zero bytes when the tree is empty.
  Hash root() const;
  uint64_t key_count() const;
  Result<StateProof> Prove(const Hash& key);
  // Pages changed since the last call, to be written in one atomic batch: id → bytes, nullopt to
  // delete. From then on the tree counts them as clean and may drop and load them again: the batch
  // must be visible to PageStore::Load before the next call of Update or Prove. The pages follow
  // from the set of keys and values alone.
  std::vector<std::pair<Bytes, std::optional<Bytes>>> TakeDirtyPages();
  size_t dirty_pages() const;
  // Pages in memory now, for metrics and tests.
  size_t cached_pages() const;

 private:
  struct Impl;
  explicit StateTree(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::ledger
