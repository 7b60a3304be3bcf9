// Pages of the state tree (docs/formats.md §6). A page stands for the subtree under a prefix of
// whole nibbles. A subtree of at most kBucketKeysMax keys is one *bucket* that lists them; a larger
// one is an *interior* page with up to 16 child pages. So which pages exist, and what they say,
// follows from the keys and values alone. In memory a page also keeps the hashes inside its
// subtree, so that a changed key costs only the hashes on its way up. Internal to the ledger room.
//
// Stored form, private to one node:
//   id        u8 number of nibbles ‖ the nibbles, two a byte, the last half byte zero
//   bucket    u8 1 ‖ u8 count ‖ (key32 ‖ value hash32)…, keys rising
//   interior  u8 2 ‖ u16 bitmap of the children, bit i = nibble i ‖ (u64 keys ‖ hash32)…
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/state_tree.h"

namespace suyuan::ledger::internal {

inline constexpr size_t kBucketKeysMax = 32;
inline constexpr unsigned kChildren = 16;

// What a parent knows of a subtree: its hash at the parent's side, and how many keys it has.
struct Subtree {
  Hash hash;
  uint64_t keys = 0;
  friend bool operator==(const Subtree&, const Subtree&) = default;
};

class Interior;

// Owned by its parent (the root page by the tree). The bookkeeping belongs to tree and cache.
class Page {
 public:
  virtual ~Page() = default;
  virtual bool is_bucket() const = 0;
  virtual Subtree summary() const = 0;
  virtual Bytes Encode() const = 0;
  // Asks the processor to fetch what an update of `key` will read here, and returns the page below
  // in which the path goes on, nullptr if none is in memory. Changes no result.
  virtual const Page* Prefetch(const Hash& key) const = 0;
  Bytes Id() const;

  const Hash prefix;       // bits behind the nibbles are zero
  const unsigned nibbles;  // length of the prefix
  Interior* parent = nullptr;
  unsigned slot = 0;          // in the parent
  size_t cache_position = 0;  // in the cache's ring
  bool dirty = false;         // differs from what is stored
  bool stored = false;        // the store has some version of it
  bool recently_used = true;

 protected:
  // `key` is any key under the page.
  Page(const Hash& key, unsigned nibbles_of_key);
};

// Updates of one block in the order of their keys.
using SortedUpdates = std::span<const TreeUpdate* const>;

class Bucket final : public Page {
 public:
  struct Entry {
    Hash key;
    Hash value_hash;
    Hash leaf_hash;
    // Hash of the node where the paths of this key and of the next part, at that node's depth.
    Hash branch;
  };

  Bucket(const Hash& key, unsigned nibbles_of_key) : Page(key, nibbles_of_key) {}
  Bucket(unsigned nibbles_of_key, std::vector<Entry> entries);  // not empty; hashes the branches

  // True when something changed. Afterwards the bucket may be empty or too large; the tree then
  // replaces it, and only otherwise the hashes are up to date.
  bool Apply(SortedUpdates updates);
  // Appends what lies on the path of `key` below this page.
  void Prove(const Hash& key, StateProof& proof) const;

  bool is_bucket() const override { return true; }
  Subtree summary() const override;
  Bytes Encode() const override;
  const Page* Prefetch(const Hash& key) const override;
  std::vector<Entry>& entries() { return entries_; }

 private:
  size_t SplitPoint(size_t begin, size_t end, unsigned bit) const;
  Hash RangeHash(size_t begin, size_t end, unsigned depth) const;
  Hash Rebuild(size_t begin, size_t end, unsigned depth);
  Hash Refresh(size_t begin, size_t end, unsigned depth, SortedUpdates updated);

  std::vector<Entry> entries_;  // rising keys
  Hash hash_;                   // at the page's depth
};

class Interior final : public Page {
 public:
  Interior(const Hash& key, unsigned nibbles_of_key) : Page(key, nibbles_of_key) {}

  Subtree& child(unsigned i) { return nodes_[kChildren + i]; }
  const Subtree& child(unsigned i) const { return nodes_[kChildren + i]; }
  std::unique_ptr<Page>& page(unsigned i) { return pages_[i]; }
  bool HasCachedChildren() const;
  // Recomputes the hashes above the children whose bit is set.
  void Refresh(uint16_t changed_children);
  // Appends the siblings on the path of `key` inside this page; the child where the path goes on,
  // or kChildren when it ends inside this page at an empty place. A path that ends at a single
  // leaf goes on to that leaf's child, and `proof` gets no sibling below the leaf.
  unsigned Prove(const Hash& key, StateProof& proof) const;

  bool is_bucket() const override { return false; }
  Subtree summary() const override { return nodes_[1]; }
  Bytes Encode() const override;
  const Page* Prefetch(const Hash& key) const override;

 private:
  // A binary heap: node i has the halves 2i and 2i + 1; 16 to 31 are the children.
  std::array<Subtree, 2 * kChildren> nodes_;
  std::array<std::unique_ptr<Page>, kChildren> pages_;
};

// Both halves of a binary node as one subtree: a single key shows its leaf at every depth.
Subtree Join(const Subtree& left, const Subtree& right);
// The id of the page over the first `nibbles` nibbles of `key`.
Bytes PageId(const Hash& key, unsigned nibbles);
// E_CORRUPT unless the bytes are a proper page for this place.
Result<std::unique_ptr<Page>> DecodePage(const Hash& key, unsigned nibbles, ByteView bytes);

}  // namespace suyuan::ledger::internal
