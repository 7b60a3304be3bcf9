#include "node/membership.h"

namespace suyuan::node {
namespace {

Result<Endpoint> AddressOf(const ledger::Member& member, const std::string& name,
                           const NodeConfig& config) {
  auto configured = config.peer_addresses.find(name);
  if (configured != config.peer_addresses.end()) return configured->second;
  auto address = ParseEndpoint(member.peer_address);
  if (!address.ok())
    return Error{ErrorCode::kConfig,
                 "peer " + name + " in the genesis file: " + address.error().detail};
  return address;
}

}  // namespace

Result<Members> ReadMembers(const ledger::Configuration& founding, const NodeConfig& config,
                            const PublicKey& node_key) {
  Members out;
  uint32_t number = 0;
  for (const ledger::Member& member : founding.members) {
    consensus::NodeId id(++number);
    std::string name = ToString(member.party) + "/" + member.node;
    out.names[id] = name;
    out.proposers[id] = KeyIdOf(Suite::kEd25519, member.node_key);
    (member.voter ? out.membership.voters : out.membership.learners).push_back(id);
    if (member.node_key == node_key) {
      out.self = id;
      out.self_name = name;
      out.own = member;
      continue;
    }
    SUYUAN_ASSIGN_OR_RETURN(Endpoint address, AddressOf(member, name, config));
    out.peers.push_back({id, name, member.node_key, address});
  }
  if (out.self == consensus::kNobody)
    return Error{ErrorCode::kConfig, "the node key " + ToHex(KeyIdOf(Suite::kEd25519, node_key)) +
                                         " is not a member's in the genesis file"};
  if (out.own.party != config.party)
    return Error{ErrorCode::kConfig, "the node key belongs to " + ToString(out.own.party) +
                                         ", not to the configured party " + ToString(config.party)};
  return out;
}

}  // namespace suyuan::node
