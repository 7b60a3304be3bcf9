// How old the registry may be from which a sender chose its readers (docs/formats.md §1): it names
// the height in its core, and a regulator who was not registered then is no reader. So that nobody
// picks a height before an unwelcome reader came, that registry must have been the latest one at
// some time in the present hour or the 24 before it (limits::kReaderHeightAgeMsMax), by block time.
//
// For that the state keeps the height of the first block of each of these hours (kBlockHour); an
// hour's key is deleted by the first block that no longer needs it.
#pragma once

#include <optional>
#include <vector>

#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// As one block sees it. Reads and writes a state only where it is given one. Thread-safe.
class RegistryAge {
 public:
  RegistryAge(const StateReader& state, Height height, uint64_t time_ms);
  // The oldest registry from which a transaction of this block may choose: the one that stood until
  // the first block of the oldest hour kept.
  Height oldest() const { return oldest_; }
  // E_READERS for a core with audiences whose registry is older, or not before this block, or does
  // not know the submitter yet, who is the first reader of all that it seals. `registered`: since
  // when it is registered; nullopt: the transaction itself registers it.
  Status Check(const ledger::Core& core, const std::optional<Height>& registered) const;
  // What the next block needs to know. Once a block.
  void WriteTo(Overlay& state) const;

 private:
  const Height height_;
  const uint64_t hour_;
  Height oldest_;
  bool first_of_hour_ = true;
  std::vector<uint64_t> past_;  // hours that are needed no more
};

}  // namespace suyuan::contracts
