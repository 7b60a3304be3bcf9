// Contract state as the store holds it.
#pragma once

#include <memory>

#include "contracts/state_view.h"
#include "ledger/store.h"
#include "node/log.h"

namespace suyuan::node {

// Reads of one snapshot. No outcome may depend on a failed read, and the interface has no way to
// tell of one: when the disk fails here the process ends at once with exit code 1 and a line in
// the log. Nothing acknowledged is lost, because the log is durable apart from the state.
class SnapshotReader final : public contracts::StateReader {
 public:
  SnapshotReader(std::shared_ptr<const ledger::StateSnapshot> snapshot, const Logger& log)
      : snapshot_(std::move(snapshot)), log_(log) {}
  std::optional<Bytes> Get(contracts::Namespace ns, ByteView key) const override;
  void Scan(contracts::Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override;
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(contracts::Namespace ns,
                                                    ByteView bound) const override;

 private:
  [[noreturn]] void Die(const Error& error) const;
  std::shared_ptr<const ledger::StateSnapshot> snapshot_;
  const Logger& log_;
};

}  // namespace suyuan::node
