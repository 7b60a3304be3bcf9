// Who the members are along the log, re-derived from docs/formats.md §4 alone: which configuration
// may follow, and from which transaction's approval.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger::verify {

// MEMBER_CHANGE (requirements 2.1): group 1, position 1. Frozen.
inline constexpr uint64_t kMemberChangeType = 0x0101;

// One member as it stands in a configuration.
struct KnownMember {
  Bytes bytes, party;
  bool voter = false;
  friend bool operator==(const KnownMember&, const KnownMember&) = default;
};

// One thread.
class MembersWalk {
 public:
  // The founding configuration. E_FORMAT.
  Status Found(ByteView configuration);
  // A MEMBER_CHANGE of the block at `height` was applied.
  void Approve(const TxId& tx, uint64_t height) { unused_[tx] = height; }
  // The configuration of an entry: the one before with exactly one change, for which a transaction
  // stands that no entry has used; or the end of the joint one before. E_PROOF, E_FORMAT.
  Status Adopt(ByteView configuration);
  // Nodes, and log keys, that a configuration up to here names.
  bool Names(const Hash& node_key_id) const { return nodes_.contains(node_key_id); }
  const std::vector<Bytes>& log_keys() const { return log_keys_; }

 private:
  struct Known {
    uint64_t seq = 0, phase = 0, approved_height = 0;
    Bytes change_tx_id;
    std::vector<KnownMember> members;
  };
  // What changes from `before_` to these members fits the phase.
  Status CheckChange(const std::vector<KnownMember>& members, uint64_t phase) const;

  Known before_;
  std::map<TxId, uint64_t> unused_;  // approvals → height
  std::set<Hash> nodes_;
  std::vector<Bytes> log_keys_;
};

}  // namespace suyuan::ledger::verify
