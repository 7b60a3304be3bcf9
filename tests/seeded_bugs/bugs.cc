#include "tests/seeded_bugs/bugs.h"

#include <algorithm>

namespace suyuan::seeded_bugs {
namespace {

constexpr Simulator kNodes = Simulator::kNodes;
constexpr Simulator kCore = Simulator::kCore;

}  // namespace

const std::vector<PlantedBug>& PlantedBugs() {
  static const std::vector<PlantedBug> bugs = {
      {Bug::kVoteBeforeDurable, "vote-before-durable", 1, kCore,
       "a vote leaves before it is on the disk", 50},
      {Bug::kVoteWrittenApart, "vote-written-apart", 2, kNodes,
       "the vote is not in the write of its term"},
      {Bug::kVoteClearedInTerm, "vote-cleared-in-term", 3, kCore,
       "who steps down within a term forgets its vote"},
      {Bug::kStaleVoteCounted, "stale-vote-counted", 4, kNodes, "a vote of an earlier term counts"},
      {Bug::kCommitsEarlierTerm, "commits-earlier-term", 5, kCore,
       "an entry of an earlier term is committed by counting"},
      {Bug::kTruncatesAnyAppend, "truncates-any-append", 6, kCore,
       "an old, shorter append shortens the log", 2000},
      {Bug::kRefusalRaisesMatch, "refusal-raises-match", 7, kCore,
       "a refused append counts as acknowledged", 50},
      {Bug::kCommitBeyondLog, "commit-beyond-log", 8, kCore,
       "a follower takes the leader's commit index as it is", 50},
      {Bug::kConfigurationOutlivesLog, "configuration-outlives-log", 10, kCore,
       "a configuration stays in force when its entry is cut off"},
      {Bug::kQuorumOfNewOnly, "quorum-of-new-only", 11, kCore,
       "a joint configuration asks the new voters only", 1000},
      {Bug::kWipedNodeVotes, "wiped-node-votes", 12, kNodes,
       "a node that lost its disk goes on as a voter"},
      {Bug::kRemovedLeaderStays, "removed-leader-stays", 13, kCore,
       "a leader that was removed goes on", 200},
      {Bug::kRemovedNodeHeard, "removed-node-heard", 13, kCore,
       "who hears a leader lets others depose it"},
      {Bug::kSnapshotCutsTail, "snapshot-cuts-tail", 14, kCore,
       "a snapshot takes the acknowledged tail behind it away"},
      {Bug::kSnapshotKeepsConflict, "snapshot-keeps-conflict", 15, kCore,
       "another entry stays where the snapshot ends"},
      {Bug::kAppliesDuringInstall, "applies-during-install", 16, kCore,
       "entries are handed out while a snapshot is written"},
      {Bug::kReadWithoutProof, "read-without-proof", 18, kCore,
       "a leader answers reads without asking whether it leads", 200},
      {Bug::kReadBeforeOwnCommit, "read-before-own-commit", 19, kCore,
       "a new leader answers reads before it knows what is committed", 200},
      {Bug::kRetriedReadStale, "retried-read-stale", 20, kCore,
       "a read that was asked again gets the first answer"},
      {Bug::kReadByLease, "read-by-lease", 21, kCore,
       "a leader that was heard of lately answers reads at once"},
      {Bug::kAckBeforeDurable, "ack-before-durable", 22, kCore,
       "an acknowledgement leaves before its entries are on the disk", 50},
      {Bug::kSyncFailureIgnored, "sync-failure-ignored", 24, kNodes,
       "a write that failed is taken for done"},
      {Bug::kMarkIgnored, "mark-ignored", 25, kNodes,
       "damage below the mark is cut off like a torn end"},
      {Bug::kChecksumsIgnored, "checksums-ignored", 26, kNodes,
       "what the disk returns is not compared with its checksum"},
      {Bug::kAppliedTwice, "applied-twice", 28, kNodes,
       "a transaction that came through two leaders is executed twice", 100},
      {Bug::kClockInState, "clock-in-state", 29, kNodes,
       "the state depends on something that is not in the block", 20},
      {Bug::kHeadWrittenApart, "head-written-apart", 30, kNodes,
       "the applied height is not in the write of the state"},
      {Bug::kNoPreVote, "no-pre-vote", 31, kCore,
       "a node that is cut off raises its term again and again"},
      {Bug::kNoCheckQuorum, "no-check-quorum", 31, kCore, "a leader that nobody answers stays"},
      {Bug::kUncommittedUnbounded, "uncommitted-unbounded", 32, kCore,
       "a leader takes on entries without bound"},
      {Bug::kTimeGoesBack, "time-goes-back", 33, kNodes,
       "a block has the clock's time, whatever the one before has"},
      {Bug::kReadNumbersRepeat, "read-numbers-repeat", 34, kCore,
       "forwarded reads are numbered alike after each start"},
      {Bug::kLateWriteCounts, "late-write-counts", 35, kCore,
       "a write of entries that were cut counts for those in their place"},
      {Bug::kChangeUponChange, "change-upon-change", 0, kCore,
       "a change begins or ends before the one before it is committed", 100},
      {Bug::kLeaderCountsUnwritten, "leader-counts-unwritten", 0, kCore,
       "a leader counts what it has not written itself", 50},
      {Bug::kCommitsUnmatchedTail, "commits-unmatched-tail", 0, kCore,
       "a follower commits its own tail, which the leader did not name"},
      {Bug::kAcksOwnLast, "acks-own-last", 0, kCore, "a follower acknowledges its own last entry"},
      {Bug::kLongerLogWins, "longer-log-wins", 0, kCore,
       "the longer log wins the vote, whatever its terms"},
      {Bug::kDeliversUnwritten, "delivers-unwritten", 0, kCore,
       "entries are executed before they are on the own disk", 50},
      {Bug::kReadJoinsRunningRound, "read-joins-running-round", 0, kCore,
       "a read is proven by a round that began before it"},
      {Bug::kAcksWhatIsCut, "acks-what-is-cut", 0, kCore,
       "an acknowledgement of entries leaves after they were cut"},
      {Bug::kRewrittenNotWritten, "rewritten-not-written", 0, kCore,
       "entries in the place of cut ones are not written", 100},
      {Bug::kHeartbeatNamesAll, "heartbeat-names-all", 0, kCore,
       "a heartbeat names entries that its receiver has not acknowledged", 50},
      {Bug::kMarkFloorForgotten, "mark-floor-forgotten", 0, kNodes,
       "the mark goes on to bind entries that another leader replaced"},
      {Bug::kEntriesUnsynced, "entries-unsynced", 0, kNodes, "the log is written without a sync",
       50},
      {Bug::kSealedItemsLeft, "sealed-items-left", 0, kNodes,
       "sealed items of replaced entries stay"},
      {Bug::kRedoKept, "redo-kept", 0, kNodes, "redo records outlive the pages that hold them"},
  };
  return bugs;
}

const std::vector<AbsentRow>& AbsentRows() {
  static const std::vector<AbsentRow> rows = {
      {9,
       "voters change by joint configurations only, and two of those need a majority of the same "
       "voters: a change before a commit of the own term is refused, but would do no harm; what "
       "would is change-upon-change"},
      {17, "waits for snapshots: the store cannot install one yet"},
      {23,
       "the only rename of ours is the creation of the mark's ring, by POSIX calls that no "
       "simulated disk sees; a store whose mark is gone is refused (E_CORRUPT), never guessed"},
      {27,
       "a failed write ends the process: nobody is told that a transaction was refused because of "
       "it, refusals come from execution only"},
  };
  return rows;
}

const PlantedBug* FindBug(std::string_view name) {
  const auto& bugs = PlantedBugs();
  const auto it = std::find_if(bugs.begin(), bugs.end(),
                               [name](const PlantedBug& bug) { return bug.name == name; });
  return it == bugs.end() ? nullptr : &*it;
}

}  // namespace suyuan::seeded_bugs
