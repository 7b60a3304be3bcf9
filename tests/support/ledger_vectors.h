// The golden vectors of docs/formats.md §1–§7, derived anew from fixed seeds.
#pragma once

#include <map>
#include <string>

#include "common/json.h"

namespace suyuan::test {

// File name in tests/vectors → content. Bytes are hex.
std::map<std::string, json::Value> DeriveLedgerVectors();

}  // namespace suyuan::test
