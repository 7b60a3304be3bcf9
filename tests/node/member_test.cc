// Members that change while the ledger runs (requirements 6.13, DC-1-a, DC-1-b, DC-1-d): real
// nodes, no restart but the one that shows that nothing depends on it.
#include "contracts/member.h"

#include <gtest/gtest.h>

#include "contracts/field_numbers.h"
#include "contracts/outcome.h"
#include "contracts/replayer.h"
#include "contracts/types.h"
#include "ledger/verify/data_dir.h"
#include "ledger/verify/verifier.h"
#include "node/clock.h"
#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

namespace f = contracts::node_field;
namespace c = contracts::command_field;

class MemberTest : public ::testing::Test {
 protected:
  static constexpr size_t kNew = 3;
  MemberTest() : cluster_(4, "one", 3) {
    for (size_t i = 0; i < kNew; ++i) cluster_.Start(i);
    cluster_.WaitForLeader();
  }

  static void Add(ledger::RecordDraft& record, uint16_t field, const std::string& text) {
    ledger::RecordDraft::LeafDraft leaf;
    leaf.field = field;
    leaf.value = "\"" + text + "\"";
    record.leaves.push_back(std::move(leaf));
  }
  ledger::Member Member(size_t i) const { return MemberOf(i, cluster_.peer_endpoint(i).port); }
  ledger::RecordDraft NewNode(size_t i) const {
    const ledger::Member m = Member(i);
    ledger::RecordDraft record;
    record.schema = f::kSection;
    Add(record, f::kNodeParty, ToString(m.party));
    Add(record, f::kNodeLabel, m.node);
    Add(record, f::kNodeKey, ToHex(m.node_key));
    Add(record, f::kLogKey, ToHex(m.log_key));
    Add(record, f::kCosignerKey, ToHex(m.cosigner_key));
    Add(record, f::kPeerAddress, m.peer_address);
    Add(record, f::kApiAddress, "127.0.0.1:" + std::to_string(i + 1));
    return record;
  }
  ledger::RecordDraft Change(size_t i, const char* action) const {
    ledger::RecordDraft record;
    record.schema = c::kSection;
    record.subject_kind = ledger::EntityKind::kNode;
    record.subject = contracts::NodeIdOf(Member(i)).str();
    Add(record, c::kMemberAction, action);
    return record;
  }
  // Through node `via`, signed by regulator 0; expects that it is applied.
  void Approve(size_t via, ledger::RecordDraft record) {
    ledger::TransactionDraft draft;
    draft.core.ledger_id = cluster_.ledger().ledger;
    draft.core.type = contracts::tx::kMemberChange;
    draft.core.submitter = TestParty(0);
    draft.core.signers = {{ledger::SignerRole::kSubmitter, TestParty(0), PartyKey(0).key_id()}};
    draft.core.nonce = RandomFixed<Nonce16>();
    draft.core.created_ms = static_cast<uint64_t>(SystemWallMs());
    draft.core.expiry_ms = draft.core.created_ms + 3'600'000;
    draft.records.push_back(std::move(record));
    auto envelope = std::make_shared<const Bytes>(ledger::SignTransaction(draft, PartyKey(0)));
    auto result = cluster_.Submit(via, {envelope, {}});
    ASSERT_TRUE(result.ok()) << result.error().ToString();
    ASSERT_TRUE(contracts::IsApplied(result->outcome->outcome))
        << contracts::DecodeOutcome(result->outcome->outcome)->refusal->ToString();
  }
  void StartNew() {
    NodeStart start = cluster_.StartOf(kNew);
    start.config.join = true;
    cluster_.Start(kNew, std::move(start));
  }
  bool HasRole(size_t i, std::initializer_list<std::string_view> roles) {
    return Eventually([&] {
      const std::string role = cluster_.gateway(i).status().role;
      return std::ranges::find(roles, role) != roles.end();
    });
  }
  bool IsVoter(size_t i) { return HasRole(i, {"leader", "follower", "candidate"}); }
  void AddAndPromote() {
    Approve(0, NewNode(kNew));
    StartNew();
    ASSERT_TRUE(HasRole(kNew, {"learner"}));
    Approve(0, Change(kNew, "promote"));
    ASSERT_TRUE(IsVoter(kNew));
  }
  bool Writes(size_t i) {
    return Eventually([&] { return cluster_.Submit(i, cluster_.NewEnvelope()).ok(); });
  }
  void ExpectVerified(size_t i) {
    const LedgerStart& ledger = cluster_.ledger();
    for (const bool executing : {true, false}) {
      contracts::Replayer replayer(ledger.ledger, ledger.limits, ledger.writes);
      ledger::verify::Options options;
      if (executing) options.replayer = &replayer;
      auto source = ledger::verify::OpenDataDirectory(cluster_.directory(i) + "/ledger");
      ASSERT_TRUE(source.ok()) << source.error().ToString();
      auto report = ledger::verify::VerifyLedger(
          **source, {ledger.ledger, ledger.origin, ledger.time_ms, ledger.configuration}, options);
      EXPECT_TRUE(report.ok) << "node " << i << ", height " << report.height << ": "
                             << report.problem;
    }
  }

