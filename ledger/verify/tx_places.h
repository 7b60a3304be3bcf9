// Where each transaction first stood. A ledger has millions, so this is one array with open
// addressing, not a tree of nodes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/ids.h"

namespace suyuan::ledger::verify {

// Height, position in the body, leaf, ordinal among the block's outcomes.
using TxPlace = std::array<uint64_t, 4>;

// Not thread-safe. At most 256 bytes a transaction.
class TxPlaces {
 public:
  // False when the transaction has a place already; that one stays.
  bool Add(const TxId& id, const TxPlace& place);
  // nullptr when it is not here.
  const TxPlace* Find(const TxId& id) const;
  uint64_t size() const { return size_; }

 private:
  struct Slot {
    TxId id;
    TxPlace place{};
    bool taken = false;
  };
  // Where the id is, or where it belongs.
  size_t SlotOf(const TxId& id) const;
  void Grow();

  std::vector<Slot> slots_{16};  // a power of two; at most half of them taken
  uint64_t size_ = 0;
};

}  // namespace suyuan::ledger::verify
