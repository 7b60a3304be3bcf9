// Who decides. Every count of votes, acknowledgements, activity and read rounds goes through here,
// so that joint configurations (Raft dissertation §4.3) and learners are right everywhere or
// nowhere. Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "consensus/types.h"

namespace suyuan::consensus {

enum class VoteResult : uint8_t { kPending, kWon, kLost };

// A vote by someone who is no voter does not count. While a joint configuration is in force both
// majorities are needed to win, and losing one of them loses.
VoteResult CountVotes(const Membership& membership, const std::map<NodeId, bool>& votes);

// The largest v such that a quorum (of both sets when joint) has value_of ≥ v. 0 without voters:
// nobody decides nothing.
uint64_t QuorumValue(const Membership& membership, const std::function<uint64_t(NodeId)>& value_of);

bool Contains(const std::vector<NodeId>& set, NodeId id);
// Of either set.
bool IsVoter(const Membership& membership, NodeId id);
// Voters of either set, without doubles, in the order of their ids.
std::vector<NodeId> Voters(const Membership& membership);
// Voters and learners, without doubles, in the order of their ids.
std::vector<NodeId> Members(const Membership& membership);

}  // namespace suyuan::consensus
