// How often an auditor files what was refused: while less remains of it, and once more at the end.
#include "node/refused_findings.h"

#include <gtest/gtest.h>

namespace suyuan::node {
namespace {

TransactionFindings About(uint8_t tx, std::initializer_list<uint16_t> fields) {
  TransactionFindings out;
  out.tx.data.fill(tx);
  for (const uint16_t field : fields) {
    AuditFinding& finding = out.findings.emplace_back();
    finding.target = {ledger::EntityKind::kDocument, Bytes(16, 'd'), 1, field, 0};
  }
  return out;
}

// Two regulators audit a block with two bad transactions: each of the slower one's refusals has
// its own second chance.
TEST(RefusedFindingsTest, EachTransactionOfABlockIsTriedAgain) {
  RefusedFindings refused;
  EXPECT_TRUE(refused.Refuse(About(1, {1, 2})));
  EXPECT_FALSE(refused.GivenUp(About(1, {2})));
  EXPECT_TRUE(refused.Refuse(About(2, {1, 2}))) << "of the same block";
  EXPECT_FALSE(refused.GivenUp(About(2, {1, 2}))) << "once is not enough";
}

TEST(RefusedFindingsTest, TriesAgainWhileLessRemains) {
  RefusedFindings refused;
  EXPECT_TRUE(refused.Refuse(About(1, {1, 2, 3})));
  EXPECT_TRUE(refused.Refuse(About(1, {2, 3})));
  EXPECT_TRUE(refused.Refuse(About(1, {3})));
  EXPECT_FALSE(refused.Refuse(About(1, {3}))) << "nothing changed";
  EXPECT_TRUE(refused.GivenUp(About(1, {3})));
  EXPECT_FALSE(refused.GivenUp(About(2, {3})));

  // A countersignature is another thing to file than a claim of one's own.
  TransactionFindings beside = About(1, {3});
  beside.findings.front().of = TxId{};
  EXPECT_FALSE(refused.GivenUp(beside));
  EXPECT_TRUE(refused.Refuse(beside));

  refused.Clear();
  EXPECT_FALSE(refused.GivenUp(beside));
  EXPECT_TRUE(refused.Refuse(beside)) << "of another block";
}

}  // namespace
}  // namespace suyuan::node
