// The lexical rules that checkpoints and proof files share. Internal to the ledger room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/ids.h"

namespace suyuan::ledger::internal {

// Takes the line up to the next newline off the front of `text`; nullopt when there is none.
std::optional<std::string_view> TakeLine(std::string_view& text);
// ASCII decimal without leading zeros (unless it is "0") that fits 64 bits.
std::optional<uint64_t> ParseDecimal(std::string_view text);
// Base64 of exactly 32 bytes.
std::optional<Hash> ParseHashLine(std::string_view text);

}  // namespace suyuan::ledger::internal
