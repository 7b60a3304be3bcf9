// Rebuilds a node's ledger from blocks that were archived (`suyuan restore`): by executing them,
// from the genesis file on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/verify/source.h"
#include "node/node.h"

namespace suyuan::node {

struct RestoreTarget {
  std::string data_directory;
  KeyId node;  // that will run on it
};
// What the verifier found in the blocks (ledger/verify/verifier.h). It has verified every signature
// and every link; the rebuilt log must lead to the same root.
struct VerifiedBlocks {
  Height height;
  Hash log_root;
};

// The ledger appears in its place when it is whole, durable and proven, or not at all. It holds no
// vote and no mark of an acknowledgement, and only `target.node` may run on it, whose key must
// never have taken part (reliability row 12): E_LOST for one of the genesis file, or one that the
// ledger names as a voter, or as removed. It joins as a learner, catches up, and votes when the
// members make it a voter. E_REF when there is a ledger already; E_PROOF when a block, executed,
// gives anything else than the archive says; E_IO, E_DISK_FULL. `progress` gets each height.
Status RestoreLedger(const RestoreTarget& target, const LedgerStart& start,
                     ledger::verify::LedgerSource& blocks, const VerifiedBlocks& verified,
                     const std::function<void(uint64_t)>& progress);

}  // namespace suyuan::node
