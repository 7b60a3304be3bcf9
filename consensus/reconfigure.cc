#include <algorithm>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

// A node that the latest configuration leaves out campaigns still, while that configuration is not
// known to be committed: its log may be the only living one that is complete, and then nobody else
// can win (dissertation §4.2.2).
bool Raft::Core::MayCampaign() const { return !lost_log && memberships.NamesVoter(id); }

// The configurations that the state machine does not know yet are in the log above it.
Status Raft::Core::LoadConfigurations() {
  for (Index from = applied + 1; from <= log.last().index;) {
    SUYUAN_ASSIGN_OR_RETURN(std::vector<Entry> entries, log.Entries(from, config.append_bytes_max));
    for (const Entry& entry : entries) {
      if (!entry.configuration) continue;
      auto next = Succeed(membership(), *entry.configuration);
      if (!next.ok()) return Error{ErrorCode::kCorrupt, "the log: " + next.error().detail};
      memberships.Append(entry.index, std::move(next).value());
    }
    from = entries.back().index + 1;
  }
  memberships.CommittedTo(commit);
  return {};
}

// The configuration is in force before its own entry is counted or sent.
void Raft::Core::Append(Entry entry) {
  if (entry.configuration) {
    auto next = Succeed(membership(), *entry.configuration);
    SUYUAN_CHECK(next.ok(), "a configuration that was not checked");
    memberships.Append(entry.index, std::move(next).value());
    membership_changed = true;
    if (role == Role::kLeader) SyncProgress();
  }
  log.Append(std::move(entry));
}

Status Raft::Core::CheckProposed(const Configuration& next) const {
  // Without this two leaders that each change one configuration could count disjoint majorities
  // (reliability row 9).
  if (!CommittedInOwnTerm()) return Error{ErrorCode::kBusy, "no entry of this term is committed"};
  if (memberships.latest_index() > commit && !SeededBug(Bug::kChangeUponChange))
    return Error{ErrorCode::kBusy, "a change of the membership is under way"};
  SUYUAN_ASSIGN_OR_RETURN(const Membership after, Succeed(membership(), next));
  for (NodeId voter : after.voters) {
    if (voter == id || Contains(membership().voters, voter)) continue;
    if (!progress.at(voter).CaughtUp(commit, config.promotion_lag_max))
      return Error{ErrorCode::kBusy, "a new voter has not caught up"};
  }
  // A joint configuration that cannot be committed cannot be taken back either.
  const bool ends_joint = !membership().outgoing.empty();
  const uint64_t live = QuorumValue(after, [this](NodeId member) -> uint64_t {
    return member == id || progress.at(member).IsLive() ? 1 : 0;
  });
  if (live == 0 && !ends_joint)
    return Error{ErrorCode::kBusy, "no majority of the voters to be answers"};
  return {};
}

// Whether each configuration in an append may follow the one before. When the logs do not agree
// where it begins the append is refused anyway.
Status Raft::Core::CheckReceived(const Message& m) const {
  const Membership* before = nullptr;
  Membership latest;
  for (const Entry& entry : m.entries) {
    if (!entry.configuration || entry.index <= commit) continue;
    if (before == nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(const bool holds, log.Holds({m.index, m.log_term, m.log_hash}));
      if (m.index > commit && !holds) return {};
      before = &memberships.At(std::max(m.index, commit));
    }
    auto next = Succeed(*before, *entry.configuration);
    if (!next.ok()) return Error{ErrorCode::kFormat, next.error().detail};
    latest = std::move(next).value();
    before = &latest;
  }
  return {};
}

// Whoever may be a member is replicated to, those who leave until their leaving is committed. What
// is known of a member stays.
void Raft::Core::SyncProgress() {
  const std::vector<NodeId> members = memberships.AllMembers();
  std::erase_if(progress, [&](const auto& known) { return !Contains(members, known.first); });
  for (NodeId member : members) {
    if (member == id) continue;
    progress.try_emplace(member, log.last().index + 1, config.inflight_appends_max,
                         config.inflight_bytes_max);
  }
  if (transferee != kNobody && !Contains(membership().voters, transferee)) transferee = kNobody;
}

// What a newly committed configuration ends.
void Raft::Core::SettleMembership() {
  if (!fault.ok() || memberships.latest_index() == memberships.committed_index()) return;
  if (!memberships.CommittedTo(commit) || role != Role::kLeader) return;
  FlushAppends();  // to those who left as well: they learn of it
  SyncProgress();
  ConfirmReads();
  if (SeededBug(Bug::kRemovedLeaderStays)) return;  // row 13
  if (memberships.latest_index() <= commit && !IsVoter(membership(), id)) HandLeadershipOn();
}

// A leader that the committed configuration leaves out has done its work (dissertation §4.2.2). The
// voter that has most of the log need not wait for its timeout.
void Raft::Core::HandLeadershipOn() {
  NodeId best = kNobody;
  for (NodeId voter : membership().voters)
    if (progress.at(voter).IsLive() && (best == kNobody || MatchOf(voter) > MatchOf(best)))
      best = voter;
  if (best != kNobody) Send({.type = MessageType::kTimeoutNow, .to = best});
  BecomeFollower(term, kNobody);
}

bool Raft::Core::LeaveJointDue() const {
  return role == Role::kLeader && transferee == kNobody && !membership().outgoing.empty() &&
         CommittedInOwnTerm() &&
         (SeededBug(Bug::kChangeUponChange) || memberships.latest_index() <= commit);
}

// Answers, and requests that only a leader grants, of a node that no configuration here names. Its
// term is ignored, too: a node that was removed deposes nobody. Candidates and leaders are heard
// though nobody here knows them yet: this log may lag behind theirs.
bool Raft::Core::IsOfStranger(const Message& m) {
  switch (m.type) {
    case MessageType::kAppendReply:
    case MessageType::kHeartbeatReply:
    case MessageType::kPreVoteReply:
    case MessageType::kVoteReply:
      return !memberships.Names(m.from);
    case MessageType::kReadIndex:
      if (memberships.Names(m.from)) return false;
      TellStranger(m.from);
      return true;
    default:
      return false;
  }
}

void Raft::Core::TellStranger(NodeId stranger) {
  Send({.type = MessageType::kNotMember, .to = stranger, .index = memberships.committed_index()});
}

// Somebody knows a later configuration than this node, and it leaves this node out. Nobody's word
// ends a campaign: polls disturb nobody, and the word may be wrong.
void Raft::Core::HandleNotMember(const Message& m) {
  if (leader == kNobody && m.index > memberships.latest_index()) excluded_by = m.index;
}

// No leader speaks to a node that does not campaign.
void Raft::Core::NoteSilence() {
  SetLeader(kNobody);
  ResetElectionTimer();
  if (!memberships.Names(id)) excluded_by = memberships.committed_index();
}

}  // namespace suyuan::consensus
