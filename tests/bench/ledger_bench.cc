// Speed of what a ledger does most: hashing, appending to the log's tree, updating the state tree.
// Each figure is of one core. See tests/bench/README.md for how to read them.
#include <random>

#include <benchmark/benchmark.h>

#include "common/hash.h"
#include "ledger/merkle_log.h"
#include "ledger/state_tree.h"
#include "tests/ledger/state_tree_reference.h"

namespace suyuan::ledger {
namespace {

using test::MapPages;
using test::RandomHash;

void BM_Sha256_64(benchmark::State& state) {
  Bytes bytes(64, 'x');
  for (auto _ : state) {
    Hash hash = Sha256(bytes);
    benchmark::DoNotOptimize(hash);
    bytes[0] = static_cast<char>(hash.data[0]);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Sha256_64);

void BM_MerkleNodeHash(benchmark::State& state) {
  Hash left, right;
  for (auto _ : state) left = MerkleNodeHash(left, right);
  benchmark::DoNotOptimize(left);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_MerkleNodeHash);

void BM_MerkleAppend(benchmark::State& state) {
  Frontier frontier;
  Bytes leaf(81, 'x');
  uint64_t emitted = 0;
  for (auto _ : state) {
    leaf[10] = static_cast<char>(frontier.size());
    frontier.Append(MerkleLeafHash(leaf),
                    [&](uint8_t, uint64_t, const Hash& hash) { emitted += hash.data[0]; });
  }
  benchmark::DoNotOptimize(emitted);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_MerkleAppend);

std::vector<Hash> RandomKeys(size_t n, std::mt19937_64& random) {
  std::vector<Hash> keys(n);
  for (Hash& key : keys) key = RandomHash(random);
  return keys;
}

std::vector<TreeUpdate> AsUpdates(std::span<const Hash> keys, std::mt19937_64& random) {
  std::vector<TreeUpdate> updates;
  for (const Hash& key : keys) updates.push_back({key, RandomHash(random)});
  return updates;
}

// Batches of `range(1)` random keys over a tree of `range(0)` keys: nine tenths change a value,
// one tenth inserts. Dirty pages are taken whenever 2^14 of them are dirty, as the store does, and
// the time of encoding them counts.
void BM_StateTreeUpdate(benchmark::State& state) {
  std::mt19937_64 random(7);
  auto keys = RandomKeys(static_cast<size_t>(state.range(0)), random);
  auto batch = static_cast<size_t>(state.range(1));
  MapPages pages;
  auto tree = StateTree::Open(pages, 1 << 18).value();
  tree->Update(AsUpdates(keys, random)).value();
  pages.Write(tree->TakeDirtyPages());
  uint64_t written = 0, page_writes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<TreeUpdate> updates;
    for (size_t i = 0; i < batch * 9 / 10; ++i)
      updates.push_back({keys[random() % keys.size()], RandomHash(random)});
    for (size_t i = updates.size(); i < batch; ++i)
      updates.push_back({RandomHash(random), RandomHash(random)});
    std::sort(updates.begin(), updates.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    updates.erase(std::unique(updates.begin(), updates.end(),
                              [](const auto& a, const auto& b) { return a.key == b.key; }),
                  updates.end());
    std::shuffle(updates.begin(), updates.end(), random);
    state.ResumeTiming();
    Hash root = tree->Update(updates).value();
    benchmark::DoNotOptimize(root);
    if (tree->dirty_pages() < 1 << 14) continue;
    auto dirty = tree->TakeDirtyPages();
    page_writes += dirty.size();
    state.PauseTiming();
    for (const auto& [id, bytes] : dirty) written += id.size() + (bytes ? bytes->size() : 0);
    pages.Write(dirty);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
  auto updates = static_cast<double>(state.iterations() * state.range(1));
  state.counters["bytes/update"] = static_cast<double>(written) / updates;
  state.counters["pages/update"] = static_cast<double>(page_writes) / updates;
  state.counters["loads/update"] = static_cast<double>(pages.loads) / updates;
  state.counters["cached pages"] = static_cast<double>(tree->cached_pages());
}
BENCHMARK(BM_StateTreeUpdate)
    ->Args({100'000, 1'000})
    ->Args({1'000'000, 100})
    ->Args({1'000'000, 1'000})
    ->Args({1'000'000, 10'000})
    ->Args({2'000'000, 1'000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace suyuan::ledger
