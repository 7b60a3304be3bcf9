// The ledger's store as the log that consensus reads.
#pragma once

#include "consensus/log_storage.h"
#include "ledger/store.h"
#include "node/node_directory.h"

namespace suyuan::node {

// Consensus thread only. What was applied is committed, whatever the stored hint says.
class StoreLog final : public consensus::LogStorage {
 public:
  // `directory` tells what configuration entries say; it outlives this.
  StoreLog(const ledger::Store& store, const LedgerId& ledger, const NodeDirectory& directory)
      : store_(store), ledger_(ledger), directory_(directory) {}
  consensus::HardState InitialHardState() const override;
  consensus::Index LastIndex() const override;
  consensus::Index FirstIndex() const override { return consensus::Index(1); }
  Result<Term> TermAt(consensus::Index index) const override;
  Result<Hash> HashAt(consensus::Index index) const override;
  Result<std::vector<consensus::Entry>> Entries(consensus::Index from, consensus::Index to,
                                                size_t bytes_max) const override;

 private:
  const ledger::Store& store_;
  const LedgerId ledger_;
  const NodeDirectory& directory_;
};

}  // namespace suyuan::node
