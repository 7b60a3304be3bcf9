// Reading a catalogue record into a node's version; shared by CATALOG_PUT and the genesis state.
#pragma once

#include "contracts/catalog.h"
#include "contracts/guards.h"

namespace suyuan::contracts {

// E_TIME when it ends before it begins, E_FORMAT for a field that cannot be demanded, E_DISCLOSE
// for a default that would hide what GR Table 3 opens. The record was form-checked.
Result<CatalogVersion> ReadCatalogVersion(const ledger::Record& record, uint32_t index);

}  // namespace suyuan::contracts
