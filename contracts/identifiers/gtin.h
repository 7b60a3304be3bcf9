// GS1 numbers with a mod-10 check digit: GTIN-8, -12, -13, -14 and SSCC (requirements 4.4). Pure.
#pragma once

#include <optional>
#include <string>

#include "common/bytes.h"

namespace suyuan::contracts {

// Check digit for the digits before it (GS1 General Specifications §7.9); nullopt when one of them
// is no digit or there is none.
std::optional<char> Gs1CheckDigit(ByteView digits);
bool IsValidGtin(ByteView text);  // 8, 12, 13 or 14 digits
bool IsValidSscc(ByteView text);  // 18 digits
// Filled up with zeros to 14 digits. Precondition: IsValidGtin.
std::string Gtin14(ByteView gtin);

}  // namespace suyuan::contracts
