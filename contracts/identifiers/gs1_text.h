// Parts of GS1 texts: character set 82, percent-encoding, application identifiers. Internal to
// identifiers/. Pure.
#pragma once

#include <string>

#include "common/bytes.h"
#include "common/result.h"
#include "contracts/identifiers/trace_code.h"

namespace suyuan::contracts::gs1 {

// 1–20 characters of the GS1 character set 82: the values of AI 10, 21 and 22.
bool IsVariableValue(ByteView value);
std::string PercentEncode(ByteView value);
// E_SCHEME for a broken escape.
Result<std::string> PercentDecode(ByteView text);

// Puts one application identifier's value into `code`, with all checks. E_SCHEME for an AI that
// does not identify goods here, a second value, a bad value.
Status SetIdentifier(TraceCode& code, ByteView ai, ByteView value);
// What may stand together: GTIN first and alone with its qualifiers, or an SSCC alone.
Status CheckComplete(const TraceCode& code);

}  // namespace suyuan::contracts::gs1
