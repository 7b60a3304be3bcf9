#include "tests/verify/real_ledger.h"

#include <unistd.h>

#include "contracts/block_executor.h"
#include "contracts/replayer.h"
#include "ledger/checkpoint.h"
#include "ledger/store.h"
#include "ledger/verify/data_dir.h"

namespace suyuan::test {
namespace {

void Carry(const ledger::Parcel& parcel, ledger::EntryDraft* draft) {
  draft->envelopes.push_back(*parcel.envelope);
  draft->sealed_items.insert(draft->sealed_items.end(), parcel.sealed_items->begin(),
                             parcel.sealed_items->end());
}

}  // namespace

RealLedger::RealLedger() : world_(MakeWorld(100)) {
  static int ledgers = 0;  // of this process
  base_ = std::filesystem::temp_directory_path() /
          ("suyuan-verify-" + std::to_string(::getpid()) + "-" + std::to_string(++ledgers));
  std::filesystem::remove_all(base_);
  std::filesystem::create_directories(base_);
  directory_ = base_ + "/honest";
  Fill();
}

RealLedger::~RealLedger() { std::filesystem::remove_all(base_); }

std::string RealLedger::Copy() {
  std::string copy = base_ + "/copy-" + std::to_string(++copies_);
  if (copies_ > 1) std::filesystem::remove_all(base_ + "/copy-" + std::to_string(copies_ - 1));
  std::filesystem::copy(directory_, copy, std::filesystem::copy_options::recursive);
  return copy;
}

void RealLedger::Fill() {
  ledger::StoreOptions options;
  options.directory = directory_;
  options.create = true;
  options.log_write_buffer_bytes = 16 << 10;  // so that tables exist beside the write-ahead log
  options.state_write_buffer_bytes = 16 << 10;
  options.tree_flush_pages = 16;
  auto store = ledger::Store::Open(options, world_.genesis.ledger_id).value();
  SUYUAN_CHECK(
      store->ApplyGenesis(world_.genesis.time_ms, world_.configuration, world_.genesis_writes).ok(),
      "genesis");
  contracts::MapState state;
  state.Apply(world_.genesis_writes);
  Hash previous{world_.genesis.ledger_id.data};
  size_t next = 0;
  for (uint64_t height = 1; next < world_.transactions.size(); ++height) {
    ledger::EntryDraft draft;
    draft.height = Height(height);
    draft.term = Term(1 + height / 20);
    draft.time_ms = kWorldTimeMs + height;
    draft.prev_entry_hash = previous;
    if (height % 20 == 1) {
      draft.kind = ledger::BlockKind::kElection;
    } else {
      for (uint64_t i = 0; i < 1 + height % 3 && next < world_.transactions.size(); ++i)
        Carry(world_.transactions[next++].parcel, &draft);
      if (height % 7 == 0)  // carried a second time: no leaf, no effect
        Carry(world_.transactions[next / 2].parcel, &draft);
    }
    auto bytes =
        std::make_shared<const Bytes>(ledger::BuildEntry(draft, world_.node_keys[height % 3]));
    auto entry = ledger::DecodeEntry(bytes).value();
    SUYUAN_CHECK(
        store->AppendLog(ledger::LogHardState{draft.term, 1, Height(height)}, {bytes}).ok(),
        "append");
    SUYUAN_CHECK(store->Mark({draft.height, draft.term, entry.hash}).ok(), "mark");
    contracts::ExecutionContext context{
        world_.genesis.ledger_id, world_.genesis.limits,
        [&](const TxId& id) {
          return contracts::WhetherApplied(store->FindTransaction(id).value());
        },
        world_.cache.get()};
    auto executed = contracts::ExecuteBlock(context, state, entry);
    state.Apply(executed.writes);
    SUYUAN_CHECK(store->ApplyBlock(entry, {executed.transactions, executed.writes}).ok(), "apply");
    previous = entry.hash;
  }
  auto summary = store->Summary(store->head().height).value();
  std::string note = ledger::SignNote(
      ledger::CheckpointBody({world_.genesis.origin, summary.leaf_count, summary.log_root}),
      world_.genesis.origin, world_.log_keys[0]);
  SUYUAN_CHECK(store->SaveCheckpoint(note).ok(), "checkpoint");
}

ledger::verify::GenesisFacts RealLedger::facts() const {
  return {world_.genesis.ledger_id, world_.genesis.origin, world_.genesis.time_ms,
          world_.configuration};
}

ledger::verify::Report RealLedger::Verify(const std::string& directory, bool log_only) const {
  contracts::Replayer replayer(world_.genesis.ledger_id, world_.genesis.limits,
                               world_.genesis_writes);
  ledger::verify::Options options;
  options.threads = 2;
  if (!log_only) options.replayer = &replayer;
  auto source = ledger::verify::OpenDataDirectory(directory);
  if (!source.ok()) {
    ledger::verify::Report report;
    report.problem = source.error().ToString();
    return report;
  }
  return ledger::verify::VerifyLedger(**source, facts(), options);
}

}  // namespace suyuan::test
