#include "consensus/membership.h"

#include <algorithm>

#include "common/check.h"
#include "consensus/quorum.h"

namespace suyuan::consensus {
namespace {

std::vector<NodeId> Sorted(std::vector<NodeId> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool SameSet(const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
  return Sorted(a) == Sorted(b);
}

bool HasDoubles(const std::vector<NodeId>& ids) {
  const std::vector<NodeId> sorted = Sorted(ids);
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

Error Impossible(const char* why) { return Error{ErrorCode::kFormat, why}; }
Error MayNotFollow(const char* why) { return Error{ErrorCode::kConflict, why}; }

}  // namespace

Status CheckMembership(const Membership& membership) {
  if (membership.voters.empty()) return Impossible("a configuration without voters");
  for (const auto* set : {&membership.voters, &membership.outgoing, &membership.learners})
    if (HasDoubles(*set)) return Impossible("a configuration names a member twice");
  for (NodeId id : membership.learners)
    if (Contains(membership.voters, id)) return Impossible("a member is both voter and learner");
  if (Contains(Members(membership), kNobody)) return Impossible("a configuration names nobody");
  return {};
}

Result<Membership> Succeed(const Membership& before, const Configuration& next) {
  Membership out{next.voters, {}, next.learners};
  SUYUAN_RETURN_IF_ERROR(CheckMembership(out));
  if (!before.outgoing.empty()) {
    if (next.joint) return MayNotFollow("a joint configuration must end before the next change");
    if (!SameSet(before.voters, next.voters) || !SameSet(before.learners, next.learners))
      return MayNotFollow("a joint configuration ends with its own members");
    return out;
  }
  for (NodeId id : next.voters)
    if (!Contains(before.voters, id) && !Contains(before.learners, id))
      return MayNotFollow("a voter must have been a learner before");
  if (next.joint) {
    out.outgoing = before.voters;
  } else if (!SameSet(before.voters, next.voters)) {
    return MayNotFollow("voters change by a joint configuration only");
  }
  return out;
}

const Membership& MembershipLog::At(Index index) const {
  auto it = std::find_if(kept_.rbegin(), kept_.rend(),
                         [index](const Placed& placed) { return placed.index <= index; });
  SUYUAN_CHECK(it != kept_.rend(), "a configuration from before the last commit");
  return it->membership;
}

bool MembershipLog::Names(NodeId id) const { return Contains(AllMembers(), id); }

bool MembershipLog::NamesVoter(NodeId id) const {
  return std::any_of(kept_.begin(), kept_.end(),
                     [id](const Placed& placed) { return IsVoter(placed.membership, id); });
}

std::vector<NodeId> MembershipLog::AllMembers() const {
  std::vector<NodeId> out;
  for (const Placed& placed : kept_)
    for (NodeId id : Members(placed.membership)) out.push_back(id);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void MembershipLog::Append(Index index, Membership membership) {
  SUYUAN_CHECK(index > latest_index(), "a configuration out of order");
  kept_.push_back({index, std::move(membership)});
}

bool MembershipLog::TruncateFrom(Index from) {
  SUYUAN_CHECK(from > committed_index(), "truncation of a committed configuration");
  const size_t before = kept_.size();
  while (kept_.back().index >= from) kept_.pop_back();
  return kept_.size() != before;
}

bool MembershipLog::CommittedTo(Index commit) {
  const size_t before = kept_.size();
  while (kept_.size() > 1 && kept_[1].index <= commit) kept_.pop_front();
  return kept_.size() != before;
}

void MembershipLog::RestartAt(const SnapshotInfo& at, bool keeps_log) {
  if (!keeps_log) kept_.clear();
  while (!kept_.empty() && kept_.front().index <= at.index) kept_.pop_front();
  kept_.push_front({at.membership_index, at.membership});
}

}  // namespace suyuan::consensus
