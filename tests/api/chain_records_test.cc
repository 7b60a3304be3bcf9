// The records behind a chain: how many are read and checked, and what the answer says of the rest.
#include "api/chain_view.h"
#include "api/submissions.h"
#include "contracts/snapshot_reader.h"
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

class ChainRecordsTest : public ChainTest {
 protected:
  // A chain of the regulator's with the records that a budget allows.
  struct Loaded {
    Chain chain;
    ChainRecords records;
  };
  Loaded Load(const ChainRequest& request, const RecordBudget& budget) {
    const auto snapshot = ledger_.store().Snapshot();
    const contracts::SnapshotReader state(*snapshot);
    HistoryReader reader(state, ledger_.store(), ledger_.limits(), {});
    const std::optional<Identity> who = Identity{{}, ledger_.regulator.party, true, true};
    RecordVerifier verifier(ledger_.store(), ledger_.limits(), 1000);
    const ledger::Checkpoint checkpoint = ReadCheckpointBody(ledger_.checkpoint()).value();
    Chain chain = WalkChain(reader, request, who).value();
    ChainRecords records = ChainRecords::Load(chain, state, verifier, checkpoint, budget).value();
    // Nothing is named that is not there.
    for (const ChainCode& code : chain.codes)
      for (const Passage& passage : code.flows)
        EXPECT_NE(std::ranges::find(chain.flows, passage.flow, &Passage::flow), chain.flows.end());
    return {std::move(chain), std::move(records)};
  }
};

// Whatever ends the budget, each page has a flow, and the pages have them all.
TEST_F(ChainRecordsTest, FlowsGoOnWhereTheBudgetEnded) {
  Story();
  for (const RecordBudget& budget :
       {RecordBudget{.records = 0}, RecordBudget{.block_bytes = 0}, RecordBudget{.shown_bytes = 0},
        RecordBudget{.records = 3}, RecordBudget{}}) {
    ChainRequest request{.code = ItemCode(1), .depth = 0};
    Lines flows;
    for (int pages = 0;; ++pages) {
      ASSERT_LT(pages, 6);
      const Loaded loaded = Load(request, budget);
      const ChainCode& root = loaded.chain.codes.front();
      ASSERT_FALSE(root.flows.empty());
      for (const Passage& passage : root.flows) flows.push_back(Name(ToString(passage.flow)));
      EXPECT_EQ(loaded.chain.complete(), !root.more_flows);
      if (!root.more_flows) break;
      request.flows_from = *root.more_flows;
    }
    EXPECT_EQ(flows, (Lines{"S1", "CARRY", "WRONG", "S2", "RETAIL"}));
  }
}

// Four bytes of budget are not four flows.
TEST_F(ChainRecordsTest, ABudgetIsKept) {
  Story();
  const Loaded all = Load({.code = ItemCode(1), .depth = 0}, {});
  EXPECT_EQ(all.chain.flows.size(), 5u);
  EXPECT_EQ(all.records.Checked().size(), 5u + 2 + 2);
  const Loaded one = Load({.code = ItemCode(1), .depth = 0}, {.records = 1});
  EXPECT_EQ(one.chain.flows.size(), 1u);
  EXPECT_EQ(one.records.Checked().size(), 2u);  // as it was filed and as it was confirmed
}

// The flow of a code that is only shown beside is cut there, too; its links are not passed over.
TEST_F(ChainRecordsTest, LinksBeyondTheBudgetAreNotCalledVerified) {
  Story();
  const Loaded loaded = Load({.code = box_, .direction = Direction::kForward}, {.records = 0});
  EXPECT_FALSE(loaded.chain.complete());
  EXPECT_TRUE(loaded.chain.exhausted);
  EXPECT_EQ(loaded.chain.codes.size(), 4u);
  size_t unchecked = 0;
  for (const CheckedRecord& record : loaded.records.Checked()) {
    if (record.check.verified) continue;
    ++unchecked;
    EXPECT_EQ(record.check.unverified_because.substr(0, 6), "E_SIZE");
  }
  EXPECT_EQ(unchecked, 3u);  // the packing, and the two ways out
}

}  // namespace
}  // namespace suyuan::api::test
