// The store on a real disk, and the cost of a transaction's bytes. Run with the release preset:
//   build/release/tests/bench/store_bench [--benchmark_filter=…]
// The directory is $SUYUAN_BENCH_DIR or the system's temporary one; take a real disk, not tmpfs.
#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/hash.h"
#include "ledger/store.h"
#include "tests/support/ledger_samples.h"

namespace suyuan::ledger {
namespace {

// A directory that is removed at the end.
class Scratch {
 public:
  Scratch() {
    const char* base = std::getenv("SUYUAN_BENCH_DIR");
    path_ =
        (base != nullptr ? std::filesystem::path(base) : std::filesystem::temp_directory_path()) /
        ("suyuan-store-bench-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::unique_ptr<Store> NewStore(const Scratch& scratch) {
  StoreOptions options;
  options.directory = scratch.path("store");
  options.create = true;
  auto store = Store::Open(options, test::SampleLedger());
  SUYUAN_CHECK(store.ok(), store.ok() ? "" : store.error().ToString());
  SUYUAN_CHECK(
      (*store)
          ->ApplyGenesis(1, EncodeConfiguration(test::SampleConfiguration()), test::GenesisWrites())
          .ok(),
      "genesis");
  return *std::move(store);
}

std::vector<Bytes> Envelopes(size_t n) {
  std::vector<Bytes> out;
  for (uint64_t i = 0; i < n; ++i) out.push_back(test::SignedSample(i));
  return out;
}

BlockEntry NextEntry(const std::vector<Bytes>& envelopes, const LogEntryHead& last) {
  EntryDraft draft;
  draft.height = last.height + 1;
  draft.term = Term(1);
  draft.time_ms = 1'700'000'000'000 + draft.height.value();
  draft.prev_entry_hash = last.entry_hash;
  draft.envelopes.assign(envelopes.begin(), envelopes.end());
  return *DecodeEntry(std::make_shared<const Bytes>(BuildEntry(draft, test::KeyOf(100))));
}

void BM_RawFdatasync(benchmark::State& state) {
  Scratch scratch;
  int fd = ::open(scratch.path("raw").c_str(), O_CREAT | O_WRONLY, 0600);
  Bytes block(400, 'x');
  for (auto _ : state) {
    if (::write(fd, block.data(), block.size()) != 400 || ::fdatasync(fd) != 0) std::abort();
  }
  ::close(fd);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RawFdatasync)->UseRealTime()->Unit(benchmark::kMicrosecond);

// One durable append of a block of N transactions; with `mark` the acknowledgement mark too.
void BM_AppendLog(benchmark::State& state, bool mark) {
  Scratch scratch;
  auto store = NewStore(scratch);
  std::vector<Bytes> envelopes = Envelopes(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    BlockEntry entry = NextEntry(envelopes, store->last_entry());
    state.ResumeTiming();
    Status status = store->AppendLog(std::nullopt, {entry.bytes});
    if (status.ok() && mark) status = store->Mark(store->last_entry());
    SUYUAN_CHECK(status.ok(), "append");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(BM_AppendLog, log_only, false)
    ->Arg(1)
    ->Arg(16)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_AppendLog, log_and_mark, true)
    ->Arg(1)
    ->Arg(16)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// A block of 500 transactions with three writes each, over `range` keys.
void BM_ApplyBlock(benchmark::State& state) {
  constexpr size_t kTransactions = 500, kWrites = 3;
  Scratch scratch;
  auto store = NewStore(scratch);
  std::vector<Bytes> envelopes = Envelopes(kTransactions);
  test::Rng rng(1);
  for (auto _ : state) {
    state.PauseTiming();
    BlockEntry entry = NextEntry(envelopes, store->last_entry());
    SUYUAN_CHECK(store->AppendLog(std::nullopt, {entry.bytes}).ok(), "append");
    BlockResult result;
    for (uint32_t i = 0; i < kTransactions; ++i)
      result.transactions.push_back(
          {test::RandomBytesOf<TxId>(rng), Sha256("signatures"), i, Bytes(40, 'o')});
    for (size_t i = 0; i < kTransactions * kWrites; ++i)
      result.writes.push_back(
          {0x02, true, test::RandomBytesOf<EntityId>(rng).str().substr(0, 14) + std::to_string(i),
           Bytes(150, static_cast<char>(i))});
    state.ResumeTiming();
    SUYUAN_CHECK(store->ApplyBlock(entry, std::move(result)).ok(), "apply");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kTransactions));
}
BENCHMARK(BM_ApplyBlock)->UseRealTime()->Unit(benchmark::kMicrosecond);

void BM_DecodeTransaction(benchmark::State& state) {
  Bytes envelope =
      SignTransaction(test::SimpleDraft(1, static_cast<size_t>(state.range(0))), test::KeyOf(1));
  LedgerId ledger = test::SampleLedger();
  for (auto _ : state)
    benchmark::DoNotOptimize(DecodeTransactionView(envelope, LedgerLimits{}, &ledger));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes"] = static_cast<double>(envelope.size());
}
BENCHMARK(BM_DecodeTransaction)->Arg(3)->Arg(12)->Arg(10'000);

// From a draft to a signed envelope, one record with so many fields; signing is in the time.
void BM_EncodeTransaction(benchmark::State& state) {
  TransactionDraft draft = test::SimpleDraft(1, static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(SignTransaction(draft, test::KeyOf(1)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_EncodeTransaction)->Arg(3)->Arg(12)->Arg(10'000);

// The same without the signature: leaves, hashes, core.
void BM_EncodeUnsigned(benchmark::State& state) {
  TransactionDraft draft = test::SimpleDraft(1, static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(EncodeUnsigned(draft));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_EncodeUnsigned)->Arg(3)->Arg(12)->Arg(10'000);

void BM_VerifySignatures(benchmark::State& state) {
  Bytes envelope = test::SignedSample(1);
  auto tx = DecodeTransactionView(envelope, LedgerLimits{}, nullptr);
  for (auto _ : state) benchmark::DoNotOptimize(VerifyTransactionSignatures(*tx));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_VerifySignatures);

// The check before acknowledging on one thread; `cached`: every envelope came in here before, and
// its decoded form is still there (kept) or not (cached).
enum class Came { kNever, kLongAgo, kJustNow };
void BM_CheckEntry(benchmark::State& state, Came came) {
  LogEntryHead genesis;
  BlockEntry entry = NextEntry(Envelopes(500), genesis);
  VerifiedCache cache(10'000, came == Came::kJustNow ? 64 << 20 : 0);
  auto run = [](size_t count, const std::function<void(size_t)>& job) {
    for (size_t i = 0; i < count; ++i) job(i);
  };
  for (auto _ : state) {
    Status status = CheckEntry(entry, test::SampleLedger(), LedgerLimits{},
                               came == Came::kNever ? nullptr : &cache, run);
    SUYUAN_CHECK(status.ok(), "check");
  }
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK_CAPTURE(BM_CheckEntry, kept, Came::kJustNow)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_CheckEntry, cached, Came::kLongAgo)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_CheckEntry, uncached, Came::kNever)->Unit(benchmark::kMicrosecond);

// A leader's work: header, body and signature of a block of 500 transactions.
void BM_EncodeEntry(benchmark::State& state) {
  std::vector<Bytes> envelopes = Envelopes(500);
  LogEntryHead genesis;
  for (auto _ : state) benchmark::DoNotOptimize(NextEntry(envelopes, genesis));
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(BM_EncodeEntry)->Unit(benchmark::kMicrosecond);

void BM_DecodeEntry(benchmark::State& state) {
  LogEntryHead genesis;
  BlockEntry entry = NextEntry(Envelopes(500), genesis);
  for (auto _ : state) benchmark::DoNotOptimize(DecodeEntry(entry.bytes));
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(BM_DecodeEntry)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace suyuan::ledger
