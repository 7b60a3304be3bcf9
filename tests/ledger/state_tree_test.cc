// State tree against its definition (docs/formats.md §6): the shape follows from the set of keys
// alone, whatever the order of updates, the write-backs, the cache and the restarts between them.
#include "ledger/state_tree.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/ledger/state_tree_reference.h"
#include "tests/support/property_cases.h"

namespace suyuan::ledger {
namespace {

using test::KeyValues;
using test::MapPages;
using test::RandomHash;
using test::ReferenceRoot;

std::unique_ptr<StateTree> Open(const MapPages& pages, size_t cached = 1000) {
  return StateTree::Open(pages, cached).value();
}

// A key that shares exactly `bits` leading bits with `base` and is random after them.
Hash Sharing(const Hash& base, unsigned bits, std::mt19937_64& random) {
  Hash key = RandomHash(random);
  for (unsigned i = 0; i <= bits && i < 256; ++i) {
    auto mask = static_cast<uint8_t>(0x80 >> (i % 8));
    bool set = test::KeyBit(base, i) != (i == bits);
    key.data[i / 8] = static_cast<uint8_t>(set ? key.data[i / 8] | mask : key.data[i / 8] & ~mask);
  }
  return key;
}

// A universe of keys of one of several kinds of shape, from which updates are drawn.
std::vector<Hash> Universe(std::mt19937_64& random, size_t size) {
  unsigned kind = static_cast<unsigned>(random() % 4);
  Hash base = RandomHash(random);
  std::vector<Hash> keys;
  while (keys.size() < size) {
    switch (kind) {
      case 0:  // like real ones: random
        keys.push_back(RandomHash(random));
        break;
      case 1:  // adversarial: 200 to 255 common bits
        keys.push_back(Sharing(base, 200 + static_cast<unsigned>(random() % 56), random));
        break;
      case 2:  // along one path, parting at every depth
        keys.push_back(Sharing(base, static_cast<unsigned>(random() % 256), random));
        break;
      default: {  // neighbours: they differ in few of the last bits
        Hash key = base;
        key.data[31] = static_cast<uint8_t>(random());
        key.data[30] = static_cast<uint8_t>(random() % 2);
        keys.push_back(key);
      }
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<TreeUpdate> RandomUpdates(const std::vector<Hash>& universe, size_t count,
                                      unsigned delete_percent, std::mt19937_64& random) {
  std::vector<Hash> keys = universe;
  std::shuffle(keys.begin(), keys.end(), random);
  keys.resize(std::min(count, keys.size()));
  std::vector<TreeUpdate> updates;
  for (const Hash& key : keys) {
    bool remove = random() % 100 < delete_percent;
    updates.push_back({key, remove ? std::nullopt : std::optional(RandomHash(random))});
  }
  return updates;
}

void ApplyTo(KeyValues& model, const std::vector<TreeUpdate>& updates) {
  for (const TreeUpdate& update : updates) {
    if (update.value_hash)
      model[update.key] = *update.value_hash;
    else
      model.erase(update.key);
  }
}

std::map<Bytes, Bytes> FreshPages(const KeyValues& model) {
  MapPages pages;
  auto tree = Open(pages);
  std::vector<TreeUpdate> all;
  for (const auto& [key, value] : model) all.push_back({key, value});
  EXPECT_TRUE(tree->Update(all).ok());
  pages.Write(tree->TakeDirtyPages());
  return pages.pages;
}

TEST(StateKey, IsTheTaggedHashOfFormats6) {
  // H("state", u8 namespace ‖ s32(key bytes))
  Bytes preimage = Bytes("\x05state\x07", 7) + Bytes("\0\0\0\3", 4) + "abc";
  EXPECT_EQ(StateKey(7, "abc"), Sha256(preimage));
  EXPECT_NE(StateKey(7, "abc"), StateKey(8, "abc"));
}

TEST(StateTree, EmptyTreeIsZerosAndHasNoPages) {
  MapPages pages;
  auto tree = Open(pages);
  EXPECT_EQ(tree->root(), Hash{});
  EXPECT_EQ(tree->Update({}).value(), Hash{});
  std::vector<TreeUpdate> absent = {{Sha256("a"), std::nullopt}, {Sha256("b"), std::nullopt}};
  EXPECT_EQ(tree->Update(absent).value(), Hash{});
  EXPECT_EQ(tree->dirty_pages(), 0u);
  EXPECT_TRUE(tree->TakeDirtyPages().empty());
}

TEST(StateTree, OneKeyIsItsLeaf) {
  MapPages pages;
  auto tree = Open(pages);
  Hash key = Sha256("key"), value = Sha256("value");
  std::vector<TreeUpdate> put = {{key, value}}, remove = {{key, std::nullopt}};
  EXPECT_EQ(tree->Update(put).value(), Sha256(Bytes(1, '\0') + key.str() + value.str()));
  pages.Write(tree->TakeDirtyPages());
  EXPECT_EQ(pages.pages.size(), 1u);
  EXPECT_EQ(tree->Update(remove).value(), Hash{});
  pages.Write(tree->TakeDirtyPages());
  EXPECT_TRUE(pages.pages.empty());
}

TEST(StateTree, TwoKeysThatPartAtTheLastBit) {
  MapPages pages;
  auto tree = Open(pages);
  Hash left = Sha256("x"), right = left, value = Sha256("v");
  left.data[31] &= 0xFE;
  right.data[31] |= 1;
  std::vector<TreeUpdate> both = {{right, value}, {left, value}};
  EXPECT_EQ(tree->Update(both).value(), ReferenceRoot({{left, value}, {right, value}}));
  EXPECT_EQ(tree->Prove(left).value().siblings.size(), 256u);
  std::vector<TreeUpdate> remove = {{left, std::nullopt}};
  EXPECT_EQ(tree->Update(remove).value(), ReferenceRoot({{right, value}}));
}

// One random life of a tree: batches of updates, write-backs, restarts, a cache of a few pages.
void Live(uint64_t seed, size_t universe_size, size_t rounds) {
  std::mt19937_64 random(seed);
  auto universe = Universe(random, universe_size);
  MapPages pages;
  KeyValues model;
  size_t cached = random() % 8;
  auto tree = Open(pages, cached);
  for (size_t round = 0; round < rounds; ++round) {
    auto count = 1 + random() % (random() % 4 == 0 ? universe.size() : 4);
    auto deletes = static_cast<unsigned>(round % 3 == 2 ? 90 : random() % 60);
    auto updates = RandomUpdates(universe, count, deletes, random);
    ApplyTo(model, updates);
    auto root = tree->Update(updates);
    ASSERT_TRUE(root.ok()) << root.error().ToString() << " seed " << seed;
    ASSERT_EQ(*root, ReferenceRoot(model)) << "seed " << seed << " round " << round;
    ASSERT_EQ(tree->key_count(), model.size());
    if (random() % 3 != 0) continue;
    pages.Write(tree->TakeDirtyPages());
    ASSERT_EQ(tree->dirty_pages(), 0u);
    ASSERT_EQ(pages.pages, FreshPages(model)) << "seed " << seed << " round " << round;
    if (random() % 2 == 0) tree = Open(pages, cached);
    ASSERT_EQ(tree->root(), ReferenceRoot(model));
  }
}

TEST(StateTreeProperty, SmallTreesEqualTheirDefinition) {  // 10,000 lives, 30,000 roots
  for (uint64_t seed = 0; seed < suyuan::test::PropertyCases(10'000u); ++seed) {
    Live(seed, 1 + seed % 48, 3);
    if (HasFatalFailure()) return;
  }
}

TEST(StateTreeProperty, LargerTreesSplitAndCollapse) {  // 200 lives around many bucket borders
  for (uint64_t seed = 0; seed < suyuan::test::PropertyCases(200u); ++seed) {
    Live(1'000'000 + seed, 100 + seed * 4, 10);
    if (HasFatalFailure()) return;
  }
}

TEST(StateTree, OrderAndGroupingOfUpdatesDoNotMatter) {
  std::mt19937_64 random(3);
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 2'000; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  MapPages pages;
  Hash all_at_once = Open(pages)->Update(updates).value();
  auto one_by_one = Open(pages), detour = Open(pages);
  std::shuffle(updates.begin(), updates.end(), random);
  for (const TreeUpdate& update : updates) one_by_one->Update({&update, 1}).value();
  EXPECT_EQ(one_by_one->root(), all_at_once);
  std::vector<TreeUpdate> strangers;
  for (int i = 0; i < 3'000; ++i) strangers.push_back({RandomHash(random), RandomHash(random)});
  detour->Update(strangers).value();
  detour->Update(updates).value();
  for (TreeUpdate& update : strangers) update.value_hash.reset();
  EXPECT_EQ(detour->Update(strangers).value(), all_at_once);
  EXPECT_EQ(one_by_one->TakeDirtyPages(), detour->TakeDirtyPages());
}

TEST(StateTree, SameValueAgainChangesNothing) {
  std::mt19937_64 random(4);
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 500; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  MapPages pages;
  auto tree = Open(pages);
  Hash root = tree->Update(updates).value();
  pages.Write(tree->TakeDirtyPages());
  EXPECT_EQ(tree->Update(updates).value(), root);
  EXPECT_EQ(tree->dirty_pages(), 0u);
}

TEST(StateTree, CacheStaysWithinItsBoundAndLoadsAgain) {
  std::mt19937_64 random(5);
  MapPages pages;
  KeyValues model;
  auto tree = Open(pages, 50);
  for (int round = 0; round < 40; ++round) {
    std::vector<TreeUpdate> updates;
    for (int i = 0; i < 500; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
    ApplyTo(model, updates);
    tree->Update(updates).value();
    EXPECT_LE(tree->cached_pages(), 50 + tree->dirty_pages());
    pages.Write(tree->TakeDirtyPages());
  }
  EXPECT_GT(pages.pages.size(), 1'000u);
  tree->Prove(Sha256("any")).value();
  EXPECT_LE(tree->cached_pages(), 50u);
  EXPECT_GT(pages.loads, 1'000u);
  EXPECT_EQ(tree->root(), ReferenceRoot(model));
}

TEST(StateTree, EveryFlippedBitOfAPageIsFound) {
  std::mt19937_64 random(6);
  MapPages pages;
  auto tree = Open(pages);
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 200; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  Hash root = tree->Update(updates).value();
  pages.Write(tree->TakeDirtyPages());
  for (auto& [id, bytes] : pages.pages) {
    for (int i = 0; i < 200; ++i) {
      size_t at = random() % bytes.size();
      auto mask = static_cast<char>(1 << random() % 8);
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
      auto opened = StateTree::Open(pages, 10);
      bool found = !opened.ok() || (*opened)->root() != root;
      for (size_t k = 0; !found && k < updates.size(); ++k)
        found = !(*opened)->Prove(updates[k].key).ok();
      EXPECT_TRUE(found) << "byte " << at;
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
    }
  }
}

TEST(StateTree, MissingOrStalePageIsFound) {
  std::mt19937_64 random(8);
  MapPages pages;
  auto tree = Open(pages);
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 300; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  tree->Update(updates).value();
  pages.Write(tree->TakeDirtyPages());
  auto old = pages.pages;
  updates[0].value_hash = RandomHash(random);
  tree->Update({updates.data(), 1}).value();
  pages.Write(tree->TakeDirtyPages());
  Bytes changed;  // the deepest page that differs
  for (const auto& [id, bytes] : pages.pages)
    if (old.at(id) != bytes && id.size() >= changed.size()) changed = id;
  pages.pages[changed] = old.at(changed);
  EXPECT_EQ(Open(pages)->Prove(updates[0].key).error().code, ErrorCode::kCorrupt);
  pages.pages.erase(changed);
  EXPECT_EQ(Open(pages)->Prove(updates[0].key).error().code, ErrorCode::kCorrupt);
}

TEST(StateTree, FailedReadIsFinal) {
  std::mt19937_64 random(9);
  MapPages pages;
  auto tree = Open(pages);
  std::vector<TreeUpdate> updates;
  for (int i = 0; i < 300; ++i) updates.push_back({RandomHash(random), RandomHash(random)});
  tree->Update(updates).value();
  pages.Write(tree->TakeDirtyPages());
  tree = Open(pages);
  pages.fail_at = pages.loads + 3;
  for (TreeUpdate& update : updates) update.value_hash = Sha256("other");
  EXPECT_EQ(tree->Update(updates).error().code, ErrorCode::kIo);
  EXPECT_EQ(tree->Update(updates).error().code, ErrorCode::kIo);
  EXPECT_EQ(tree->Prove(updates[0].key).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace suyuan::ledger
