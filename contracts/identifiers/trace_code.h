// Trace codes (追溯码, requirements 4.4): from what stands on the goods to the one canonical text
// under which the ledger knows a code. Pure and thread-safe. All errors are E_SCHEME.
//
//   01/<gtin14>[/22/<variant>][/10/<lot>][/21/<serial>]    goods of scheme gs1
//   00/<sscc>                                              package of scheme gs1
//   ecode/<value>   digital_id/<value>   ccc/<value>       other schemes
//
// Values of 10, 21, 22 are of the GS1 character set 82 (General Specifications §7.11); characters
// beside letters, digits, "-", "." and "_" are percent-encoded with upper-case digits, as in a GS1
// Digital Link URI.
#pragma once

#include <string>

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan::contracts {

enum class CodeScheme : uint8_t { kGs1 = 1, kEcode = 2, kDigitalId = 3, kCcc = 4 };
// "gs1", "ecode", "digital_id", "ccc": the words of the field code_scheme.
std::string_view ToString(CodeScheme scheme);

inline constexpr size_t kCanonicalCodeBytesMax = 254;

// A canonical code taken apart. Values are decoded; empty: not there.
struct TraceCode {
  CodeScheme scheme = CodeScheme::kGs1;
  std::string gtin;     // 14 digits
  std::string variant;  // AI 22
  std::string batch;    // AI 10
  std::string serial;   // AI 21
  std::string sscc;     // 18 digits; alone
  std::string value;    // of the other schemes
  bool is_package() const { return !sscc.empty(); }
  friend bool operator==(const TraceCode&, const TraceCode&) = default;
};

// Canonical text of a code whose parts are valid.
std::string CanonicalText(const TraceCode& code);

// Takes a canonical text apart; any other text, also another spelling of the same code, is refused.
Result<TraceCode> ParseCanonicalCode(ByteView text);

// Whatever a scanner or a person gives: canonical text, element string ("01…21…" with GS, 0x1D,
// after values of variable length; an optional symbology identifier such as "]d2"), bracketed
// element string "(01)…(21)…", or GS1 Digital Link URI (http, https, any host and leading path).
// Expiry (17) is checked and left out, since it does not identify.
Result<TraceCode> ParseAnyCode(ByteView text);

}  // namespace suyuan::contracts
