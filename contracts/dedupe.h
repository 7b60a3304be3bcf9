// Dedupe as state (docs/formats.md §1): for each expiry minute one key holds a hash chain over the
// ids that blocks carried for the first time, so that two ledgers which saw different transactions
// differ in their state roots. A minute's key is deleted by the first block past its end.
#pragma once

#include <map>

#include "common/ids.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// Collects the ids of one block. Not thread-safe.
class DedupeChain {
 public:
  explicit DedupeChain(uint64_t block_time_ms) : block_time_ms_(block_time_ms) {}
  // An id whose minute is past already leaves no trace: nothing would ever delete it.
  void Add(const TxId& id, uint64_t expiry_ms);
  // Deletes the minutes that are past (cost: their number) and advances the chains of the others.
  void WriteTo(Overlay& state) const;

 private:
  bool IsPast(uint64_t minute) const;

  uint64_t block_time_ms_;
  std::map<uint64_t, Bytes> ids_of_minute_;  // concatenated, in the order of the block
};

}  // namespace suyuan::contracts
