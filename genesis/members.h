// Founding members: each entry by itself, and what must hold between them.
#pragma once

#include <vector>

#include "genesis/genesis.h"
#include "genesis/strict_reader.h"

namespace suyuan::genesis {

// At least one member and one regulator among them, at least one voter; parties, names, addresses
// and keys of whatever kind are distinct; every key is acceptable (no low-order or non-canonical
// point).
std::vector<FoundingMember> ReadMembers(Complaints& complaints, const std::string& path,
                                        const json::Value* members);

}  // namespace suyuan::genesis
