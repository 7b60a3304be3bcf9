// Which configuration may follow (docs/formats.md §4), as the verifier reads the rule.
#include "ledger/verify/members.h"

#include <gtest/gtest.h>

#include "common/hash.h"
#include "ledger/block.h"

namespace suyuan::ledger::verify {
namespace {

class MembersTest : public ::testing::Test {
 protected:
  MembersTest() {
    for (const char c : {'1', '2', '3'}) present_.members.push_back(MemberOf(c));
    EXPECT_TRUE(walk_.Found(EncodeConfiguration(present_)).ok());
  }

  static PublicKey KeyOf(char node, char use) {
    return *PublicKey::From(Sha256(std::string{node, use}).view());
  }
  static Member MemberOf(char node, char organisation = 0) {
    std::string party = "91310000MA1FL5TX40";
    party.back() = organisation == 0 ? node : organisation;
    return {*PartyId::From(party),    std::string{'n', node},  KeyOf(node, 'n'),
            KeyOf(node, 'l'),         KeyOf(node, 'c'),        true,
            "h:" + std::string{node}, "a:" + std::string{node}};
  }
  static TxId Tx(char n) { return *TxId::From(Bytes(32, n)); }

  // What a change, approved by transaction `tx` at height 7, makes of the present members.
  Configuration Next(uint8_t phase, char tx) const {
    Configuration out = present_;
    ++out.seq;
    out.phase = phase;
    out.change_tx_id = Tx(tx).str();
    out.approved_height = Height(7);
    return out;
  }
  Status Adopt(const Configuration& next) {
    Status status = walk_.Adopt(EncodeConfiguration(next));
    if (status.ok()) present_ = next;
    return status;
  }
  // Approved, adopted, and its end adopted when it is joint.
  void Carry(Configuration next, char tx) {
    walk_.Approve(Tx(tx), 7);
    ASSERT_TRUE(Adopt(next).ok());
    if (next.phase == 1) return;
    ++next.seq;
    next.phase = 1;
    ASSERT_TRUE(Adopt(next).ok());
  }
  Configuration WithLearner(char node, char tx, char organisation = 0) const {
    Configuration next = Next(1, tx);
    next.members.push_back(MemberOf(node, organisation));
    next.members.back().voter = false;
    return next;
  }

  Configuration present_;
  MembersWalk walk_;
};

TEST_F(MembersTest, EachKindOfChangeFollows) {
  Carry(WithLearner('4', 'a'), 'a');
  Configuration promoted = Next(2, 'b');
  promoted.members[3].voter = true;
  Carry(promoted, 'b');
  Configuration left = Next(2, 'c');
  left.members.erase(left.members.begin() + 1);
  Carry(left, 'c');
  Carry(WithLearner('5', 'd', '1'), 'd');
  Configuration replaced = Next(2, 'e');  // of organisation 1
  replaced.members[3].voter = true;
  replaced.members.erase(replaced.members.begin());
  Carry(replaced, 'e');
  Carry(WithLearner('6', 'f'), 'f');
  Configuration learner_left = Next(1, 'g');
  learner_left.members.pop_back();
  Carry(learner_left, 'g');
  EXPECT_EQ(walk_.log_keys().size(), 6u);
}

TEST_F(MembersTest, AnApprovalCountsOnceAndAtItsHeight) {
  const Configuration next = WithLearner('4', 'a');
  EXPECT_FALSE(Adopt(next).ok());  // nobody approved it
  walk_.Approve(Tx('a'), 6);
  EXPECT_FALSE(Adopt(next).ok());  // elsewhere
  walk_.Approve(Tx('a'), 7);
  EXPECT_TRUE(Adopt(next).ok());
  EXPECT_FALSE(Adopt(WithLearner('5', 'a')).ok());  // used
}

TEST_F(MembersTest, OnlyItsEndFollowsAJointOne) {
  Configuration left = Next(2, 'a');
  left.members.pop_back();
  walk_.Approve(Tx('a'), 7);
  walk_.Approve(Tx('b'), 7);
  ASSERT_TRUE(Adopt(left).ok());
  EXPECT_FALSE(Adopt(WithLearner('4', 'b')).ok());
  Configuration end = left;
  ++end.seq;
  EXPECT_FALSE(Adopt(end).ok());  // joint once more
  end.phase = 1;
  end.change_tx_id = Tx('b').str();
  EXPECT_FALSE(Adopt(end).ok());
  end.change_tx_id = Tx('a').str();
  EXPECT_TRUE(Adopt(end).ok());
}

TEST_F(MembersTest, NothingElseFollows) {
  const auto refused = [&](const char* what, uint8_t phase, auto change) {
    walk_.Approve(Tx('a'), 7);
    Configuration next = Next(phase, 'a');
    change(next);
    EXPECT_FALSE(Adopt(next).ok()) << what;
  };
  for (const uint8_t phase : {1, 2}) {
    refused("no change", phase, [](Configuration&) {});
    refused("a number left out", phase, [](Configuration& c) { ++c.seq, c.members.pop_back(); });
    refused("two leave", phase, [](Configuration& c) { c.members.resize(1); });
    refused("a voter that was no learner", phase,
            [](Configuration& c) { c.members.push_back(MemberOf('4')); });
    refused("a voter becomes a learner", phase,
            [](Configuration& c) { c.members[0].voter = false; });
    refused("another key", phase, [](Configuration& c) { c.members[0].log_key = KeyOf('9', 'l'); });
    refused("another order", phase,
            [](Configuration& c) { std::swap(c.members[0], c.members[1]); });
  }
  refused("a voter leaves at once", 1, [](Configuration& c) { c.members.pop_back(); });
  refused("a learner by way of a joint one", 2, [](Configuration& c) {
    c.members.push_back(MemberOf('4'));
    c.members.back().voter = false;
  });
  Carry(WithLearner('4', 'b'), 'b');
  refused("another organisation's voter is replaced", 2, [](Configuration& c) {
    c.members[3].voter = true;
    c.members.erase(c.members.begin());
  });
}

TEST_F(MembersTest, AnOrganisationGetsNoSecondVoter) {
  Carry(WithLearner('4', 'b', '1'), 'b');
  walk_.Approve(Tx('c'), 7);
  Configuration second = Next(2, 'c');
  second.members[3].voter = true;
  EXPECT_FALSE(Adopt(second).ok());
  // In the place of its own it is one.
  second.members.erase(second.members.begin());
  EXPECT_TRUE(Adopt(second).ok());
}

}  // namespace
}  // namespace suyuan::ledger::verify
