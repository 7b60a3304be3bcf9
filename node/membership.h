// Who the members are, as the founding configuration says: numbers for consensus, names, addresses.
#pragma once

#include <map>
#include <string>

#include "common/result.h"
#include "consensus/types.h"
#include "ledger/block.h"
#include "node/config.h"
#include "node/transport/transport.h"

namespace suyuan::node {

// A member's number is its place in the founding configuration, from 1 on: unique for ever.
struct Members {
  consensus::NodeId self;
  std::string self_name;
  ledger::Member own;
  consensus::Membership membership;
  std::map<consensus::NodeId, std::string> names;  // "<party>/<node>", this node's included
  std::map<consensus::NodeId, KeyId> proposers;    // node keys, this node's included
  std::vector<TransportPeer> peers;                // all others
};

// E_CONFIG when `node_key` is no member's, belongs to another party than the configuration's, or a
// peer has no usable address.
Result<Members> ReadMembers(const ledger::Configuration& founding, const NodeConfig& config,
                            const PublicKey& node_key);

}  // namespace suyuan::node
