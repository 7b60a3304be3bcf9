// Who the members are when a node starts: numbers for consensus, names, addresses.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "consensus/types.h"
#include "contracts/member.h"
#include "ledger/block.h"
#include "node/config.h"
#include "node/node_directory.h"
#include "node/transport/transport.h"

namespace suyuan::node {

struct Members {
  consensus::NodeId self;
  std::string self_name;  // "<party>/<node>"
  ledger::Member own;     // of a node that is about to join: the party alone
  // In force where the state stands, and the index of its entry (0: founding).
  consensus::Membership membership;
  consensus::Index membership_index;
  std::vector<TransportPeer> peers;  // whom it names, without this node
};

// How to reach a node; the configuration file's address goes before the ledger's. E_CONFIG.
Result<TransportPeer> PeerOf(const ledger::Member& member, const NodeDirectory& directory,
                             const NodeConfig& config);
// `directory` knows the nodes of the state. E_CONFIG when `node_key` is no node's and the
// configuration does not say that it is about to join, belongs to another party than the
// configuration's, or a peer has no usable address.
Result<Members> ReadMembers(const contracts::MembersInForce& in_force,
                            const NodeDirectory& directory, const NodeConfig& config,
                            const PublicKey& node_key);

}  // namespace suyuan::node
