// Requirements 6.13, node: every row of MEMBER_CHANGE with its guards taken away one by one, and
// what the configuration entry that uses an approval does (docs/formats.md §4).
#include "contracts/member.h"

#include "common/encoding.h"
#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace n = node_field;
namespace c = command_field;
using ledger::EntityKind;
using ledger::Member;

class MemberTest : public ::testing::Test {
 protected:
  MemberTest() { chain.Join(chain.seller, kDistributor); }

  static Rec Node(const Member& m) {
    return Rec(n::kSection)
        .Set(n::kNodeParty, ToString(m.party))
        .Set(n::kNodeLabel, m.node)
        .Set(n::kNodeKey, ToHex(m.node_key))
        .Set(n::kLogKey, ToHex(m.log_key))
        .Set(n::kCosignerKey, ToHex(m.cosigner_key))
        .Set(n::kPeerAddress, m.peer_address)
        .Set(n::kApiAddress, m.api_address);
  }
  static Rec Change(const Member& m, const char* action) {
    return Command(EntityKind::kNode, NodeIdOf(m).view()).Set(c::kMemberAction, action);
  }
  Outcome Do(const Rec& record) { return chain.Do(tx::kMemberChange, chain.regulator, {record}); }
  EntityState StateOf(const Member& m) {
    return chain.StateOf(EntityKind::kNode, NodeIdOf(m).view());
  }
  Bytes Approved() { return FindApprovedChange(chain.state).value().configuration; }
  MembersInForce InForce() { return FindMembersInForce(chain.state).value(); }
  // Approves a change and lets its entries follow.
  void Carry(const Rec& record) {
    ExpectApplied(Do(record));
    while (FindApprovedChange(chain.state)) ASSERT_TRUE(chain.Configure(Approved()).ok());
  }

  Chain chain;
  const Member fresh = NodeOf(chain.seller);
  const Member first = NodeOf(chain.regulator), second = NodeOf(chain.national),
               third = NodeOf(chain.maker);
};

TEST_F(MemberTest, FoundingNodesStandInTheGenesisState) {
  EXPECT_EQ(StateOf(first), EntityState::kVoter);
  const auto entity = chain.Find(EntityKind::kNode, NodeIdOf(third).view());
  const MemberNode node = DecodeMemberNode(entity->content);
  EXPECT_EQ(node.number, 3u);
  EXPECT_EQ(node.member.peer_address, third.peer_address);
  EXPECT_EQ(InForce().since, Height(0));
  EXPECT_EQ(InForce().configuration.members.size(), 3u);
  EXPECT_FALSE(FindApprovedChange(chain.state));
}

TEST_F(MemberTest, AnAddedNodeIsALearnerWithItsEntry) {
  const SignedTx tx = chain.Make(tx::kMemberChange, chain.regulator, {Node(fresh)});
  const Height approved(chain.height);
  const Outcome outcome = chain.Run(tx);
  ExpectApplied(outcome);
  EXPECT_EQ(EffectTexts(outcome, EffectKind::kCreated), std::vector<std::string>{"PENDING"});
  EXPECT_EQ(StateOf(fresh), EntityState::kPending);
  EXPECT_EQ(InForce().configuration.members.size(), 3u);
  const auto next = ledger::DecodeConfiguration(Approved()).value();
  EXPECT_EQ(next.seq, 1u);
  EXPECT_EQ(next.phase, 1);
  EXPECT_EQ(next.change_tx_id, tx.id.str());
  EXPECT_EQ(next.approved_height, approved);

  const Bytes bytes = Approved();
  const Height at(chain.height);
  ASSERT_TRUE(chain.Configure(bytes).ok());
  EXPECT_EQ(StateOf(fresh), EntityState::kLearner);
  EXPECT_EQ(InForce().since, at);
  ASSERT_EQ(InForce().configuration.members.size(), 4u);
  EXPECT_FALSE(InForce().configuration.members.back().voter);
  EXPECT_FALSE(InForce().before);
  const auto events = ReadEvents(chain.state, EntityKind::kNode, NodeIdOf(fresh).view());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].tx, tx.id);
  EXPECT_EQ(events[1].height, at);
  EXPECT_EQ(events[1].submitter, chain.regulator.party);
  EXPECT_TRUE(events[1].automatic);
  EXPECT_EQ(events[1].state, EntityState::kLearner);
  EXPECT_GE(DecodeMemberNode(chain.Find(EntityKind::kNode, NodeIdOf(fresh).view())->content).number,
            0x80000000u);
}

TEST_F(MemberTest, AnApprovalIsUsedOnceAndToTheByte) {
  EXPECT_EQ(chain.Configure(ledger::EncodeConfiguration(InForce().configuration)).error().code,
            ErrorCode::kAuthz);
  ExpectApplied(Do(Node(fresh)));
  const Bytes bytes = Approved();
  auto other = ledger::DecodeConfiguration(bytes).value();
  other.members.back().voter = true;
  EXPECT_EQ(chain.Configure(ledger::EncodeConfiguration(other)).error().code, ErrorCode::kAuthz);
  ASSERT_TRUE(chain.Configure(bytes).ok());
  EXPECT_EQ(chain.Configure(bytes).error().code, ErrorCode::kAuthz);
}

