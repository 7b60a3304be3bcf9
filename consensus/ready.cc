#include <algorithm>

#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

bool Raft::Core::HasReady() const {
  if (!fault.ok()) return false;
  return term != handed_state.term || vote != handed_state.vote || log.tail().HasUnwritten() ||
         Deliverable() > handed_commit || appends_due || !messages.empty() ||
         !messages_after_persist.empty() || !read_states.empty() || !failed_reads.empty() ||
         became_leader || lost_leadership || membership_changed || snapshot || snapshot_needed ||
         (role == Role::kLeader && reads.WantsRound() && !reads.RoundInFlight());
}

// Nothing overtakes a snapshot that is being written.
Index Raft::Core::Deliverable() const {
  if (SeededBug(Bug::kDeliversUnwritten) && !installing) return commit;
  if (SeededBug(Bug::kAppliesDuringInstall)) return std::min(commit, log.durable());  // row 16
  return installing ? handed_commit : std::min(commit, log.durable());
}

Ready Raft::Core::TakeReady() {
  Ready out;
  if (!fault.ok()) return out;
  if (role == Role::kLeader && reads.WantsRound() && !reads.RoundInFlight()) StartReadRound();
  if (appends_due) FlushAppends();
  out.number = ++ready_number;
  out.snapshot = std::exchange(snapshot, std::nullopt);
  if (out.snapshot) installing->first = out.number;
  out.entries = log.tail().TakeUnwritten(out.number);
  // The commit index rides along when something is written anyway; alone it is not worth a write.
  if (term != handed_state.term || vote != handed_state.vote ||
      (!out.entries.empty() && commit != handed_state.commit)) {
    handed_state = {term, vote, commit};
    states_in_flight.emplace_back(out.number, handed_state);
    out.hard_state = handed_state;
  }
  out.committed_from = handed_commit;
  out.committed_to = handed_commit = std::max(handed_commit, Deliverable());
  out.messages = std::exchange(messages, {});
  out.messages_after_persist = std::exchange(messages_after_persist, {});
  out.reads = std::exchange(read_states, {});
  out.failed_reads = std::exchange(failed_reads, {});
  out.became_leader = std::exchange(became_leader, false);
  out.lost_leadership = std::exchange(lost_leadership, false);
  out.snapshot_needed = std::exchange(snapshot_needed, std::nullopt);
  if (std::exchange(membership_changed, false)) out.membership = membership();
  return out;
}

void Raft::Core::Persisted(uint64_t number) {
  if (!fault.ok()) return;
  SUYUAN_CHECK(number <= ready_number, "a Ready that was never taken");
  log.tail().Persisted(number);
  while (!states_in_flight.empty() && states_in_flight.front().first <= number) {
    durable_state = states_in_flight.front().second;
    states_in_flight.pop_front();
  }
  if (installing && installing->first != 0 && installing->first <= number) {
    applied = std::max(applied, installing->second);
    installing.reset();
  }
  if (role == Role::kCandidate && durable_state.term == term && durable_state.vote == id)
    RecordVote(id, true);
  if (role == Role::kLeader) MaybeCommit();
  SettleMembership();
}

void Raft::Core::Applied(Index index) {
  SUYUAN_CHECK(index <= handed_commit, "applied what was not handed out");
  applied = std::max(applied, index);
}

}  // namespace suyuan::consensus
