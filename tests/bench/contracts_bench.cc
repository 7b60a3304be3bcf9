// Speed of block execution besides signature verification: microseconds for a single-record
// DOC_ANCHOR, milliseconds for an activation of 10,000 codes, and what either spends in decoding.
// One core, state in a sorted map; envelopes count as verified, as on a node with its cache.
#include <benchmark/benchmark.h>

#include "common/hash.h"
#include "contracts/party.h"
#include "ledger/block.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {
namespace {

constexpr size_t kTransactionsPerBlock = 1000;

ledger::BlockEntry Entry(Chain& chain, const std::vector<SignedTx>& txs) {
  ledger::EntryDraft draft;
  draft.height = Height(chain.height);
  draft.term = Term(1);
  draft.time_ms = chain.now_ms;
  for (const SignedTx& tx : txs) draft.envelopes.push_back(tx.envelope);
  return ledger::DecodeEntry(
             std::make_shared<const Bytes>(ledger::BuildEntry(draft, chain.node.key)))
      .value();
}

// Executes `txs` again and again over the same state.
void Execute(benchmark::State& state, Chain& chain, const std::vector<SignedTx>& txs) {
  const ledger::BlockEntry entry = Entry(chain, txs);
  ledger::VerifiedCache cache(1 << 16);
  for (const SignedTx& tx : txs) cache.Insert(Sha256(tx.envelope));
  ExecutionContext context;
  context.ledger = chain.ledger_id;
  context.cache = &cache;
  for (auto _ : state) {
    BlockExecution result = ExecuteBlock(context, chain.state, entry);
    SUYUAN_CHECK(DecodeOutcome(result.transactions[0].outcome)->applied(), "benchmark refused");
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * txs.size()));
}

void DecodeOnly(benchmark::State& state, const SignedTx& tx) {
  const auto envelope = std::make_shared<const Bytes>(tx.envelope);
  for (auto _ : state) {
    auto decoded = ledger::DecodeTransaction(envelope, LedgerLimits{}, nullptr);
    benchmark::DoNotOptimize(decoded);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_DocAnchor(benchmark::State& state) {
  Chain chain;
  chain.Join(chain.maker, kManufacturer);
  std::vector<SignedTx> txs;
  for (size_t i = 0; i < kTransactionsPerBlock; ++i)
    txs.push_back(chain.Make(tx::kDocAnchor, chain.maker, {Document("test_report", "REG")}));
  Execute(state, chain, txs);
}
BENCHMARK(BM_DocAnchor)->Unit(benchmark::kMillisecond);

void BM_DocAnchorDecodeOnly(benchmark::State& state) {
  Chain chain;
  DecodeOnly(state, chain.Make(tx::kDocAnchor, chain.maker, {Document("test_report", "REG")}));
}
BENCHMARK(BM_DocAnchorDecodeOnly)->Unit(benchmark::kMicrosecond);

// An approved batch of `quantity` pieces.
EntityId Approved(Chain& chain, const char* quantity) {
  chain.Join(chain.maker, kManufacturer);
  const EntityId product = chain.Ok(tx::kProductRegister, chain.maker, {Product()});
  chain.Ok(tx::kProductReview, chain.regulator,
           {Review(ledger::EntityKind::kProduct, product.view(), "approve")});
  const EntityId report = chain.Ok(tx::kDocAnchor, chain.maker, {Document("factory_inspection")});
  return chain.Ok(tx::kBatchSubmit, chain.maker, {BatchOf(product, report, quantity)});
}

void BM_BatchActivate10000(benchmark::State& state) {
  Chain chain;
  const EntityId id = Approved(chain, "10000");
  Execute(state, chain, {chain.Make(tx::kBatchActivate, chain.maker, {Codes(id, 1, 10'000)})});
}
BENCHMARK(BM_BatchActivate10000)->Unit(benchmark::kMillisecond);

void BM_BatchActivate10000DecodeOnly(benchmark::State& state) {
  Chain chain;
  const EntityId id = Approved(chain, "10000");
  DecodeOnly(state, chain.Make(tx::kBatchActivate, chain.maker, {Codes(id, 1, 10'000)}));
}
BENCHMARK(BM_BatchActivate10000DecodeOnly)->Unit(benchmark::kMillisecond);

void BM_CodePrint5000Units(benchmark::State& state) {
  Chain chain;
  const EntityId id = Approved(chain, "10000");
  chain.Ok(tx::kBatchActivate, chain.maker, {Codes(id, 1, 10'000)});
  Rec print = Print(id);
  for (uint32_t i = 0; i < 5'000; ++i)
    print.Set(command_field::kCodes, ItemCode(2 * i + 1), static_cast<uint16_t>(i));
  Execute(state, chain, {chain.Make(tx::kCodePrint, chain.maker, {print})});
}
BENCHMARK(BM_CodePrint5000Units)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace suyuan::contracts::testing