TEST_F(MemberTest, APromotionGoesThroughAJointConfiguration) {
  Carry(Node(fresh));
  ExpectApplied(Do(Change(fresh, "promote")));
  EXPECT_EQ(StateOf(fresh), EntityState::kLearner);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(InForce().configuration.phase, 2);
  ASSERT_TRUE(InForce().before);
  EXPECT_FALSE(InForce().before->members.back().voter);
  EXPECT_EQ(StateOf(fresh), EntityState::kLearner);
  // Its end is approved with it, and nothing else may come between.
  const auto end = ledger::DecodeConfiguration(Approved()).value();
  EXPECT_EQ(end.seq, InForce().configuration.seq + 1);
  EXPECT_EQ(end.change_tx_id, InForce().configuration.change_tx_id);
  ExpectRefused(Do(Change(third, "remove")), ErrorCode::kState, 0);
  ExpectRefused(Do(Change(fresh, "withdraw")), ErrorCode::kState, 0, c::kMemberAction);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(StateOf(fresh), EntityState::kVoter);
  EXPECT_EQ(InForce().configuration.phase, 1);
  EXPECT_FALSE(InForce().before);
  EXPECT_FALSE(FindApprovedChange(chain.state));
}

TEST_F(MemberTest, ARemovedNodeStaysRemovedAndItsKeysStayUsed) {
  Carry(Node(fresh));
  Carry(Change(fresh, "remove"));
  EXPECT_EQ(StateOf(fresh), EntityState::kRemoved);
  EXPECT_EQ(InForce().configuration.members.size(), 3u);
  ExpectRefused(Do(Node(fresh)), ErrorCode::kState, 0, n::kNodeKey);
  ExpectRefused(Do(Change(fresh, "promote")), ErrorCode::kState, 0);
  ExpectRefused(Do(Change(fresh, "remove")), ErrorCode::kState, 0);
  Member again = NodeOf(chain.seller, "n1", 1);  // the same name and addresses, other keys
  Carry(Node(again));
  EXPECT_EQ(StateOf(again), EntityState::kLearner);
}

TEST_F(MemberTest, AVoterLeavesThroughAJointConfiguration) {
  ExpectApplied(Do(Change(third, "remove")));
  EXPECT_EQ(ledger::DecodeConfiguration(Approved()).value().phase, 2);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(StateOf(third), EntityState::kVoter);
  EXPECT_EQ(InForce().before->members.size(), 3u);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(StateOf(third), EntityState::kRemoved);
}

TEST_F(MemberTest, ARegulatorStaysAmongTheVoters) {
  Carry(Change(first, "remove"));
  ExpectRefused(Do(Change(second, "remove")), ErrorCode::kState, 0, c::kMemberAction);
  Carry(Change(third, "remove"));
  ExpectRefused(Do(Change(second, "remove")), ErrorCode::kState, 0, c::kMemberAction);
}

TEST_F(MemberTest, OneVoterAnOrganisation) {
  const Member spare = NodeOf(chain.regulator, "n2");
  Carry(Node(spare));
  ExpectRefused(Do(Change(spare, "promote")), ErrorCode::kState, 0, c::kMemberAction);
  Carry(Change(first, "remove"));
  Carry(Change(spare, "promote"));
  EXPECT_EQ(StateOf(spare), EntityState::kVoter);
}

// The only way out when the one regulator's node is lost.
TEST_F(MemberTest, ANodeTakesTheVoteOfItsOrganisationsVoter) {
  const Member spare = NodeOf(chain.regulator, "n2");
  Carry(Change(second, "remove"));
  Carry(Node(spare));
  ExpectRefused(Do(Change(first, "remove")), ErrorCode::kState, 0, c::kMemberAction);
  ExpectRefused(Do(Change(first, "replace")), ErrorCode::kState, 0);
  ExpectApplied(Do(Change(spare, "replace")));
  EXPECT_EQ(ledger::DecodeConfiguration(Approved()).value().phase, 2);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(StateOf(first), EntityState::kVoter);
  ASSERT_TRUE(chain.Configure(Approved()).ok());
  EXPECT_EQ(StateOf(first), EntityState::kRemoved);
  EXPECT_EQ(StateOf(spare), EntityState::kVoter);
  Carry(Node(fresh));
  ExpectRefused(Do(Change(fresh, "replace")), ErrorCode::kState, 0, c::kMemberAction);
}

