// The verifier's own state tree: a path-compressed binary trie in memory with the hashing rules of
// docs/formats.md §6, written apart from the paged tree of the store. Simple rather than fast.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/ids.h"

namespace suyuan::ledger::verify {

// Not thread-safe. About 150 bytes a key.
class Trie {
 public:
  Trie();
  ~Trie();
  // Sets or (nullopt) removes one key.
  void Set(const Hash& key, const std::optional<Hash>& value_hash);
  // Root of the present set of keys; hashes only what changed since the last call.
  Hash Root();

 private:
  struct Node;
  static std::unique_ptr<Node> With(std::unique_ptr<Node> node, const Hash& key,
                                    const Hash& value_hash, unsigned depth);
  static std::unique_ptr<Node> Without(std::unique_ptr<Node> node, const Hash& key, unsigned depth);
  static Hash HashOf(Node* node);
  std::unique_ptr<Node> root_;
};

// Root of a whole set at once, without building the trie: a tenth of the cost. Sorts `leaves`.
struct TrieLeaf {
  Hash key, value_hash;
};
Hash TrieRootOf(std::vector<TrieLeaf>& leaves);

}  // namespace suyuan::ledger::verify
