// What a state that is later than a flow record can still tell of its goods. Internal to
// contracts/; pure, thread-safe as its state.
#pragma once

#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// Whether a code that a flow record names in clear is of a package, empty or not, or holds other
// codes now: what it held when the record was made is not known from here.
bool NamesContainer(const StateReader& state, const ledger::Record& record);

}  // namespace suyuan::contracts
