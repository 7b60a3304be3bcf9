// The initial catalogue (requirements 4.8, "Catalogue node"): a tree of categories under national
// roots, checked field by field against the field table.
#pragma once

#include "genesis/strict_reader.h"

namespace suyuan::genesis {

// Values are checked against the field table (section 0x10); codes are distinct, parents exist,
// nothing is its own ancestor, regional nodes hang under a national one (PS 6.3.1).
void CheckCatalogue(Complaints& complaints, const std::string& path, const json::Value* nodes);

}  // namespace suyuan::genesis
