// A crash at every point at which the store touches the disk: nothing that was acknowledged is
// lost, nothing is applied twice, and all roots are those of a run without a crash (reliability §1
// rows 2, 22, 27, 30; §2 invariants 4, 5, 7, 12).
#include <gtest/gtest.h>

#include "ledger/store.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/property_cases.h"
#include "tests/support/sim_env.h"

namespace suyuan::ledger {
namespace {

using test::Chain;
using test::Rng;
using test::SimEnv;

// One step of a node's life.
struct Step {
  enum Kind { kAppend, kMark, kApply } kind;
  std::vector<Chain::Block> blocks;  // kAppend: several; else one
  LogHardState hard_state;           // kAppend
};

// A leader's life with groups of entries, lagging execution and suffixes replaced by newer terms.
std::vector<Step> MakeScript(uint64_t seed, int groups) {
  Rng rng(seed);
  Chain chain(seed);
  std::vector<Step> script;
  std::vector<Chain::Block> log;
  size_t applied = 0;
  uint64_t term = 1;
  for (int i = 0; i < groups; ++i) {
    if (rng() % 4 == 0 && log.size() > applied) {
      ++term;  // a newer leader replaces what was not applied
      log.resize(applied + rng() % (log.size() - applied));
      LogEntryHead to;
      to.entry_hash.data = test::SampleLedger().data;
      if (!log.empty()) to = log.back().head;
      chain.Rewind(to, 1'700'000'000'000 + 1000 * static_cast<uint64_t>(i));
    }
    Step append{Step::kAppend, {}, {}};
    for (size_t n = 1 + rng() % 3; n > 0; --n) {
      Chain::Block block = chain.Next(rng() % 3, Term(term), rng() % 2);
      for (StateWrite& write : block.result.writes)
        if (write.value) write.value->append(3000, 'x');  // fills LevelDB's buffers
      append.blocks.push_back(block);
      log.push_back(block);
    }
    append.hard_state = {Term(term), static_cast<uint32_t>(rng() % 3), Height(applied)};
    script.push_back(append);
    script.push_back({Step::kMark, {log.back()}, {}});
    for (size_t n = rng() % (log.size() - applied + 1); n > 0; --n)
      script.push_back({Step::kApply, {log[applied++]}, {}});
  }
  return script;
}

// What must be there after the first `done` steps.
struct Expected {
  std::vector<Chain::Block> log;
  LogHardState hard_state;
  LogEntryHead mark;
  std::vector<Chain::Block> applied;
};
Expected After(const std::vector<Step>& script, size_t done) {
  Expected e;
  for (size_t i = 0; i < done; ++i) {
    const Step& step = script[i];
    if (step.kind == Step::kMark) e.mark = step.blocks[0].head;
    if (step.kind == Step::kApply) e.applied.push_back(step.blocks[0]);
    if (step.kind != Step::kAppend) continue;
    e.log.resize(step.blocks[0].head.height.value() - 1);
    e.log.insert(e.log.end(), step.blocks.begin(), step.blocks.end());
    e.hard_state = step.hard_state;
    if (e.mark.height > Height(e.log.size() - step.blocks.size()))
      e.mark.height = Height(e.log.size() - step.blocks.size());
  }
  return e;
}

class CrashRun {
 public:
  CrashRun(const std::vector<Step>& script, const std::vector<LogHead>& reference)
      : script_(script), reference_(reference) {}

  SimEnv env;

  // Runs until the end or until the machine dies.
  void Run() {
    if (store_ == nullptr && !Open()) return;
    for (; done_ < script_.size(); ++done_) {
      Status status = Do(script_[done_]);
      if (status.ok()) continue;
      EXPECT_TRUE(env.dead()) << status.error().ToString();
      return;
    }
    finished_ = true;
  }
  bool finished() const { return finished_; }

  // Restarts after a death and compares everything with what was acknowledged.
  void Recover() {
    store_.reset();
    env.Crash();
    ASSERT_TRUE(Open()) << "after step " << done_;
    if (done_ == 0 && store_->last_entry().height.value() == 0) return;
    Expected before = After(script_, done_);
    Expected inflight = After(script_, std::min(done_ + 1, script_.size()));
    bool same_as_before = SameLog(before), same_as_inflight = SameLog(inflight);
    ASSERT_TRUE(same_as_before || same_as_inflight) << "log after step " << done_;
    if (!same_as_before) ++done_;
    ASSERT_GE(store_->mark().height, std::min(before.mark.height, inflight.mark.height));
    LogHead head = store_->head();
    ASSERT_LE(head.height.value(), inflight.applied.size());
    ASSERT_EQ(head.state_root, reference_[head.height.value()].state_root);
    ASSERT_EQ(head.header_leaf_hash, reference_[head.height.value()].header_leaf_hash);
    for (uint64_t h = head.height.value(); h < After(script_, done_).applied.size(); ++h)
      ASSERT_OK(Apply(inflight.applied[h]));
    if (head.height.value() > After(script_, done_).applied.size()) ++done_;  // it got through
  }

  void ExpectFinalState() {
    Expected end = After(script_, script_.size());
    ASSERT_TRUE(SameLog(end));
    LogHead head = store_->head();
    ASSERT_EQ(head.height.value(), end.applied.size());
    EXPECT_EQ(head.state_root, reference_.back().state_root);
    EXPECT_EQ(head.header_leaf_hash, reference_.back().header_leaf_hash);
    EXPECT_EQ(head.leaf_count, reference_.back().leaf_count);
    for (const Chain::Block& block : end.applied)
      for (const ExecutedTransaction& tx : block.result.transactions) {
        auto found = store_->FindTransaction(tx.id);
        ASSERT_OK(found);
        ASSERT_TRUE(found->has_value());
        EXPECT_EQ((*found)->outcome, tx.outcome);
      }
  }
  LogHead head() const { return store_->head(); }
  uint64_t Operations() const { return env.operations(); }

