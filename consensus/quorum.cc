#include "consensus/quorum.h"

#include <algorithm>
#include <limits>

#include "common/seeded_bug.h"

namespace suyuan::consensus {
namespace {

VoteResult CountMajority(const std::vector<NodeId>& voters, const std::map<NodeId, bool>& votes) {
  size_t yes = 0, no = 0;
  for (NodeId id : voters) {
    auto it = votes.find(id);
    if (it == votes.end()) continue;
    (it->second ? yes : no) += 1;
  }
  const size_t quorum = voters.size() / 2 + 1;
  if (yes >= quorum) return VoteResult::kWon;
  if (voters.size() - no < quorum) return VoteResult::kLost;
  return VoteResult::kPending;
}

uint64_t MajorityValue(const std::vector<NodeId>& voters,
                       const std::function<uint64_t(NodeId)>& value_of) {
  if (voters.empty()) return 0;
  std::vector<uint64_t> values;
  values.reserve(voters.size());
  for (NodeId id : voters) values.push_back(value_of(id));
  auto nth = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), nth, values.end(), std::greater<>());
  return *nth;
}

std::vector<NodeId> SortedUnion(std::initializer_list<const std::vector<NodeId>*> sets) {
  std::vector<NodeId> out;
  for (const auto* set : sets) out.insert(out.end(), set->begin(), set->end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

VoteResult CountVotes(const Membership& membership, const std::map<NodeId, bool>& votes) {
  const VoteResult incoming = CountMajority(membership.voters, votes);
  if (SeededBug(Bug::kQuorumOfNewOnly)) return incoming;  // row 11
  if (membership.outgoing.empty()) return incoming;
  const VoteResult outgoing = CountMajority(membership.outgoing, votes);
  if (incoming == VoteResult::kLost || outgoing == VoteResult::kLost) return VoteResult::kLost;
  return incoming == outgoing ? incoming : VoteResult::kPending;
}

uint64_t QuorumValue(const Membership& membership,
                     const std::function<uint64_t(NodeId)>& value_of) {
  const uint64_t incoming = MajorityValue(membership.voters, value_of);
  if (SeededBug(Bug::kQuorumOfNewOnly)) return incoming;  // row 11
  if (membership.outgoing.empty()) return incoming;
  return std::min(incoming, MajorityValue(membership.outgoing, value_of));
}

bool Contains(const std::vector<NodeId>& set, NodeId id) {
  return std::find(set.begin(), set.end(), id) != set.end();
}

bool IsVoter(const Membership& membership, NodeId id) {
  return Contains(membership.voters, id) || Contains(membership.outgoing, id);
}

std::vector<NodeId> Voters(const Membership& membership) {
  return SortedUnion({&membership.voters, &membership.outgoing});
}

std::vector<NodeId> Members(const Membership& membership) {
  return SortedUnion({&membership.voters, &membership.outgoing, &membership.learners});
}

}  // namespace suyuan::consensus
