// Targets of requests: strict percent-decoding (RFC 3986 §2.1). What one part of a system could
// read differently from another is refused, not guessed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace suyuan::api {

struct Target {
  std::string path;                                        // raw
  std::vector<std::string> segments;                       // decoded; "/a/b" → a, b; "/" → none
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  std::string raw_query;                                   // without '?'
  bool has_query = false;
};

// E_FORMAT for: no leading '/', a bad escape, NUL and other control characters, invalid UTF-8,
// "." and ".." segments (encoded or not), empty segments, a '\', a parameter twice. An escaped '/'
// stays inside its segment.
Result<Target> ParseTarget(std::string_view target);

// Decodes one component; '+' stays '+'. E_FORMAT as above.
Result<std::string> PercentDecode(std::string_view text);
// Escapes everything but RFC 3986 unreserved characters; `keep` are left as they are.
std::string PercentEncode(std::string_view text, std::string_view keep = {});

// Unsigned decimal without sign, spaces or leading zeros.
Result<uint64_t> ParseDecimal(std::string_view text);

}  // namespace suyuan::api
