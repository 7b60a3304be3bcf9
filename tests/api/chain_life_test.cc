// A code with a long life: nothing of it is out of reach, and where an answer ends it says so.
#include "contracts/snapshot_reader.h"
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

class ChainLifeTest : public ChainTest {
 protected:
  // The same flow again and again: more than the history of one code is read in one go.
  static constexpr int kCarried = static_cast<int>(ReadBudget().passages) + 15;
  Lines Carry(const std::string& prefix, int times, const std::string& code) {
    Lines names;
    for (int i = 0; i < times; ++i) {
      names.push_back(prefix + std::to_string(i));
      Record(names.back().c_str(), maker_, Words::FlowRec("transport", {code}));
    }
    return names;
  }
  // The flows of a code from page to page.
  Lines AllFlows(const std::string& code, size_t pages_max) {
    Lines out;
    std::string query = "depth=0";
    for (size_t pages = 1;; ++pages) {
      const json::Value trace = Trace(code, query, &ledger_.regulator);
      const json::Value& root = trace.Find("chain")->Find("codes")->if_array()->front();
      for (const json::Value& id : *root.Find("flows")->if_array())
        out.push_back(Name(*id.if_string()));
      const json::Value* more = root.Find("more");
      EXPECT_EQ(*trace.Find("chain")->Find("complete")->if_bool(), more == nullptr);
      if (!more) return out;
      EXPECT_LT(pages, pages_max);
      if (pages == pages_max) return out;
      query = "depth=0&flows_from=" + more->Text("flows_from");
    }
  }
  // With a budget of its own.
  struct Read {
    explicit Read(TestLedger& ledger, const ReadBudget& budget)
        : snapshot(ledger.store().Snapshot()),
          state(*snapshot),
          reader(state, ledger.store(), ledger.limits(), budget) {}
    std::shared_ptr<const ledger::StateSnapshot> snapshot;
    contracts::SnapshotReader state;
    HistoryReader reader;
  };
};

TEST_F(ChainLifeTest, EveryFlowOfABoxIsReached) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Lines expected = Carry("T", kCarried, box_);
  Sold("LAST", maker_, seller_, {box_});
  expected.push_back("LAST");
  EXPECT_EQ(AllFlows(box_, 6), expected);
  // And of what lay in it all the time.
  EXPECT_EQ(AllFlows(ItemCode(1), 6), expected);
}

TEST_F(ChainLifeTest, AContainerIsReadFromWhenTheUnitWasPutThere) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Pack(maker_, pallet_, 2, {box_});
  Carry("T", kCarried, box_);
  // The box lies in the pallet meanwhile: nothing can be put there that would not go with it.
  ledger_.File(tx::kCodeLink, maker_, {Words::LinkRec(pallet_, "package", {ItemCode(2)})});
  Record("LATE", maker_, Words::FlowRec("transport", {pallet_}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "direction=backward", &ledger_.regulator)),
            (Lines{"0 U2 IN_CIRCULATION @maker LATE",
                   "1 PALLET IN_CIRCULATION @maker [backward package of U2] LATE"}));
}

TEST_F(ChainLifeTest, ABoxOfALongLifeIsReadFromWhenItWasPutOnAPallet) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Carry("T", kCarried, box_);
  Pack(maker_, pallet_, 2, {box_});
  Record("AFTER", maker_, Words::FlowRec("transport", {pallet_}));
  EXPECT_EQ(Codes(Trace(pallet_, "direction=forward", &ledger_.regulator)),
            (Lines{"0 PALLET IN_CIRCULATION @maker AFTER",
                   "1 BOX IN_CIRCULATION @maker [forward package of PALLET] AFTER"}));
}

// What a container lies in counts also where that began before the unit came.
TEST_F(ChainLifeTest, ABoxThatIsFilledWhereItLies) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Pack(maker_, pallet_, 2, {box_});
  Record("BEFORE", maker_, Words::FlowRec("transport", {pallet_}));
  ledger_.File(tx::kCodeLink, maker_, {Words::LinkRec(box_, "package", {ItemCode(2)})});
  Record("AFTER", maker_, Words::FlowRec("transport", {pallet_}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "depth=2&direction=backward", &ledger_.regulator)),
            (Lines{"0 U2 IN_CIRCULATION @maker AFTER",
                   "1 BOX IN_CIRCULATION @maker [backward package of U2] AFTER",
                   "2 PALLET IN_CIRCULATION @maker [backward package of BOX] AFTER"}));
}

// As many events as codes were put in, and one record.
TEST_F(ChainLifeTest, EventsOfOneRecordAreReadAsOne) {
  Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2), ItemCode(3), ItemCode(4), ItemCode(5)});
  Sold("S1", maker_, seller_, {box_});
  Read read(ledger_, {.events = 4});  // issued, packed, sold, confirmed
  const CodeHistory* history = read.reader.Find(box_).value();
  EXPECT_EQ(history->contents.size(), 1u);
  EXPECT_EQ(history->passages.size(), 1u);
  EXPECT_FALSE(read.reader.exhausted());
}

// What the budget does not allow to place is not told, least of all with the link of another.
TEST_F(ChainLifeTest, AHistoryEndsWhereTheBudgetDoes) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Sold("S1", maker_, seller_, {box_});
  for (size_t outcomes = 0; outcomes <= 3; ++outcomes) {
    Read read(ledger_, {.outcomes = outcomes});
    const CodeHistory* history = read.reader.Find(box_).value();
    EXPECT_EQ(history->contents.size(), outcomes > 0 ? 1u : 0u) << outcomes;
    EXPECT_EQ(history->passages.size(), outcomes > 2 ? 1u : 0u) << outcomes;
    EXPECT_EQ(history->flows_until.has_value(), outcomes < 3) << outcomes;
    EXPECT_EQ(history->contents_until.has_value(), outcomes < 3) << outcomes;
    EXPECT_EQ(read.reader.exhausted(), outcomes < 3) << outcomes;
  }
  Read read(ledger_, {.outcomes = 0});
  EXPECT_TRUE(read.reader.Find(ItemCode(1)).value()->stays.empty());
}

// Two records that stand at one place of two transactions are two links.
TEST_F(ChainLifeTest, ALinkIsOfItsTransaction) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Pack(maker_, pallet_, 2, {ItemCode(2)});
  Read read(ledger_, {});
  EXPECT_EQ(read.reader.Find(ItemCode(1)).value()->stays.front().link->parent, box_);
  EXPECT_EQ(read.reader.Find(ItemCode(2)).value()->stays.front().link->parent, pallet_);
}

}  // namespace
}  // namespace suyuan::api::test
