// Who takes part, along the log (Raft dissertation §4; formats §4).
//
// A configuration is in force from the moment at which its entry stands in the log, committed or
// not (dissertation §4.1): so a quorum is never counted in a configuration that the log, and with
// it every later leader, does not know. Formats §4 lets a follower adopt one only after it has
// applied the approval; the driver keeps that by withholding the entry, and its acknowledgement,
// until then. An entry that is truncated takes its configuration along (reliability row 10).
//
// Not thread-safe; a part of the core's state.
#pragma once

#include <deque>

#include "common/result.h"
#include "consensus/types.h"

namespace suyuan::consensus {

// What is in force after `next` follows `before`, or why it may not:
//  * while a joint configuration is in force, only its own end (same members, not joint) follows;
//  * voters change by a joint configuration only; learners change by either;
//  * a new voter was a learner before, so that it has had the time to catch up (§4.2.1).
// E_FORMAT for sets that are no configuration, E_CONFLICT for one that may not follow. Pure.
Result<Membership> Succeed(const Membership& before, const Configuration& next);
// Well formed: at least one voter, nobody twice, nobody both. E_FORMAT. Pure.
Status CheckMembership(const Membership& membership);

// The configurations that may be in force: the last committed one and all after it.
class MembershipLog {
 public:
  // `base` is committed; `index` is its entry's, 0 for the founding one.
  MembershipLog(Membership base, Index index) : kept_{{index, std::move(base)}} {}

  const Membership& latest() const { return kept_.back().membership; }
  Index latest_index() const { return kept_.back().index; }
  Index committed_index() const { return kept_.front().index; }
  // In force at `index`, which is not below the last commit.
  const Membership& At(Index index) const;
  // Some configuration that may be in force names it as a member, or as a voter.
  bool Names(NodeId id) const;
  bool NamesVoter(NodeId id) const;
  // Members of all configurations that may be in force, in the order of their ids.
  std::vector<NodeId> AllMembers() const;

  // Requires index > latest_index().
  void Append(Index index, Membership membership);
  // The entries from `from` on are gone; requires from > committed_index(). True when that changed
  // what is in force.
  bool TruncateFrom(Index from);
  // True when configurations went out of force for good.
  bool CommittedTo(Index commit);
  // A snapshot: nothing at or before `at` matters any more; what is after it stays when
  // `keeps_log`.
  void RestartAt(const SnapshotInfo& at, bool keeps_log);

 private:
  struct Placed {
    Index index;
    Membership membership;
  };
  std::deque<Placed> kept_;  // never empty; indexes rise
};

}  // namespace suyuan::consensus
