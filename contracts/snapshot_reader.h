// Contract state as the ledger's store holds it.
#pragma once

#include <functional>
#include <optional>

#include "contracts/state_view.h"
#include "ledger/store.h"

namespace suyuan::contracts {

// Called when the disk does not give what the state needs; must not return (end the process, throw
// in a test).
using StateUnreadable = std::function<void(const Error&)>;

// Reads of one snapshot, which must outlive it. No outcome may depend on a failed read, and
// StateReader has no way to tell of one: `unreadable` is called, and when it is empty or returns
// the process ends with the facts. Nothing acknowledged is lost, because the log is durable apart
// from the state. Thread-safe when `unreadable` is.
class SnapshotReader final : public StateReader {
 public:
  explicit SnapshotReader(const ledger::StateSnapshot& snapshot, StateUnreadable unreadable = {})
      : snapshot_(snapshot), unreadable_(std::move(unreadable)) {}
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override;
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override;
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override;

 private:
  const ledger::StateSnapshot& snapshot_;
  const StateUnreadable unreadable_;
};

}  // namespace suyuan::contracts
