// Proofs of state (docs/formats.md §6): what the tree proves verifies, and nothing else does.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/ledger/state_tree_reference.h"

namespace suyuan::ledger {
namespace {

using test::KeyValues;
using test::MapPages;
using test::RandomHash;

void FlipBit(Hash& hash, std::mt19937_64& random) {
  hash.data[random() % 32] ^= static_cast<uint8_t>(1 << random() % 8);
}

// One change to a proof; false when this kind of change does not apply to it.
bool Mutate(StateProof& proof, unsigned kind, std::mt19937_64& random) {
  auto& siblings = proof.siblings;
  size_t at = siblings.empty() ? 0 : random() % siblings.size();
  auto position = siblings.begin() + static_cast<std::ptrdiff_t>(at);
  switch (kind) {
    case 0:
      FlipBit(proof.key, random);
      return true;
    case 1:
      if (proof.leaf) FlipBit(proof.leaf->first, random);
      return proof.leaf.has_value();
    case 2:
      if (proof.leaf) FlipBit(proof.leaf->second, random);
      return proof.leaf.has_value();
    case 3:
      if (proof.leaf)
        proof.leaf.reset();
      else
        proof.leaf.emplace(RandomHash(random), RandomHash(random));
      return true;
    case 4:
      if (!siblings.empty()) FlipBit(siblings[at], random);
      return !siblings.empty();
    case 5:
      if (siblings.empty()) return false;
      siblings.erase(position);
      return true;
    case 6:
      siblings.insert(position, random() % 2 == 0 ? Hash{} : RandomHash(random));
      return true;
    case 7:
      siblings.resize(257);
      return true;
    default: {
      size_t other = siblings.empty() ? 0 : random() % siblings.size();
      if (siblings.empty() || siblings[at] == siblings[other]) return false;
      std::swap(siblings[at], siblings[other]);
      return true;
    }
  }
}
constexpr unsigned kMutations = 9;

struct Case {
  MapPages pages;
  KeyValues model;
  std::unique_ptr<StateTree> tree;
};

std::unique_ptr<Case> MakeCase(size_t keys, std::mt19937_64& random) {
  auto out = std::make_unique<Case>();
  Hash base = RandomHash(random);
  bool crowded = random() % 3 == 0;
  std::vector<TreeUpdate> updates;
  while (out->model.size() < keys) {
    Hash key = RandomHash(random);
    if (crowded) std::copy_n(base.data.begin(), 1 + random() % 30, key.data.begin());
    out->model[key] = RandomHash(random);
  }
  for (const auto& [key, value] : out->model) updates.push_back({key, value});
  out->tree = StateTree::Open(out->pages, 4).value();
  EXPECT_EQ(out->tree->Update(updates).value(), test::ReferenceRoot(out->model));
  out->pages.Write(out->tree->TakeDirtyPages());
  return out;
}

// Keys to ask for: one that is there, one that is not, one that shares a long prefix with another.
Hash PickKey(const Case& c, std::mt19937_64& random) {
  if (c.model.empty() || random() % 3 == 0) return RandomHash(random);
  Hash key =
      std::next(c.model.begin(), static_cast<std::ptrdiff_t>(random() % c.model.size()))->first;
  if (random() % 2 == 0) FlipBit(key, random);
  return key;
}

TEST(StateProofProperty, ProofsHoldAndMutatedOnesAreRefused) {  // 20,000 proofs, 180,000 mutations
  std::mt19937_64 random(11);
  for (int round = 0; round < 1'000; ++round) {
    auto c = MakeCase(random() % (round % 10 == 0 ? 300 : 12), random);
    Hash root = c->tree->root();
    for (int i = 0; i < 20; ++i) {
      Hash key = PickKey(*c, random);
      auto found = c->model.find(key);
      std::optional<Hash> value;
      if (found != c->model.end()) value = found->second;
      StateProof proof = c->tree->Prove(key).value();
      ASSERT_TRUE(VerifyStateProof(root, key, value, proof));
      ASSERT_FALSE(VerifyStateProof(root, key, value ? std::nullopt : std::optional(key), proof));
      ASSERT_FALSE(VerifyStateProof(root, key, RandomHash(random), proof));
      ASSERT_FALSE(VerifyStateProof(RandomHash(random), key, value, proof));
      ASSERT_FALSE(VerifyStateProof(root, RandomHash(random), value, proof));
      for (unsigned kind = 0; kind < kMutations; ++kind) {
        StateProof mutated = proof;
        if (!Mutate(mutated, kind, random)) continue;
        ASSERT_FALSE(VerifyStateProof(root, key, value, mutated)) << "mutation " << kind;
        ASSERT_FALSE(
            VerifyStateProof(root, key, value ? std::nullopt : std::optional(key), mutated));
      }
    }
  }
}

TEST(StateProof, OfTheEmptyTree) {
  MapPages pages;
  auto tree = StateTree::Open(pages, 4).value();
  StateProof proof = tree->Prove(Sha256("k")).value();
  EXPECT_TRUE(proof.siblings.empty());
  EXPECT_FALSE(proof.leaf.has_value());
  EXPECT_TRUE(VerifyStateProof(Hash{}, Sha256("k"), std::nullopt, proof));
  EXPECT_FALSE(VerifyStateProof(Hash{}, Sha256("k"), Hash{}, proof));
}

// The leaf of a neighbour must not stand for a key that leaves its path higher up.
TEST(StateProof, LeafOfAnotherPathIsRefused) {
  std::mt19937_64 random(12);
  auto c = MakeCase(200, random);
  for (const auto& [key, value] : c->model) {
    StateProof proof = c->tree->Prove(key).value();
    Hash stranger = key;
    stranger.data[0] ^= 0x80;
    proof.key = stranger;
    EXPECT_FALSE(VerifyStateProof(c->tree->root(), stranger, std::nullopt, proof));
    EXPECT_FALSE(VerifyStateProof(c->tree->root(), stranger, value, proof));
  }
}

TEST(StateProof, DepthGrowsWithTheLogarithmOfTheKeys) {
  std::mt19937_64 random(13);
  MapPages pages;
  auto tree = StateTree::Open(pages, 10'000).value();
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 50'000; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  tree->Update(updates).value();
  size_t longest = 0;
  for (const TreeUpdate& update : updates)
    longest = std::max(longest, tree->Prove(update.key).value().siblings.size());
  EXPECT_LE(longest, 40u);
  EXPECT_GE(longest, 16u);
}

}  // namespace
}  // namespace suyuan::ledger
