// The one validator behind both ways in: a consortium TOML with its defaults filled in, and the
// genesis file. Internal to this room.
#pragma once

#include "genesis/genesis.h"
#include "genesis/strict_reader.h"

namespace suyuan::genesis {

inline constexpr std::string_view kFormatName = "suyuan-genesis/1";

// `value` has every member that a genesis file has. E_CONFIG (E_USCC …) with `locate(path)`.
Result<Genesis> ReadGenesis(const json::Value& value, const Locate& locate);

}  // namespace suyuan::genesis
