// Text forms of bytes: hex, base32 (entity ids), base64 (C2SP notes).
#pragma once

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan {

std::string HexEncode(ByteView bytes);
// Even number of digits of either case; E_FORMAT otherwise.
Result<Bytes> HexDecode(ByteView hex);

// RFC 4648 base32, lower case, no padding.
std::string Base32Encode(ByteView bytes);
// Refuses upper case and non-zero trailing bits, so that one value has one text.
Result<Bytes> Base32Decode(ByteView text);

// RFC 4648 §4 base64 with padding.
std::string Base64Encode(ByteView bytes);
// Strict: padding required, no white space, no non-zero trailing bits.
Result<Bytes> Base64Decode(ByteView text);

// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool IsValidUtf8(ByteView text);
// Number of Unicode characters of well-formed UTF-8.
size_t Utf8Length(ByteView text);

}  // namespace suyuan
