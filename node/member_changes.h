// The leader's part in a change of the members: what the state approves becomes an entry. It may
// stand only behind blocks that are executed (docs/formats.md §4), so transactions wait for the
// moment that this takes, and never for a learner that has not caught up.
#pragma once

#include <optional>

#include "consensus/raft.h"
#include "ledger/store.h"
#include "node/block_maker.h"
#include "node/log.h"
#include "node/node_directory.h"

namespace suyuan::node {

// Consensus thread only.
class MemberChanges {
 public:
  MemberChanges(const ledger::Store& store, const NodeDirectory& directory, const Logger& log)
      : store_(store), directory_(directory), log_(log) {}

  void Tick();
  // Nothing else may be proposed until the approved configuration is.
  bool holds() const { return holds_; }
  // Proposes the approved configuration when there is one and its moment has come. `may_lead`: this
  // node leads and is not about to stop leading. Fails only when the log cannot be read.
  Status Offer(consensus::Raft& raft, BlockMaker& maker, bool may_lead);

 private:
  // What the state approves, read again when blocks were executed.
  const std::optional<Bytes>& Approved();
  static bool IsReady(const consensus::Raft& raft, const consensus::Configuration& next);

  const ledger::Store& store_;
  const NodeDirectory& directory_;
  const Logger& log_;
  std::optional<Height> read_at_;
  std::optional<Bytes> approved_;
  bool holds_ = false;
  uint32_t pause_ticks_ = 0;  // after the core has declined
};

}  // namespace suyuan::node
