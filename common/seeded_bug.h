// Bugs that real ledgers shipped, to be switched on in the production code path: the proof that the
// simulator would see them (tests/seeded_bugs). What each is stands in tests/seeded_bugs/bugs.cc.
//
// A switch is one line in a .cc of the path that it spoils, named with its row of the list of
// reliability; it asks SeededBug(). Everywhere but in tests/seeded_bugs that is the constant false,
// and the compiler removes the line: production binaries hold nothing of it (scripts/check
// --binary).
#pragma once

#include <cstdint>

namespace suyuan {

enum class Bug : uint8_t {
  kNone,
  // Rows of the list.
  kVoteBeforeDurable,
  kVoteWrittenApart,
  kVoteClearedInTerm,
  kStaleVoteCounted,
  kCommitsEarlierTerm,
  kTruncatesAnyAppend,
  kRefusalRaisesMatch,
  kCommitBeyondLog,
  kConfigurationOutlivesLog,
  kQuorumOfNewOnly,
  kWipedNodeVotes,
  kRemovedLeaderStays,
  kRemovedNodeHeard,
  kSnapshotCutsTail,
  kSnapshotKeepsConflict,
  kAppliesDuringInstall,
  kReadWithoutProof,
  kReadBeforeOwnCommit,
  kRetriedReadStale,
  kReadByLease,
  kAckBeforeDurable,
  kSyncFailureIgnored,
  kMarkIgnored,
  kChecksumsIgnored,
  kAppliedTwice,
  kClockInState,
  kHeadWrittenApart,
  kNoPreVote,
  kNoCheckQuorum,
  kUncommittedUnbounded,
  kTimeGoesBack,
  kReadNumbersRepeat,
  kLateWriteCounts,
  // Others of the same kind.
  kChangeUponChange,
  kLeaderCountsUnwritten,
  kCommitsUnmatchedTail,
  kAcksOwnLast,
  kLongerLogWins,
  kDeliversUnwritten,
  kReadJoinsRunningRound,
  kAcksWhatIsCut,
  kRewrittenNotWritten,
  kHeartbeatNamesAll,
  kMarkFloorForgotten,
  kEntriesUnsynced,
  kSealedItemsLeft,
  kRedoKept,
};

#ifdef SUYUAN_SEEDED_BUGS

inline namespace with_seeded_bugs {

// Set once, before anything runs, by the main program of tests/seeded_bugs.
inline Bug the_seeded_bug = Bug::kNone;
inline char seeded_drift = 0;

inline bool SeededBug(Bug bug) { return the_seeded_bug == bug; }
// What a clock or the layout of memory would give: another value at each call, for the whole
// process.
inline char SeededDrift() { return ++seeded_drift; }

}  // namespace with_seeded_bugs

#else

constexpr bool SeededBug(Bug) { return false; }
constexpr char SeededDrift() { return 0; }

#endif

}  // namespace suyuan
