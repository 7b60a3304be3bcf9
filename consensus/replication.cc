#include <algorithm>
#include <string>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

Status Raft::Core::Propose(Entry entry) {
  SUYUAN_RETURN_IF_ERROR(fault);
  if (role != Role::kLeader) return Error{ErrorCode::kNoLeader, "this node does not lead"};
  if (transferee != kNobody) return Error{ErrorCode::kNoLeader, "leadership is being handed over"};
  if (entry.index != log.last().index + 1 || entry.term != term)
    return Error{ErrorCode::kConflict, "the entry does not follow the log"};
  if (entry.configuration) SUYUAN_RETURN_IF_ERROR(CheckProposed(*entry.configuration));
  // The first entry of the term always fits: without it nothing before it could be committed.
  const bool first = first_own_index == Index();
  if (!first && uncommitted_bytes > 0 && !SeededBug(Bug::kUncommittedUnbounded) &&  // row 32
      uncommitted_bytes + entry.bytes() > config.uncommitted_bytes_max)
    return Error{ErrorCode::kBusy, "too much waits to be committed"};
  if (first) first_own_index = entry.index;
  uncommitted.emplace_back(entry.index, entry.bytes());
  uncommitted_bytes += entry.bytes();
  Append(std::move(entry));
  appends_due = true;
  return {};
}

void Raft::Core::HandleAppendReply(const Message& m) {
  auto it = progress.find(m.from);
  if (role != Role::kLeader || it == progress.end()) return;
  FollowerProgress& p = it->second;
  if (p.lost_log) return;
  p.recently_active = true;
  if (SeededBug(Bug::kRefusalRaisesMatch) && m.reject) p.Acknowledged(m.index);  // row 7
  if (m.reject) {
    Index hint = std::min(m.hint, log.last().index);
    if (m.log_term > Term()) {
      // Our side of the fast backtracking: skip what we have of later terms than the hint's.
      auto agreed = log.LastWithTermUpTo(hint, m.log_term);
      if (!Ok(agreed)) return;
      hint = *agreed;
    }
    if (p.Refused(m.index, hint)) appends_due = true;
    return;
  }
  if (p.Acknowledged(m.index)) MaybeCommit();
  if (p.next <= log.last().index) appends_due = true;
  ContinueTransfer(m.from);
}

void Raft::Core::HandleHeartbeatReply(const Message& m) {
  auto it = progress.find(m.from);
  if (role != Role::kLeader || it == progress.end()) return;
  FollowerProgress& p = it->second;
  // Without a hint it is only an answer to a heartbeat of an earlier term.
  if (m.reject && m.hint > Index()) MarkLost(m.from, p);
  if (p.lost_log) return;
  p.recently_active = true;
  // It answers, but what was sent before the heartbeat has no answer: that may be lost.
  if (p.state == FollowerProgress::State::kSnapshot) {
    AskForSnapshot(m.from, p);
  } else if (p.quiet &&
             (p.match < log.last().index || p.state == FollowerProgress::State::kProbe)) {
    p.probe_in_flight = false;
    p.poke = true;
    appends_due = true;
  }
  if (m.context > p.read_round) {
    p.read_round = m.context;
    ConfirmReads();
  }
}

// A member that holds less than it acknowledged says so in its answer to a heartbeat. What it
// acknowledged still stands in `match`, so that heartbeats go on to name it and the member finds
// out again after a restart; but it counts no more.
void Raft::Core::MarkLost(NodeId follower, FollowerProgress& p) {
  p.lost_log = true;
  p.recently_active = p.was_active = false;
  if (transferee == follower) transferee = kNobody;
}

// The leader is a member like any other: it counts what its own disk has confirmed.
Index Raft::Core::MatchOf(NodeId member) const {
  if (SeededBug(Bug::kLeaderCountsUnwritten) && member == id) return log.last().index;
  if (member == id) return log.durable();
  const FollowerProgress& p = progress.at(member);
  return p.lost_log ? Index() : p.match;
}

