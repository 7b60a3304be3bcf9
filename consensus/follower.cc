#include <algorithm>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

void Raft::Core::FollowLeader(const Message& m) {
  if (role != Role::kFollower || leader != m.from) BecomeFollower(term, m.from);
  elapsed_ticks = 0;
  excluded_by.reset();  // who is spoken to by a leader takes part
}

void Raft::Core::HandleAppend(Message m) {
  if (lost_log) return;
  const Index last_new = m.index + m.entries.size();
  const Term last_new_term = m.entries.empty() ? m.log_term : m.entries.back().term;
  if (last_new <= commit) {
    // Late or repeated: what we committed is in the leader's log too.
    Send({.type = MessageType::kAppendReply, .to = m.from, .index = commit});
    return;
  }
  if (m.index >= commit) {
    auto holds = log.Holds({m.index, m.log_term, m.log_hash});
    if (!Ok(holds)) return;
    if (!*holds) return RefuseAppend(m);
  }
  if (!AppendFromLeader(std::move(m.entries))) return;
  if (last_new_term == m.term) proven = true;
  Index told = std::min(m.commit, last_new);
  if (SeededBug(Bug::kCommitBeyondLog)) told = m.commit;  // row 8
  if (SeededBug(Bug::kCommitsUnmatchedTail)) told = std::min(m.commit, log.last().index);
  CommitTo(told);
  // Not our last index: what lies beyond the message may differ from the leader's log.
  const Index reached = SeededBug(Bug::kAcksOwnLast) ? log.last().index : last_new;
  Send({.type = MessageType::kAppendReply, .to = m.from, .index = reached});
}

// Entries that are here already stay; the first that differs takes everything behind it away; only
// then is anything cut (Raft §5.3: a late, shorter append must not shorten the log).
bool Raft::Core::AppendFromLeader(std::vector<Entry> entries) {
  for (Entry& entry : entries) {
    if (entry.index <= commit) continue;
    if (entry.index <= log.last().index) {
      auto holds = log.Holds(IdOf(entry));
      if (!Ok(holds)) return false;
      if (*holds && !SeededBug(Bug::kTruncatesAnyAppend)) continue;  // row 6
      if (!TruncateFrom(entry.index)) return false;
    }
    Append(std::move(entry));
  }
  return true;
}

bool Raft::Core::TruncateFrom(Index from) {
  SUYUAN_CHECK(from > commit, "truncation of committed entries");
  Status status = log.TruncateFrom(from);
  if (!Ok(status)) return false;
  if (SeededBug(Bug::kConfigurationOutlivesLog)) return true;  // row 10
  if (memberships.TruncateFrom(from)) membership_changed = true;
  if (SeededBug(Bug::kAcksWhatIsCut)) return true;
  // Acknowledgements of what is cut, not sent yet, would tell of entries that were never durable.
  std::erase_if(messages_after_persist, [from](const Message& m) {
    return m.type == MessageType::kAppendReply && !m.reject && m.index >= from;
  });
  return true;
}

// Fast backtracking: the leader learns the largest index at which the logs can agree, namely one
// whose term is not above that of the leader's previous entry, and never below our commit.
void Raft::Core::RefuseAppend(const Message& m) {
  auto hint = log.LastWithTermUpTo(std::min(m.index, log.last().index), m.log_term);
  if (!Ok(hint)) return;
  const Index hint_index = std::max(*hint, commit);
  auto hint_term = log.TermAt(hint_index);
  if (!Ok(hint_term)) return;
  Send({.type = MessageType::kAppendReply,
        .to = m.from,
        .index = m.index,
        .log_term = *hint_term,
        .hint = hint_index,
        .reject = true});
}

// Whether the leader names an entry that does not stand in this log, behind all that is committed.
Result<bool> Raft::Core::LacksCommitted(const Message& m) const {
  if (m.commit <= commit) return false;
  if (m.commit > log.last().index) return true;
  if (m.log_term == Term()) return false;
  SUYUAN_ASSIGN_OR_RETURN(const bool holds, log.Holds({m.commit, m.log_term, m.log_hash}));
  return !holds;
}

// The leader names at most what this node acknowledged. Should this node not hold it, its disk was
// emptied, or an old copy of it was put back, which may end in entries that were replaced since.
// Then its votes are forgotten, too, and nothing that it says can be relied upon: it neither votes
// nor acknowledges nor proves that a leader leads, and says so; a new member under a new key has to
// take its place (reliability row 12).
void Raft::Core::HandleHeartbeat(const Message& m) {
  auto lacks = LacksCommitted(m);
  if (!Ok(lacks)) return;
  if (SeededBug(Bug::kWipedNodeVotes) && *lacks)  // row 12
    return Send({.type = MessageType::kHeartbeatReply, .to = m.from, .context = m.context});
  if (*lacks && !lost_log) lost_log = LostLog{m.from, m.commit};
  if (lost_log) {
    Send({.type = MessageType::kHeartbeatReply,
          .to = m.from,
          .index = log.last().index,
          .hint = lost_log->claimed,
          .reject = true});
    return;
  }
  if (m.log_term > Term()) CommitTo(m.commit);  // what is not named was not compared
  Send({.type = MessageType::kHeartbeatReply, .to = m.from, .context = m.context});
}

void Raft::Core::CommitTo(Index index) {
  if (index <= commit) return;
  SUYUAN_CHECK(index <= log.last().index, "commit beyond the log");
  commit = index;
}

}  // namespace suyuan::consensus
