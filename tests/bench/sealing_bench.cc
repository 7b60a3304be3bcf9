// Cost of sealed fields on one core: sealing, opening, the check that every node makes, wraps; and
// the bytes that they add to a record of 12 fields of which 8 are hidden.
#include <benchmark/benchmark.h>

#include "tests/support/sealing_samples.h"

namespace suyuan::sealing {
namespace {

constexpr uint16_t kHidden = 8;
constexpr size_t kClear = 4;

// `records` records of the benchmark kind for the audiences given, from fresh random bytes.
test::SealedTransaction BenchTransaction(uint32_t records,
                                         const std::vector<std::vector<uint8_t>>& audiences) {
  std::vector<test::SampleField> fields;
  for (uint32_t record = 0; record < records; ++record)
    for (uint16_t i = 0; i < kHidden; ++i)
      fields.push_back({{record, static_cast<uint16_t>(0x0301 + i), 0},
                        i % audiences.size(),
                        "\"示例值 " + std::to_string(record * kHidden + i) + "\""});
  return test::Sign(test::SealDraft(1, audiences, fields));
}

void CountFields(benchmark::State& state, double fields) {
  state.counters["fields/s"] =
      benchmark::Counter(fields, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_SealFields(benchmark::State& state) {
  InitCrypto();
  SenderKey sender(test::SealingKeyOf(200));
  const std::vector<SealingPublicKey> readers = {test::SealingKeyOf(1).public_key()};
  for (auto _ : state) {
    TransactionSealer sealer(Hash{}, sender, RandomBytes);
    const uint8_t audience = *sealer.AudienceOf(readers, {});
    for (uint16_t i = 0; i < 1000; ++i)
      benchmark::DoNotOptimize(sealer.Seal({0, i, 0}, audience, Bytes("\"示例值 12345\"")));
  }
  CountFields(state, 1000);
}
BENCHMARK(BM_SealFields)->Unit(benchmark::kMillisecond);

void BM_OpenFields(benchmark::State& state) {
  InitCrypto();
  const test::SealedTransaction sealed = BenchTransaction(125, {{1, 2}});
  std::vector<SealingKey> keys;
  keys.push_back(test::SealingKeyOf(1));
  SealedReader reader(std::move(keys));
  for (auto _ : state) benchmark::DoNotOptimize(reader.Open(sealed.tx, sealed.views));
  CountFields(state, 1000);
}
BENCHMARK(BM_OpenFields)->Unit(benchmark::kMillisecond);

void BM_CheckItems(benchmark::State& state) {
  InitCrypto();
  const auto records = static_cast<uint32_t>(state.range(0));
  const test::SealedTransaction sealed = BenchTransaction(records, {{1, 2}});
  for (auto _ : state) benchmark::DoNotOptimize(CheckSealedItems(sealed.tx, sealed.views));
  CountFields(state, records * kHidden);
}
BENCHMARK(BM_CheckItems)->Arg(1)->Arg(1000)->Unit(benchmark::kMicrosecond);

// One wrap list for `range` readers whose shared secrets are known (1) or new (0).
void BM_Wraps(benchmark::State& state) {
  InitCrypto();
  std::vector<SealingPublicKey> readers;
  for (uint8_t i = 1; i <= state.range(0); ++i)
    readers.push_back(test::SealingKeyOf(i).public_key());
  const SecretSeed key = SecretSeed::Random();
  SenderKey known(test::SealingKeyOf(200));
  for (auto _ : state) {
    std::optional<SenderKey> fresh;
    if (state.range(1) == 0) fresh.emplace(test::SealingKeyOf(201));
    benchmark::DoNotOptimize(MakeWrapList(fresh ? *fresh : known, Hash{}, 0, WrapPurpose::Own(),
                                          key, readers, RandomBytes));
  }
  state.counters["wraps/s"] = benchmark::Counter(static_cast<double>(state.range(0)),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BM_Wraps)->Args({8, 1})->Args({64, 1})->Args({8, 0})->Args({64, 0});

void BM_SharedSecret(benchmark::State& state) {
  InitCrypto();
  const SealingKey mine = test::SealingKeyOf(1);
  const SealingPublicKey other = test::SealingKeyOf(2).public_key();
  for (auto _ : state) benchmark::DoNotOptimize(mine.Agree(other));
}
BENCHMARK(BM_SharedSecret);

// Bytes a record, sealed part included, beside those of the same fields in clear.
void BM_Overhead(benchmark::State& state) {
  InitCrypto();
  const auto records = static_cast<uint32_t>(state.range(0));
  std::vector<std::vector<uint8_t>> audiences;
  for (int64_t a = 0; a < state.range(1); ++a) audiences.push_back({static_cast<uint8_t>(a), 9});
  const test::SealedTransaction sealed = BenchTransaction(records, audiences);
  ledger::TransactionDraft clear = test::SimpleDraft(1, kClear + kHidden);
  clear.records.resize(records, clear.records[0]);
  for (auto _ : state) benchmark::DoNotOptimize(SealedBytes(sealed.views));
  const double n = records;
  state.counters["envelope"] = static_cast<double>(sealed.envelope->size()) / n;
  state.counters["items"] = static_cast<double>(SealedBytes(sealed.views)) / n;
  state.counters["all_clear"] =
      static_cast<double>(ledger::SignTransaction(clear, test::KeyOf(1)).size()) / n;
}
BENCHMARK(BM_Overhead)->Args({1, 1})->Args({1, 3})->Args({1000, 1})->Args({1000, 3});

}  // namespace
}  // namespace suyuan::sealing