 private:
  bool Open() {
    StoreOptions options;
    options.directory = "/ledger";
    options.env = &env;
    options.log_write_buffer_bytes = options.state_write_buffer_bytes = 64 << 10;
    options.block_cache_bytes = 1 << 20;
    options.tree_flush_pages = 30;
    auto store = Store::Open(options, test::SampleLedger());
    if (!store.ok() && store.error().code == ErrorCode::kRef) {
      options.create = true;
      store = Store::Open(options, test::SampleLedger());
    }
    if (!store.ok()) {
      EXPECT_TRUE(env.dead()) << store.error().ToString();
      return false;
    }
    store_ = *std::move(store);
    if (store_->head().leaf_count > 0) return true;
    return store_
        ->ApplyGenesis(1, EncodeConfiguration(test::SampleConfiguration()), test::GenesisWrites())
        .ok();
  }
  Status Apply(const Chain::Block& block) { return store_->ApplyBlock(block.entry, block.result); }
  Status Do(const Step& step) {
    if (step.kind == Step::kMark) return store_->Mark(step.blocks[0].head);
    if (step.kind == Step::kApply) return Apply(step.blocks[0]);
    std::vector<std::shared_ptr<const Bytes>> entries;
    for (const Chain::Block& block : step.blocks) entries.push_back(block.bytes);
    return store_->AppendLog(step.hard_state, entries);
  }
  bool SameLog(const Expected& e) {
    if (store_->last_entry().height != Height(e.log.size())) return false;
    for (const Chain::Block& block : e.log) {
      auto bytes = store_->EntryBytes(block.head.height);
      if (!bytes.ok() || **bytes != *block.bytes) return false;
    }
    LogHardState hard = store_->hard_state();
    return hard.term == e.hard_state.term && hard.vote == e.hard_state.vote &&
           hard.commit == e.hard_state.commit;
  }

  const std::vector<Step>& script_;
  const std::vector<LogHead>& reference_;
  std::unique_ptr<Store> store_;
  size_t done_ = 0;
  bool finished_ = false;
};

// Heads by height of a run without a crash, and the number of disk operations in it.
std::vector<LogHead> Reference(const std::vector<Step>& script, uint64_t* operations) {
  SimEnv env;
  StoreOptions options;
  options.directory = "/reference";
  options.env = &env;
  options.create = true;
  auto store = *Store::Open(options, test::SampleLedger());
  SUYUAN_CHECK(
      store
          ->ApplyGenesis(1, EncodeConfiguration(test::SampleConfiguration()), test::GenesisWrites())
          .ok(),
      "genesis");
  std::vector<LogHead> heads{store->head()};
  for (const Step& step : script) {
    std::vector<std::shared_ptr<const Bytes>> entries;
    for (const Chain::Block& block : step.blocks) entries.push_back(block.bytes);
    if (step.kind == Step::kAppend)
      SUYUAN_CHECK(store->AppendLog(step.hard_state, entries).ok(), "append");
    if (step.kind != Step::kApply) continue;
    SUYUAN_CHECK(store->ApplyBlock(step.blocks[0].entry, step.blocks[0].result).ok(), "apply");
    heads.push_back(store->head());
  }
  store.reset();
  CrashRun whole(script, heads);
  whole.Run();
  SUYUAN_CHECK(whole.finished(), "the script does not run through");
  *operations = whole.Operations();
  return heads;
}

// What a crash leaves of unsynced bytes.
enum class Survival { kNothing, kPart, kAll };

void CrashEverywhere(uint64_t seed, int groups, Survival survival) {
  std::vector<Step> script = MakeScript(seed, groups);
  uint64_t operations = 0;
  std::vector<LogHead> reference = Reference(script, &operations);
  ASSERT_GT(operations, 100u);
  for (uint64_t at = 1; at <= operations; at += test::kCaseShare) {
    SCOPED_TRACE("crash at operation " + std::to_string(at) + " of " + std::to_string(operations));
    Rng rng(at);  // outlives the run, whose disk draws from it to the end
    CrashRun run(script, reference);
    if (survival == Survival::kPart) run.env.survive = [&](size_t n) { return rng() % (n + 1); };
    if (survival == Survival::kAll) run.env.survive = [](size_t n) { return n; };
    run.env.SetFaults({.die_at = at});
    run.Run();
    // Sometimes the machine dies again while it recovers or soon after.
    for (int again = 0; !run.finished() && again < 3; ++again) {
      ASSERT_NO_FATAL_FAILURE(run.Recover());
      if (again < 2 && at % 3 == 0) run.env.SetFaults({.die_at = 1 + rng() % 40});
      run.Run();
    }
    ASSERT_TRUE(run.finished());
    ASSERT_NO_FATAL_FAILURE(run.ExpectFinalState());
  }
}

TEST(StoreCrash, AtEveryOperationWhenNothingUnsyncedSurvives) {
  CrashEverywhere(1, 40, Survival::kNothing);
}
TEST(StoreCrash, AtEveryOperationWhenAPartOfTheUnsyncedSurvives) {
  CrashEverywhere(2, 40, Survival::kPart);
}
TEST(StoreCrash, AtEveryOperationWhenAllUnsyncedSurvives) {
  CrashEverywhere(3, 40, Survival::kAll);
}

}  // namespace
}  // namespace suyuan::ledger
