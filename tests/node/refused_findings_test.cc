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

bool Refuse(RefusedFindings& refused, const TransactionFindings& found) {
  return refused.Refuse(found.tx, found.findings);
}
bool GivenUp(const RefusedFindings& refused, const TransactionFindings& found) {
  return refused.GivenUp(found.tx, found.findings);
}

// Two regulators audit a block with two bad transactions: each of the slower one's refusals has
// its own second chance.
TEST(RefusedFindingsTest, EachTransactionOfABlockIsTriedAgain) {
  RefusedFindings refused;
  EXPECT_TRUE(Refuse(refused, About(1, {1, 2})));
  EXPECT_FALSE(GivenUp(refused, About(1, {2})));
  EXPECT_TRUE(Refuse(refused, About(2, {1, 2}))) << "of the same block";
  EXPECT_FALSE(GivenUp(refused, About(2, {1, 2}))) << "once is not enough";
}

TEST(RefusedFindingsTest, TriesAgainWhileLessRemains) {
  RefusedFindings refused;
  EXPECT_TRUE(Refuse(refused, About(1, {1, 2, 3})));
  EXPECT_TRUE(Refuse(refused, About(1, {2, 3})));
  EXPECT_TRUE(Refuse(refused, About(1, {3})));
  EXPECT_FALSE(Refuse(refused, About(1, {3}))) << "nothing changed";
  EXPECT_TRUE(GivenUp(refused, About(1, {3})));
  EXPECT_FALSE(GivenUp(refused, About(2, {3})));

  // A countersignature is another thing to file than a claim of one's own.
  TransactionFindings beside = About(1, {3});
  beside.findings.front().of = TxId{};
  EXPECT_FALSE(GivenUp(refused, beside));
  EXPECT_TRUE(Refuse(refused, beside));

  refused.Clear();
  EXPECT_FALSE(GivenUp(refused, beside));
  EXPECT_TRUE(Refuse(refused, beside)) << "of another block";
}

// More findings than one FINDING holds: what is refused of one part says nothing of another.
TEST(RefusedFindingsTest, PartsOfOneTransactionAreApart) {
  RefusedFindings refused;
  EXPECT_TRUE(Refuse(refused, About(1, {1, 2})));
  EXPECT_TRUE(Refuse(refused, About(1, {3, 4})));
  EXPECT_FALSE(Refuse(refused, About(1, {1, 2})));
  EXPECT_FALSE(Refuse(refused, About(1, {3, 4}))) << "not for ever";
  EXPECT_TRUE(GivenUp(refused, About(1, {1, 2})));
  EXPECT_FALSE(GivenUp(refused, About(1, {1}))) << "by itself it was not refused yet";
}

}  // namespace
}  // namespace suyuan::node
