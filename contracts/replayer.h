// Executes a ledger again from its genesis state, in memory, for the offline verifier.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "common/limits.h"
#include "contracts/state_view.h"
#include "ledger/verify/verifier.h"

namespace suyuan::contracts {

// State in a sorted map; the whole of it is in memory. Not thread-safe.
class MapState final : public StateReader {
 public:
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override;
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override;
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override;
  void Apply(const std::vector<ledger::StateWrite>& writes);

 private:
  std::map<std::pair<uint8_t, Bytes>, Bytes> values_;
};

// Signatures are not verified again here: the verifier has done so on all cores before it believes
// what this says.
class Replayer final : public ledger::verify::BlockReplayer {
 public:
  Replayer(const LedgerId& ledger, const LedgerLimits& limits,
           std::vector<ledger::StateWrite> genesis_writes);
  Result<std::vector<ledger::StateWrite>> Genesis() override;
  Result<ledger::verify::ReplayedBlock> Execute(ByteView entry,
                                                const std::vector<Bytes>& sealed_items) override;

 private:
  const LedgerId ledger_;
  const LedgerLimits limits_;
  std::vector<ledger::StateWrite> genesis_writes_;
  MapState state_;
  std::map<TxId, bool> seen_;  // → whether it was applied
};

}  // namespace suyuan::contracts
