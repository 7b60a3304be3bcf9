#include "ledger/verify/trie.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "common/hash.h"

namespace suyuan::ledger::verify {

// A leaf has a key; an inner node has two children, of which one may be missing only while both
// keys below still share the bits in between.
struct Trie::Node {
  bool leaf = false;
  Hash key, value_hash;
  std::unique_ptr<Node> child[2];
  Hash hash;
  bool dirty = true;
};

namespace {

unsigned BitOf(const Hash& key, unsigned depth) {
  return key.data[depth / 8] >> (7 - depth % 8) & 1;
}

// Of a leaf (0, key, value hash) or an inner node (1, left, right).
Hash NodeHash(uint8_t kind, const Hash& left, const Hash& right) {
  uint8_t bytes[65];
  bytes[0] = kind;
  std::memcpy(bytes + 1, left.data.data(), 32);
  std::memcpy(bytes + 33, right.data.data(), 32);
  return Sha256({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

// Root of sorted leaves with distinct keys that share their first `depth` bits.
Hash RootOf(std::span<const TrieLeaf> leaves, unsigned depth) {
  if (leaves.empty()) return Hash{};
  if (leaves.size() == 1) return NodeHash(0, leaves[0].key, leaves[0].value_hash);
  auto right = std::ranges::partition_point(
      leaves, [depth](const TrieLeaf& leaf) { return BitOf(leaf.key, depth) == 0; });
  auto split = static_cast<size_t>(right - leaves.begin());
  return NodeHash(1, RootOf(leaves.first(split), depth + 1),
                  RootOf(leaves.subspan(split), depth + 1));
}

}  // namespace

Trie::Trie() = default;
Trie::~Trie() = default;

void Trie::Set(const Hash& key, const std::optional<Hash>& value_hash) {
  root_ =
      value_hash ? With(std::move(root_), key, *value_hash, 0) : Without(std::move(root_), key, 0);
}

Hash Trie::Root() { return HashOf(root_.get()); }

std::unique_ptr<Trie::Node> Trie::With(std::unique_ptr<Node> node, const Hash& key,
                                       const Hash& value_hash, unsigned depth) {
  if (!node || (node->leaf && node->key == key)) {
    auto leaf = std::make_unique<Node>();
    leaf->leaf = true;
    leaf->key = key;
    leaf->value_hash = value_hash;
    return leaf;
  }
  if (node->leaf) {  // two keys meet: an inner node takes the old one's place, then both go down
    auto inner = std::make_unique<Node>();
    unsigned bit = BitOf(node->key, depth);
    inner->child[bit] = std::move(node);
    node = std::move(inner);
  }
  unsigned bit = BitOf(key, depth);
  node->dirty = true;
  node->child[bit] = With(std::move(node->child[bit]), key, value_hash, depth + 1);
  return node;
}

std::unique_ptr<Trie::Node> Trie::Without(std::unique_ptr<Node> node, const Hash& key,
                                          unsigned depth) {
  if (!node) return nullptr;
  if (node->leaf) return node->key == key ? nullptr : std::move(node);
  unsigned bit = BitOf(key, depth);
  node->dirty = true;
  node->child[bit] = Without(std::move(node->child[bit]), key, depth + 1);
  for (unsigned side : {0u, 1u})  // a lone leaf moves up: shape follows from the keys alone
    if (!node->child[side] && node->child[1 - side] && node->child[1 - side]->leaf)
      return std::move(node->child[1 - side]);
  if (!node->child[0] && !node->child[1]) return nullptr;
  return node;
}

Hash Trie::HashOf(Node* node) {
  if (node == nullptr) return Hash{};
  if (!node->dirty) return node->hash;
  node->hash = node->leaf ? NodeHash(0, node->key, node->value_hash)
                          : NodeHash(1, HashOf(node->child[0].get()), HashOf(node->child[1].get()));
  node->dirty = false;
  return node->hash;
}

Hash TrieRootOf(std::vector<TrieLeaf>& leaves) {
  std::ranges::sort(leaves, {}, &TrieLeaf::key);
  // One key twice would be a hash collision; whatever the bytes hold, the recursion must end.
  // (std::ranges::unique is beyond clang 14 with this standard library.)
  const auto same = [](const TrieLeaf& a, const TrieLeaf& b) { return a.key == b.key; };
  leaves.erase(std::unique(leaves.begin(), leaves.end(), same), leaves.end());
  return RootOf(leaves, 0);
}

}  // namespace suyuan::ledger::verify