TEST_F(MemberTest, OneChangeComesAfterTheOther) {
  ExpectApplied(Do(Node(fresh)));
  ExpectRefused(Do(Node(NodeOf(chain.seller, "n2"))), ErrorCode::kState, 0);
  ExpectRefused(Do(Change(third, "remove")), ErrorCode::kState, 0);
}

TEST_F(MemberTest, WhatCannotEndIsWithdrawn) {
  ExpectApplied(Do(Node(fresh)));
  ExpectRefused(Do(Change(third, "withdraw")), ErrorCode::kState, 0, c::kMemberAction);
  ExpectApplied(Do(Change(fresh, "withdraw")));
  EXPECT_EQ(StateOf(fresh), EntityState::kRejected);  // no configuration ever named it
  EXPECT_FALSE(FindApprovedChange(chain.state));
  const Member other = NodeOf(chain.seller, "n2");
  Carry(Node(other));
  ExpectApplied(Do(Change(other, "promote")));
  ExpectApplied(Do(Change(other, "withdraw")));
  EXPECT_EQ(StateOf(other), EntityState::kLearner);
  ExpectRefused(Do(Change(other, "withdraw")), ErrorCode::kState, 0, c::kMemberAction);
}

TEST_F(MemberTest, OnlyRegulatorsChangeTheMembers) {
  ExpectRefused(chain.Do(tx::kMemberChange, chain.seller, {Node(fresh)}), ErrorCode::kAuthz);
}

TEST_F(MemberTest, TheNodesPartyIsActive) {
  Member stranger = NodeOf(chain.lab);
  ExpectRefused(Do(Node(stranger)), ErrorCode::kRef, 0, n::kNodeParty);
  Carry(Node(fresh));
  chain.SetState(EntityKind::kParty, chain.seller.party.view(), EntityState::kSuspended);
  ExpectRefused(Do(Change(fresh, "promote")), ErrorCode::kState, 0, c::kMemberAction);
  ExpectRefused(Do(Node(NodeOf(chain.seller, "n2"))), ErrorCode::kState, 0, n::kNodeParty);
}

TEST_F(MemberTest, WhatANodeHasNoOtherNodeHas) {
  const auto refused = [&](uint16_t field, auto change) {
    Member m = fresh;
    change(m);
    ExpectRefused(Do(Node(m)), ErrorCode::kState, 0, field);
  };
  refused(n::kNodeKey, [&](Member& m) { m.node_key = first.log_key; });
  refused(n::kLogKey, [&](Member& m) { m.log_key = first.node_key; });
  refused(n::kCosignerKey, [&](Member& m) { m.cosigner_key = first.cosigner_key; });
  refused(n::kPeerAddress, [&](Member& m) { m.peer_address = first.peer_address; });
  refused(n::kApiAddress, [&](Member& m) { m.api_address = first.api_address; });
  Carry(Node(fresh));
  Member twin = NodeOf(chain.seller, "n2");
  twin.node = fresh.node;
  ExpectRefused(Do(Node(twin)), ErrorCode::kState, 0, n::kNodeLabel);
}

TEST_F(MemberTest, FormOfANode) {
  for (uint16_t field = n::kNodeParty; field <= n::kApiAddress; ++field)
    ExpectRefused(Do(Node(fresh).Drop(field)), ErrorCode::kMissing, 0, field);
  for (const char* name : {"N1", "-n", "n-", "n 1"})
    ExpectRefused(Do(Node(fresh).Set(n::kNodeLabel, name)), ErrorCode::kFormat, 0, n::kNodeLabel);
  for (const char* address : {"host", "host:", ":1", "host:0", "host:70000", "ho st:1"})
    ExpectRefused(Do(Node(fresh).Set(n::kPeerAddress, address)), ErrorCode::kFormat, 0,
                  n::kPeerAddress);
  const std::string zeros(64, '0');
  ExpectRefused(Do(Node(fresh).Set(n::kLogKey, zeros)), ErrorCode::kFormat, 0, n::kLogKey);
  Member same = fresh;
  same.log_key = same.node_key;
  ExpectRefused(Do(Node(same)), ErrorCode::kFormat, 0, n::kNodeKey);
  ExpectRefused(Do(Node(fresh).About(EntityKind::kNode, NodeIdOf(fresh).view())),
                ErrorCode::kFormat, 0);
  ExpectRefused(
      chain.Do(tx::kMemberChange, chain.regulator, {Node(fresh), Change(third, "remove")}),
      ErrorCode::kFormat, 1);
}

TEST_F(MemberTest, FormOfACommand) {
  ExpectRefused(Do(Command(EntityKind::kNode, NodeIdOf(third).view())), ErrorCode::kMissing, 0,
                c::kMemberAction);
  ExpectRefused(Do(Command(EntityKind::kParty, third.party.view()).Set(c::kMemberAction, "remove")),
                ErrorCode::kFormat, 0);
  ExpectRefused(Do(Change(fresh, "remove")), ErrorCode::kRef, 0);
}

}  // namespace
}  // namespace suyuan::contracts::testing
