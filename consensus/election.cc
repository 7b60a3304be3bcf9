#include <algorithm>
#include <utility>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

void Raft::Core::BecomeFollower(Term new_term, NodeId new_leader) {
  if (role == Role::kLeader) LeaveLeadership();
  if (new_term != term) {
    // Terms only rise, and the vote is forgotten with its term, never within it (Raft §5.2).
    SUYUAN_CHECK(new_term > term, "a term went back");
    term = new_term;
    vote = kNobody;
    SetLeader(kNobody);
  }
  if (SeededBug(Bug::kVoteClearedInTerm)) vote = kNobody;  // row 3
  role = Role::kFollower;
  votes.clear();
  SetLeader(new_leader);
  ResetElectionTimer();
}

void Raft::Core::LeaveLeadership() {
  became_leader = false;
  lost_leadership = true;
  FailReads();
  progress.clear();
  uncommitted.clear();
  uncommitted_bytes = 0;
  first_own_index = Index();
  appends_due = false;
  transferee = kNobody;
}

void Raft::Core::SetLeader(NodeId new_leader) {
  if (leader == new_leader) return;
  FailForwardedReads();
  leader = new_leader;
}

void Raft::Core::ResetElectionTimer() {
  elapsed_ticks = 0;
  timeout_ticks =
      config.election_ticks + static_cast<uint32_t>(random.Below(config.election_ticks));
}

void Raft::Core::TickElection() {
  ++elapsed_ticks;
  if (elapsed_ticks < timeout_ticks) return;
  if (SeededBug(Bug::kNoPreVote) && MayCampaign()) return StartElection(false);  // row 31
  if (MayCampaign()) return StartPreVote();
  NoteSilence();
}

void Raft::Core::TickLeader() {
  TickTransfer();
  if (++elapsed_ticks >= config.election_ticks) {
    elapsed_ticks = 0;
    CheckQuorum();
    if (role != Role::kLeader) return;
  }
  if (++heartbeat_elapsed_ticks < config.heartbeat_ticks) return;
  heartbeat_elapsed_ticks = 0;
  if (reads.WantsRound()) {
    StartReadRound();
  } else {
    BroadcastHeartbeat();
  }
}

// A leader that no quorum answers steps down, so that its clients look elsewhere
// (dissertation §6.2) and one-way links do not keep a deaf leader in office.
void Raft::Core::CheckQuorum() {
  const uint64_t active = QuorumValue(membership(), [this](NodeId member) -> uint64_t {
    if (member == id) return 1;
    return progress.at(member).recently_active ? 1 : 0;
  });
  for (auto& [member, p] : progress) p.was_active = std::exchange(p.recently_active, false);
  if (SeededBug(Bug::kNoCheckQuorum)) return;  // row 31
  if (active == 0) BecomeFollower(term, kNobody);
}

// A poll that binds nobody and raises no term (dissertation §9.6), so that a node which was cut
// off disturbs nobody when it returns.
void Raft::Core::StartPreVote() {
  role = Role::kPreCandidate;
  SetLeader(kNobody);
  ResetElectionTimer();
  votes.clear();
  RequestVotes(MessageType::kPreVote, term + 1, false);
  RecordVote(id, true);
}

void Raft::Core::StartElection(bool transfer) {
  role = Role::kCandidate;
  SetLeader(kNobody);
  ++term;
  vote = id;
  ResetElectionTimer();
  votes.clear();
  // Our own vote counts when it is durable (Persisted), like everybody's.
  RequestVotes(MessageType::kVote, term, transfer);
}

void Raft::Core::RequestVotes(MessageType type, Term for_term, bool transfer) {
  for (NodeId voter : Voters(membership())) {
    if (voter == id) continue;
    Send({.type = type,
          .to = voter,
          .term = for_term,
          .index = log.last().index,
          .log_term = log.last().term,
          .transfer = transfer});
  }
}

void Raft::Core::BecomeLeader() {
  role = Role::kLeader;
  SetLeader(id);
  elapsed_ticks = heartbeat_elapsed_ticks = 0;
  votes.clear();
  proven = true;  // the voters found its log complete
  progress.clear();
  SyncProgress();
  CountInheritedTail();
  became_leader = true;
  BroadcastHeartbeat();
}

void Raft::Core::HandleVoteRequest(const Message& m) {
  const bool pre = m.type == MessageType::kPreVote;
  const bool free =
      vote == m.from || (vote == kNobody && leader == kNobody) || (pre && m.term > term);
  // Only a log with everything committed can win (Raft §5.4.1).
  const bool up_to_date = m.log_term > log.last().term ||
                          (m.log_term == log.last().term && m.index >= log.last().index);
  const bool longer = SeededBug(Bug::kLongerLogWins) && m.index > log.last().index;
  const bool granted = free && (up_to_date || longer);
  if (granted && !pre) {
    vote = m.from;
    elapsed_ticks = 0;
  }
  Send({.type = pre ? MessageType::kPreVoteReply : MessageType::kVoteReply,
        .to = m.from,
        .term = granted ? m.term : term,
        .reject = !granted});
  if (!granted && !memberships.Names(m.from)) TellStranger(m.from);
}

void Raft::Core::HandleVoteReply(const Message& m) {
  const bool pre = m.type == MessageType::kPreVoteReply;
  if (role != (pre ? Role::kPreCandidate : Role::kCandidate)) return;
  // A granted pre-vote names the term that we would begin; one for another campaign is stale.
  if (pre && !m.reject && m.term != term + 1) return;
  RecordVote(m.from, !m.reject);
}

void Raft::Core::RecordVote(NodeId voter, bool granted) {
  votes.emplace(voter, granted);  // a second answer of the same voter changes nothing
  switch (CountVotes(membership(), votes)) {
    case VoteResult::kPending:
      return;
    case VoteResult::kLost:
      return BecomeFollower(term, kNobody);
    case VoteResult::kWon:
      return role == Role::kPreCandidate ? StartElection(false) : BecomeLeader();
  }
}

// Only who sent the entry is refused: a member that does not lead must not have the one removed who
// does, by a bad entry in the same term.
void Raft::Core::RefuseLeader(Term led, NodeId who) {
  if (!fault.ok() || led < term || who == kNobody || who == id) return;
  refused[who] = led;
  if (led != term || leader != who) return;
  if (MayCampaign()) {
    StartPreVote();
  } else {
    SetLeader(kNobody);
  }
}

bool Raft::Core::IsRefused(NodeId who, Term led) const {
  const auto it = refused.find(who);
  return it != refused.end() && it->second == led && led >= term;
}

}  // namespace suyuan::consensus
