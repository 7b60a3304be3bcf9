#include "contracts/identifiers/trace_code.h"

#include <algorithm>
#include <array>

#include "contracts/identifiers/gs1_text.h"

namespace suyuan::contracts {
namespace {

Error SchemeError(std::string detail) { return Error{ErrorCode::kScheme, std::move(detail)}; }

// Forms of the other schemes. The sources name the schemes, not their formats, so these are
// patterns only (requirements 4.4): length and characters, one line a scheme.
struct Pattern {
  CodeScheme scheme;
  size_t min, max;
  ByteView first;  // characters that may begin the value
  ByteView rest;
};
constexpr ByteView kDigits = "0123456789";
constexpr ByteView kUpper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr ByteView kMixed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._";
constexpr ByteView kAlphanumeric = kMixed.substr(0, 62);
constexpr std::array kPatterns = {
    Pattern{CodeScheme::kEcode, 6, 64, kDigits, kAlphanumeric},  // version, system, master data
    Pattern{CodeScheme::kDigitalId, 8, 64, kAlphanumeric, kMixed},
    Pattern{CodeScheme::kCcc, 6, 40, kUpper, kUpper},
};

Result<TraceCode> ParseOtherScheme(ByteView scheme_name, ByteView value) {
  for (const Pattern& pattern : kPatterns) {
    if (ToString(pattern.scheme) != scheme_name) continue;
    const bool fits = value.size() >= pattern.min && value.size() <= pattern.max &&
                      pattern.first.find(value.front()) != ByteView::npos &&
                      value.find_first_not_of(pattern.rest) == ByteView::npos;
    if (!fits) {
      return SchemeError("value does not fit the scheme " + std::string(scheme_name) + ": " +
                         std::to_string(pattern.min) + " to " + std::to_string(pattern.max) +
                         " letters and digits");
    }
    TraceCode code;
    code.scheme = pattern.scheme;
    code.value = value;
    return code;
  }
  return SchemeError("unknown form of code; expected 01/…, 00/…, ecode/…, digital_id/… or ccc/…");
}

// "ai/value/ai/value": the path of a GS1 Digital Link with full identifiers.
Result<TraceCode> ParsePath(ByteView path) {
  TraceCode code;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash == ByteView::npos)
      return SchemeError("a code's path is pairs of identifier and value");
    const ByteView ai = path.substr(0, slash);
    path.remove_prefix(slash + 1);
    const size_t end = std::min(path.find('/'), path.size());
    SUYUAN_ASSIGN_OR_RETURN(const std::string value, gs1::PercentDecode(path.substr(0, end)));
    SUYUAN_RETURN_IF_ERROR(gs1::SetIdentifier(code, ai, value));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  SUYUAN_RETURN_IF_ERROR(gs1::CheckComplete(code));
  return code;
}

}  // namespace

std::string_view ToString(CodeScheme scheme) {
  switch (scheme) {
    case CodeScheme::kGs1:
      return "gs1";
    case CodeScheme::kEcode:
      return "ecode";
    case CodeScheme::kDigitalId:
      return "digital_id";
    case CodeScheme::kCcc:
      return "ccc";
  }
  return "";
}

std::string CanonicalText(const TraceCode& code) {
  if (code.scheme != CodeScheme::kGs1)
    return std::string(ToString(code.scheme)).append("/").append(code.value);
  if (code.is_package()) return "00/" + code.sscc;
  std::string out = "01/" + code.gtin;
  if (!code.variant.empty()) out.append("/22/").append(gs1::PercentEncode(code.variant));
  if (!code.batch.empty()) out.append("/10/").append(gs1::PercentEncode(code.batch));
  if (!code.serial.empty()) out.append("/21/").append(gs1::PercentEncode(code.serial));
  return out;
}

Result<TraceCode> ParseCanonicalCode(ByteView text) {
  if (text.size() > kCanonicalCodeBytesMax) return SchemeError("a code has at most 254 characters");
  const size_t slash = text.find('/');
  if (slash == ByteView::npos) return ParseOtherScheme(text, "");
  const ByteView head = text.substr(0, slash);
  if (head != "01" && head != "00") return ParseOtherScheme(head, text.substr(slash + 1));
  SUYUAN_ASSIGN_OR_RETURN(TraceCode code, ParsePath(text));
  // One code, one text: order, escapes and the absence of 17 follow from writing it anew.
  if (CanonicalText(code) != text) {
    return SchemeError(
        "not the canonical form of this code: 01/<gtin>[/22/…][/10/…][/21/…], "
        "special characters percent-encoded");
  }
  return code;
}

}  // namespace suyuan::contracts