  Cluster cluster_;
};

TEST_F(MemberTest, ANewNodeLearnsCatchesUpAndVotes) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(cluster_.Submit(0, cluster_.NewEnvelope()).ok());
  AddAndPromote();
  EXPECT_TRUE(cluster_.Converged());
  // It counts: without one of the others nothing is committed but with it.
  size_t stopped = cluster_.WaitForLeader() == 0 ? 1 : 0;
  cluster_.Stop(stopped);
  EXPECT_TRUE(Writes(kNew));
  EXPECT_TRUE(Writes(2));
  EXPECT_TRUE(cluster_.Converged());
  cluster_.Start(stopped);
  EXPECT_TRUE(cluster_.Converged());
  for (size_t i = 0; i < 4; ++i) cluster_.Stop(i);
  for (size_t i = 0; i < 4; ++i) ExpectVerified(i);
}

// By the same directory it names the leader when that is itself: without it, a leader that joined
// would tell its clients that no leader is known (GET /readyz).
TEST_F(MemberTest, ANewNodeKnowsItsName) {
  AddAndPromote();
  EXPECT_TRUE(Eventually([&] {
    const api::NodeStatus status = cluster_.gateway(kNew).status();
    return !status.node.ends_with("/joining") && status.node != cluster_.gateway(0).status().node;
  }));
}

TEST_F(MemberTest, ALeaderThatIsRemovedStepsDownAndSaysSo) {
  AddAndPromote();
  const size_t leader = cluster_.WaitForLeader();
  const size_t other = leader == 2 ? 1 : 2;
  // One of the two regulators may leave.
  Approve(other, Change(leader, "remove"));
  EXPECT_TRUE(HasRole(leader, {"removed"}));
  EXPECT_TRUE(Writes(other));
  const uint64_t term = cluster_.gateway(other).status().term;
  // It disturbs nobody, also when it starts again.
  cluster_.Stop(leader);
  cluster_.Start(leader);
  EXPECT_TRUE(HasRole(leader, {"removed"}));
  EXPECT_TRUE(Writes(other));
  EXPECT_LE(cluster_.gateway(other).status().term, term + 1);
  cluster_.Stop(leader);
  EXPECT_TRUE(cluster_.Converged());
  // A restart of all others keeps the configuration.
  for (size_t i = 0; i < 4; ++i) cluster_.Stop(i);
  for (size_t i = 0; i < 4; ++i) {
    if (i == leader) continue;
    if (i == kNew) {
      StartNew();
    } else {
      cluster_.Start(i);
    }
  }
  EXPECT_TRUE(Writes(other));
  EXPECT_TRUE(IsVoter(kNew));
  EXPECT_EQ(cluster_.gateway(other).status().peers.size(), 2u);
  EXPECT_TRUE(cluster_.Converged());
  for (size_t i = 0; i < 4; ++i) cluster_.Stop(i);
  for (size_t i = 0; i < 4; ++i) ExpectVerified(i);
}

TEST_F(MemberTest, ALostVoterIsReplaced) {
  const size_t lost = cluster_.WaitForLeader() == 2 ? 1 : 2;
  cluster_.Stop(lost);
  AddAndPromote();
  Approve(0, Change(lost, "remove"));
  EXPECT_TRUE(Eventually([&] { return cluster_.gateway(0).status().peers.size() == 2; }));
  EXPECT_TRUE(Writes(kNew));
  EXPECT_TRUE(cluster_.Converged());
}

TEST_F(MemberTest, AStrangerIsNotServedBeforeItIsAdded) {
  StartNew();
  EXPECT_TRUE(HasRole(kNew, {"joining"}));
  EXPECT_TRUE(Writes(0));
  EXPECT_EQ(cluster_.gateway(kNew).status().applied, 0u);
  Approve(0, NewNode(kNew));
  EXPECT_TRUE(HasRole(kNew, {"learner"}));
  EXPECT_TRUE(Writes(kNew));
}

// Without a promotion a learner counts in no majority, and it leaves with one entry.
TEST_F(MemberTest, ALearnerLeavesAgain) {
  Approve(0, NewNode(kNew));
  StartNew();
  ASSERT_TRUE(HasRole(kNew, {"learner"}));
  Approve(1, Change(kNew, "remove"));
  EXPECT_TRUE(HasRole(kNew, {"removed"}));
  EXPECT_TRUE(Writes(0));
}

// A learner that never catches up blocks neither writes nor, once withdrawn, other changes.
TEST_F(MemberTest, APromotionThatWaitsIsWithdrawn) {
  Approve(0, NewNode(kNew));  // is never started
  Approve(0, Change(kNew, "promote"));
  EXPECT_TRUE(Writes(0));
  EXPECT_TRUE(Writes(1));
  Approve(0, Change(kNew, "withdraw"));
  Approve(0, Change(kNew, "remove"));
  EXPECT_TRUE(Eventually([&] { return cluster_.gateway(0).status().peers.size() == 2; }));
}

}  // namespace
}  // namespace suyuan::node::testing
