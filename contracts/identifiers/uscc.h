// Unified social credit codes (统一社会信用代码, GB 32100; requirements 1.4). Pure.
#pragma once

#include <optional>

#include "common/bytes.h"

namespace suyuan::contracts {

// The check character for the first 17 characters; nullopt when one is outside the alphabet or
// there are not 17.
std::optional<char> UsccCheckCharacter(ByteView first17);
// 18 characters of the alphabet with the right check character.
bool IsValidUscc(ByteView code);

}  // namespace suyuan::contracts
