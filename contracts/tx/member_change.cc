// MEMBER_CHANGE (6.13): a regulator approves one change of the cluster's members: a new node as a
// learner, a learner's promotion, one that takes the vote of its
// organisation's voter, a node's removal. It takes effect with the configuration entry
// that the leader proposes for it, a promotion only when the leader sees that the learner has
// caught up. What can come to no end (a learner that never catches up) is withdrawn.
#include <algorithm>

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/member.h"
#include "contracts/party.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace n = node_field;
namespace c = command_field;
using ledger::EntityKind;

constexpr uint8_t kStable = 1, kJoint = 2;

PublicKey ReadKey(const RecordView& view, uint16_t field) {
  return *PublicKey::From(*HexDecode(view.Text(field)));
}

// The node as its record names it. Its values were form-checked.
ledger::Member ReadMember(const RecordView& view) {
  return {*ParsePartyId(view.Text(n::kNodeParty)),
          view.Text(n::kNodeLabel),
          ReadKey(view, n::kNodeKey),
          ReadKey(view, n::kLogKey),
          ReadKey(view, n::kCosignerKey),
          false,
          view.Text(n::kPeerAddress),
          view.Text(n::kApiAddress)};
}

Status CheckNewNode(const ledger::Record& record) {
  const RecordView view(record);
  if (!IsNodeName(view.Text(n::kNodeLabel))) {
    return RefuseAt({0, n::kNodeLabel}, ErrorCode::kFormat,
                    "node_label: is of a-z, 0-9 and inner hyphens");
  }
  for (const uint16_t field : {n::kPeerAddress, n::kApiAddress}) {
    if (!IsNodeAddress(view.Text(field)))
      return RefuseAt({0, field}, ErrorCode::kFormat, "an address is host:port");
  }
  for (const uint16_t field : {n::kNodeKey, n::kLogKey, n::kCosignerKey}) {
    if (!IsAcceptablePublicKey(ReadKey(view, field)))
      return RefuseAt({0, field}, ErrorCode::kFormat, "no acceptable Ed25519 key");
  }
  const ledger::Member m = ReadMember(view);
  if (m.node_key == m.log_key || m.node_key == m.cosigner_key || m.log_key == m.cosigner_key)
    return RefuseAt({0, n::kNodeKey}, ErrorCode::kFormat, "a node's keys differ");
  return {};
}

Status RequireActive(const TxContext& ctx, uint16_t field, const PartyId& party) {
  const auto entity = LoadEntity(ctx.state, EntityKind::kParty, party.view());
  if (!entity) return RefuseAt({0, field}, ErrorCode::kRef, "the node's party is not registered");
  if (entity->state != EntityState::kActive)
    return RefuseAt({0, field}, ErrorCode::kState, "the node's party is not active");
  return {};
}

bool IsRegulator(const TxContext& ctx, const PartyId& party) {
  const auto entity = LoadEntity(ctx.state, EntityKind::kParty, party.view());
  return entity && entity->state == EntityState::kActive &&
         DecodeParty(entity->content).Is(kRegulator);
}

// Which field of a new node is taken. Keys and numbers are never used again, names and addresses
// when their node has gone.
uint16_t TakenField(const ledger::Member& fresh, const MemberNode& known, bool present) {
  const ledger::Member& m = known.member;
  if (known.number == NodeNumberOf(NodeIdOf(fresh))) return n::kNodeKey;
  const std::pair<uint16_t, PublicKey> keys[] = {{n::kNodeKey, fresh.node_key},
                                                 {n::kLogKey, fresh.log_key},
                                                 {n::kCosignerKey, fresh.cosigner_key}};
  for (const auto& [field, key] : keys)
    if (key == m.node_key || key == m.log_key || key == m.cosigner_key) return field;
  if (!present) return 0;
  if (fresh.party == m.party && fresh.node == m.node) return n::kNodeLabel;
  if (fresh.peer_address == m.peer_address) return n::kPeerAddress;
  if (fresh.api_address == m.api_address) return n::kApiAddress;
  return 0;
}

Status RequireUnused(const TxContext& ctx, const ledger::Member& fresh) {
  uint16_t taken = 0;
  ctx.state.Scan(Namespace::kNode, {}, [&](ByteView, ByteView value) {
    const Entity entity = DecodeEntity(value);
    taken =
        TakenField(fresh, DecodeMemberNode(entity.content),
                   entity.state != EntityState::kRemoved && entity.state != EntityState::kRejected);
    return taken == 0;
  });
  if (taken == 0) return {};
  return RefuseAt({0, taken}, ErrorCode::kState, "another node has or had this");
}

// One change at work.
class MemberChange {
 public:
  explicit MemberChange(TxContext& ctx)
      : ctx_(ctx), members_(FindMembersInForce(ctx.state).value()), next_(members_.configuration) {}

  Status Add() {
    ledger::Member member = ReadMember(RecordView(ctx_.record(0)));
    SUYUAN_RETURN_IF_ERROR(RequireNoOther());
    SUYUAN_RETURN_IF_ERROR(RequireActive(ctx_, n::kNodeParty, member.party));
    SUYUAN_RETURN_IF_ERROR(RequireUnused(ctx_, member));
    if (next_.members.size() >= kMembersMax)
      return RefuseAt({0}, ErrorCode::kSize, "a cluster has at most 64 nodes");
    const KeyId id = NodeIdOf(member);
    Entity entity;
    entity.state = EntityState::kPending;
    entity.content = EncodeMemberNode({NodeNumberOf(id), member});
    CreateEntity(ctx_, {0, EntityKind::kNode, id.view()}, std::move(entity), member.party);
    next_.members.push_back(std::move(member));
    Approve(id, kStable);
    return {};
  }

