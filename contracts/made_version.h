// From a record of a committed transaction to the version of an entity that it made: what findings
// name. Pure, thread-safe as its state.
#pragma once

#include <optional>

#include "contracts/finding.h"

namespace suyuan::contracts {

// Entity and version, field and item 0, however many versions came after; nullopt for records that
// make no version (codes, commands, records of refused transactions). `height`: of the block that
// executed `tx`. Reads some 20 versions, and those of that block.
std::optional<FindingTarget> VersionMadeBy(const StateReader& state, const ledger::Transaction& tx,
                                           uint32_t record, Height height);

}  // namespace suyuan::contracts