// Only entries of the own term are committed by counting; those before them follow (Raft §5.4.2,
// figure 8).
void Raft::Core::MaybeCommit() {
  const Index reached(
      QuorumValue(membership(), [this](NodeId member) { return MatchOf(member).value(); }));
  const bool own_term = (first_own_index > Index() && reached >= first_own_index) ||
                        SeededBug(Bug::kCommitsEarlierTerm);  // row 5
  if (reached <= commit || !own_term) return;
  const bool first_in_term = !CommittedInOwnTerm();
  commit = reached;
  ReleaseCommitted();
  appends_due = true;  // followers learn of it
  if (first_in_term) reads.Unpark(commit);
}

void Raft::Core::ReleaseCommitted() {
  while (!uncommitted.empty() && uncommitted.front().first <= commit) {
    uncommitted_bytes -= uncommitted.front().second;
    uncommitted.pop_front();
  }
}

// What earlier leaders left uncommitted counts towards the bound, too.
void Raft::Core::CountInheritedTail() {
  for (Index from = commit + 1; from <= log.last().index;) {
    auto entries = log.Entries(from, config.append_bytes_max);
    if (!Ok(entries)) return;
    for (const Entry& entry : *entries) {
      uncommitted.emplace_back(entry.index, entry.bytes());
      uncommitted_bytes += entry.bytes();
    }
    from = entries->back().index + 1;
  }
}

// Runs once a Ready, so that everything proposed since the last one travels together.
void Raft::Core::FlushAppends() {
  appends_due = false;
  for (auto& [member, p] : progress) SendAppends(member, p);
}

void Raft::Core::SendAppends(NodeId to, FollowerProgress& p) {
  bool sent = false;
  while (p.MaySendEntries() && p.next <= log.last().index) {
    if (!SendAppend(to, p, true)) return;
    sent = true;
  }
  if (sent) return;
  // The commit index travels alone when it is news; a poke finds out what was lost on the way.
  const bool commit_is_news = p.commit_sent < commit && p.MaySendEntries();
  if (commit_is_news || p.poke) SendAppend(to, p, false);
}

bool Raft::Core::SendAppend(NodeId to, FollowerProgress& p, bool with_entries) {
  if (p.next < log.first()) {
    AskForSnapshot(to, p);
    return false;
  }
  auto previous = log.IdAt(p.next - 1);
  if (!Ok(previous)) return false;
  Message m{.type = MessageType::kAppend,
            .to = to,
            .index = previous->index,
            .log_term = previous->term,
            .log_hash = previous->hash,
            .commit = commit};
  if (with_entries) {
    auto entries = log.Entries(p.next, config.append_bytes_max);
    if (!Ok(entries)) return false;
    m.entries = std::move(*entries);
  }
  size_t bytes = 0;
  for (const Entry& entry : m.entries) bytes += entry.bytes();
  p.Sent(m.index + m.entries.size(), bytes);
  p.commit_sent = commit;
  Send(std::move(m));
  return true;
}

// Heartbeats keep the leader in office and confirm read rounds; they carry no entries, and name
// only what their receiver is known to hold: the very entry, so that one whose disk went back in
// time does not take what stood there before for committed.
void Raft::Core::BroadcastHeartbeat() {
  for (auto& [member, p] : progress) {
    p.quiet = true;
    Message m{.type = MessageType::kHeartbeat,
              .to = member,
              .commit = std::min(p.match, commit),
              .context = reads.started()};
    if (SeededBug(Bug::kHeartbeatNamesAll)) m.commit = commit;
    if (m.commit > Index() && m.commit + 1 >= log.first()) {
      auto named = log.IdAt(m.commit);
      if (!Ok(named)) return;
      m.log_term = named->term;
      m.log_hash = named->hash;
    }
    Send(std::move(m));
  }
}

}  // namespace suyuan::consensus
