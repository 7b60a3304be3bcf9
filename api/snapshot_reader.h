// Contract state for readers: contracts::StateReader over a store snapshot.
#pragma once

#include <optional>

#include "contracts/state_view.h"
#include "ledger/store.h"

namespace suyuan::api {

// Aborts on a disk error, as contracts::StateReader asks: a node that cannot read its own state
// must not go on answering. The snapshot must outlive it.
class SnapshotReader final : public contracts::StateReader {
 public:
  explicit SnapshotReader(const ledger::StateSnapshot& snapshot) : snapshot_(snapshot) {}
  std::optional<Bytes> Get(contracts::Namespace ns, ByteView key) const override;
  void Scan(contracts::Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override;
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(contracts::Namespace ns,
                                                    ByteView bound) const override;

 private:
  const ledger::StateSnapshot& snapshot_;
};

}  // namespace suyuan::api
