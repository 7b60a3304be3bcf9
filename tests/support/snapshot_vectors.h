// The golden vector of docs/formats.md §10: a snapshot of a ledger of one block, made by hand.
#pragma once

#include <map>
#include <string>

#include "common/json.h"

namespace suyuan::test {

// File name in tests/vectors/snapshot → content. Bytes are hex.
std::map<std::string, json::Value> DeriveSnapshotVectors();

}  // namespace suyuan::test
