// What one pass over the state database sees beside the contract state: how many keys there are of
// each kind, where the index says that transactions stand, and what belongs nowhere.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"

namespace suyuan::ledger::verify {

// Filled by one thread. 48 bytes a transaction.
struct Census {
  struct Place {
    TxId id;
    uint64_t height = 0;
    uint32_t ordinal = 0;  // among the block's outcomes
  };
  std::array<uint64_t, 256> counts{};  // of keys by their first byte
  std::vector<Place> places;
  std::string strange;  // the first key that is none of the store's, in hex

  void Take(ByteView key, ByteView value);
};

}  // namespace suyuan::ledger::verify
