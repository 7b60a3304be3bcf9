#include "node/membership.h"

#include <algorithm>

namespace suyuan::node {
namespace {

using consensus::NodeId;

// The node itself, as the ledger knows it.
Status ReadSelf(const NodeDirectory& directory, const NodeConfig& config, const PublicKey& node_key,
                Members* out) {
  const KeyId key = KeyIdOf(Suite::kEd25519, node_key);
  out->self = directory.NumberOf(key);
  const auto known = directory.Find(out->self);
  if (known && known->node_key == node_key) {
    out->own = *known;
    out->self_name = NameOf(*known);
  } else if (config.join) {
    out->own.party = config.party;
    out->own.node_key = node_key;
    out->self_name = ToString(config.party) + "/joining";
  } else {
    return Error{ErrorCode::kConfig,
                 "the node key " + ToHex(key) +
                     " is not a member's in the genesis file; a node that is about to be added "
                     "says join = true under [node]"};
  }
  if (out->own.party == config.party) return {};
  return Error{ErrorCode::kConfig, "the node key belongs to " + ToString(out->own.party) +
                                       ", not to the configured party " + ToString(config.party)};
}

}  // namespace

Result<TransportPeer> PeerOf(const ledger::Member& member, const NodeDirectory& directory,
                             const NodeConfig& config) {
  TransportPeer out{
      directory.NumberOf(contracts::NodeIdOf(member)), NameOf(member), member.node_key, {}};
  const auto configured = config.peer_addresses.find(out.name);
  if (configured != config.peer_addresses.end()) {
    out.address = configured->second;
    return out;
  }
  auto address = ParseEndpoint(member.peer_address);
  if (!address.ok())
    return Error{ErrorCode::kConfig, "address of peer " + out.name + ": " + address.error().detail};
  out.address = *std::move(address);
  return out;
}

Result<Members> ReadMembers(const contracts::MembersInForce& in_force,
                            const NodeDirectory& directory, const NodeConfig& config,
                            const PublicKey& node_key) {
  Members out;
  SUYUAN_RETURN_IF_ERROR(ReadSelf(directory, config, node_key, &out));
  consensus::Configuration now = directory.ForCore(in_force.configuration);
  out.membership = {std::move(now.voters), {}, std::move(now.learners)};
  out.membership_index = consensus::Index(in_force.since.value());
  std::vector<ledger::Member> named = in_force.configuration.members;
  if (in_force.before) {
    out.membership.outgoing = directory.ForCore(*in_force.before).voters;
    for (const ledger::Member& member : in_force.before->members) named.push_back(member);
  }
  for (const ledger::Member& member : named) {
    SUYUAN_ASSIGN_OR_RETURN(TransportPeer peer, PeerOf(member, directory, config));
    if (peer.id == out.self ||
        std::ranges::find(out.peers, peer.id, &TransportPeer::id) != out.peers.end())
      continue;
    out.peers.push_back(std::move(peer));
  }
  return out;
}

}  // namespace suyuan::node