  Status Promote() {
    SUYUAN_RETURN_IF_ERROR(Load({EntityState::kLearner}));
    const PartyId party = Named()->party;
    SUYUAN_RETURN_IF_ERROR(RequireActive(ctx_, c::kMemberAction, party));
    if (std::ranges::any_of(next_.members,
                            [&](const auto& m) { return m.voter && m.party == party; }))
      return Refuse("the organisation has a voter; replace that one");
    Named()->voter = true;
    return Save(kJoint);
  }

  // In one step, so that a ledger with one regulator can replace that regulator's lost node.
  Status Replace() {
    SUYUAN_RETURN_IF_ERROR(Load({EntityState::kLearner}));
    const PartyId party = Named()->party;
    SUYUAN_RETURN_IF_ERROR(RequireActive(ctx_, c::kMemberAction, party));
    const auto left =
        std::erase_if(next_.members, [&](const auto& m) { return m.voter && m.party == party; });
    if (left == 0) return Refuse("the organisation has no voter to be replaced; promote the node");
    Named()->voter = true;
    return Save(kJoint);
  }

  Status Remove() {
    SUYUAN_RETURN_IF_ERROR(Load({EntityState::kLearner, EntityState::kVoter}));
    const bool voter = Named()->voter;
    next_.members.erase(Named());
    const auto keeps = [&](const auto& m) { return m.voter && IsRegulator(ctx_, m.party); };
    if (voter && std::ranges::none_of(next_.members, keeps))
      return Refuse("no regulator would be left among the voters");
    return Save(voter ? kJoint : kStable);
  }

  Status Withdraw() {
    const auto approved = FindApprovedChange(ctx_.state);
    if (!approved || approved->node.view() != ctx_.record(0).subject)
      return Refuse("no change of this node is approved");
    if (members_.configuration.phase == kJoint)
      return Refuse("the change has begun and cannot be taken back");
    SUYUAN_ASSIGN_OR_RETURN(Entity entity, LoadSubject(ctx_, 0, EntityKind::kNode));
    if (entity.state == EntityState::kPending) entity.state = EntityState::kRejected;
    PutApprovedChange(ctx_.state, std::nullopt);
    SaveEntity(ctx_, {0, EntityKind::kNode, ctx_.record(0).subject}, std::move(entity));
    return {};
  }

 private:
  static Error Refuse(std::string why) {
    return RefuseAt({0, c::kMemberAction}, ErrorCode::kState, std::move(why));
  }

  Status RequireNoOther() const {
    if (!FindApprovedChange(ctx_.state)) return {};
    return RefuseAt({0}, ErrorCode::kState,
                    "another change of the members is under way; one comes after the other");
  }

  Status Load(std::initializer_list<EntityState> allowed) {
    SUYUAN_RETURN_IF_ERROR(RequireNoOther());
    SUYUAN_ASSIGN_OR_RETURN(entity_, LoadSubject(ctx_, 0, EntityKind::kNode));
    return RequireState(0, entity_.state, allowed);
  }

  std::vector<ledger::Member>::iterator Named() {
    const auto at = std::ranges::find_if(
        next_.members, [&](const auto& m) { return NodeIdOf(m).view() == ctx_.record(0).subject; });
    SUYUAN_CHECK(at != next_.members.end(), "a present node is in the configuration");
    return at;
  }

  Status Save(uint8_t phase) {
    const ByteView id = ctx_.record(0).subject;
    SaveEntity(ctx_, {0, EntityKind::kNode, id}, std::move(entity_));
    Approve(*KeyId::From(id), phase);
    return {};
  }

  void Approve(const KeyId& node, uint8_t phase) {
    ++next_.seq;
    next_.phase = phase;
    next_.change_tx_id = ctx_.tx.id.str();
    next_.approved_height = ctx_.height;
    PutApprovedChange(ctx_.state, ApprovedChange{node, ctx_.tx.core.submitter,
                                                 ledger::EncodeConfiguration(next_)});
  }

  TxContext& ctx_;
  const MembersInForce members_;
  ledger::Configuration next_;
  Entity entity_;
};

}  // namespace

Status ValidateMemberChange(const TxContext& ctx) {
  SUYUAN_RETURN_IF_ERROR(RequireType(ctx, kRegulator));
  if (ctx.tx.records.size() != 1)
    return RefuseAt({1}, ErrorCode::kFormat, "one change, one record");
  const ledger::Record& record = ctx.record(0);
  if (record.schema != n::kSection) {
    SUYUAN_RETURN_IF_ERROR(CheckCommandRecords(ctx, EntityKind::kNode));
    if (RecordView(record).Has(c::kMemberAction)) return {};
    return RefuseAt({0, c::kMemberAction}, ErrorCode::kMissing, "member_action: is required");
  }
  if (record.subject_kind != EntityKind::kNone)
    return RefuseAt({0}, ErrorCode::kFormat, "a new node is no subject yet");
  SUYUAN_RETURN_IF_ERROR(CheckRecord(record, {.record_index = 0}));
  return CheckNewNode(record);
}

Status ApplyMemberChange(TxContext& ctx) {
  MemberChange change(ctx);
  if (ctx.record(0).schema == n::kSection) return change.Add();
  const std::string action = RecordView(ctx.record(0)).Text(c::kMemberAction);
  if (action == "promote") return change.Promote();
  if (action == "replace") return change.Replace();
  return action == "remove" ? change.Remove() : change.Withdraw();
}

}  // namespace suyuan::contracts
