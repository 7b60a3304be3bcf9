// Members' nodes and the configuration of the cluster in the state (requirements 6.13;
// docs/formats.md §4, §6). A MEMBER_CHANGE leaves an approval: the bytes of the only configuration
// entry that may come next. The entry uses it up. So nobody who leads changes the members alone,
// and one change is under way at a time.
#pragma once

#include <optional>
#include <string_view>

#include "common/ids.h"
#include "common/result.h"
#include "contracts/contract.h"
#include "contracts/state_view.h"
#include "ledger/block.h"

namespace suyuan::contracts {

inline constexpr size_t kMembersMax = 64;

// A node's number in consensus, unique for ever (docs/formats.md §8): a founding node's is its
// place in the genesis file, from 1 on; any other's follows from the id of its key.
uint32_t NodeNumberOf(const KeyId& node);

// Content of a node's entity value (kNode). Layout: party 18 ‖ u32 number ‖ node key 32 ‖ log key
// 32 ‖ cosigner key 32 ‖ s8(name) ‖ s8(peer address) ‖ s8(API address).
struct MemberNode {
  uint32_t number = 0;
  ledger::Member member;  // but `voter`, which is the entity's state
};
Bytes EncodeMemberNode(const MemberNode& node);
// Aborts on bytes that this code did not write, as the other decoders here do.
MemberNode DecodeMemberNode(ByteView content);
inline KeyId NodeIdOf(const ledger::Member& member) {
  return KeyIdOf(Suite::kEd25519, member.node_key);
}

// kConfiguration, "current": the configuration of the last configuration entry that was executed.
// Layout: u8 1 ‖ u64 height ‖ s32(configuration) ‖ s32(the one before while joint, or nothing).
struct MembersInForce {
  Height since;  // of the entry; 0: founding
  ledger::Configuration configuration;
  std::optional<ledger::Configuration> before;  // whose voters must agree too, while joint
};
Bytes EncodeMembersInForce(const MembersInForce& members);
// nullopt only in the state of a ledger without genesis.
std::optional<MembersInForce> FindMembersInForce(const StateReader& state);

// kConfiguration, "approved": what the next configuration entry carries, to the byte. Layout: u8 1
// ‖ node id 32 ‖ approving party 18 ‖ s32(configuration).
struct ApprovedChange {
  KeyId node;  // that the MEMBER_CHANGE is about
  PartyId approver;
  Bytes configuration;
};
Bytes EncodeApprovedChange(const ApprovedChange& change);
std::optional<ApprovedChange> FindApprovedChange(const StateReader& state);
void PutApprovedChange(Overlay& state, const std::optional<ApprovedChange>& change);

// Whether the entry behind this state may carry `configuration`; E_AUTHZ when it is not exactly
// what is approved here and unused (docs/formats.md §4).
Status CheckApproved(const StateReader& state, ByteView configuration);
// Executes an approved configuration entry: the configuration is in force, the approval is used, or
// of a joint one replaced by that of its end; at the end of a change the states of
// the nodes move.
// Requires CheckApproved.
void AdoptConfiguration(Overlay& state, Rules& rules, const ledger::BlockEntry& entry,
                        const LedgerLimits& limits);

// [a-z0-9-] without hyphens at the ends, at most 32 characters.
bool IsNodeName(std::string_view text);
// host:port with a name, an IPv4 address or [IPv6] and a port from 1 to 65535.
bool IsNodeAddress(std::string_view text);

}  // namespace suyuan::contracts
