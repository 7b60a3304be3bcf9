// The golden vectors of sealing (docs/formats.md §3, §4), derived anew from fixed seeds.
#pragma once

#include <map>
#include <string>

#include "common/json.h"

namespace suyuan::test {

// File name in tests/vectors/sealing → content. Bytes are hex.
std::map<std::string, json::Value> DeriveSealingVectors();

}  // namespace suyuan::test
