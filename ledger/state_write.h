// A change of contract state, as the executor hands it to the store.
#pragma once

#include <optional>

#include "common/bytes.h"

namespace suyuan::ledger {

// `in_tree`: the value is part of the state tree and so of every state root. Otherwise it is an
// index that follows from the ledger and can be rebuilt; it is stored alike but not proven.
struct StateWrite {
  uint8_t name_space = 0;
  bool in_tree = true;
  Bytes key;
  std::optional<Bytes> value;  // nullopt: deleted
};

}  // namespace suyuan::ledger
