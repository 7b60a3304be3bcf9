// Texts, numbers, contacts and other plain forms.
#include <algorithm>

#include "common/encoding.h"
#include "contracts/calendar.h"
#include "contracts/fields.h"
#include "contracts/value_check.h"

namespace suyuan::contracts::value_check {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAllDigits(ByteView text) { return std::ranges::all_of(text, IsDigit); }

// C0, DEL and C1 (as UTF-8 C2 80–C2 9F) and the line separators U+2028, U+2029.
bool HasControlCharacter(ByteView text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<uint8_t>(text[i + 1]) : 0;
    if (c < 0x20 || c == 0x7F || (c == 0xC2 && next >= 0x80 && next < 0xA0)) return true;
  }
  return text.find("\xE2\x80\xA8") != ByteView::npos || text.find("\xE2\x80\xA9") != ByteView::npos;
}

// Only ASCII, no-break (U+00A0) and ideographic (U+3000) spaces.
bool IsBlank(ByteView text) {
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (text.starts_with("\xC2\xA0")) {
      text.remove_prefix(2);
    } else if (text.starts_with("\xE3\x80\x80")) {
      text.remove_prefix(3);
    } else {
      return false;
    }
  }
  return true;
}

const std::string kNoText;
const std::string& TextOf(const json::Value& value) {
  const std::string* text = value.if_string();
  return text == nullptr ? kNoText : *text;
}

bool IsMailPart(ByteView part, ByteView also) {
  return !part.empty() && std::ranges::all_of(part, [&](char c) {
    return IsLetter(c) || IsDigit(c) || also.find(c) != ByteView::npos;
  });
}

bool IsPhone(ByteView text) {
  const auto digits = std::ranges::count_if(text, IsDigit);
  return text.size() <= 30 && digits >= 5 && digits <= 20 &&
         text.find_first_not_of("0123456789+-() ,;/") == ByteView::npos &&
         (IsDigit(text.front()) || text.front() == '+' || text.front() == '(');
}

bool IsMail(ByteView text) {
  const size_t at = text.find('@');
  if (text.size() > 120 || at == ByteView::npos) return false;
  const ByteView host = text.substr(at + 1);
  const size_t dot = host.rfind('.');
  return IsMailPart(text.substr(0, at), "!#$%&'*+-/=?^_`{|}~.") && IsMailPart(host, "-.") &&
         dot != ByteView::npos && dot > 0 && dot + 1 < host.size();
}

}  // namespace

Error FormatError(std::string expected) {
  return Error{ErrorCode::kFormat, "expected " + std::move(expected)};
}

std::string_view NextPart(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

Status CheckText(const json::Value& value, uint32_t min, uint32_t max) {
  const std::string* text = value.if_string();
  if (text == nullptr) return FormatError("a text");
  if (text->empty() || IsBlank(*text)) return Error{ErrorCode::kMissing, "the text is empty"};
  if (HasControlCharacter(*text)) return FormatError("a text without control characters");
  const size_t length = Utf8Length(*text);
  if (length < min || length > max)
    return FormatError(std::to_string(min) + " to " + std::to_string(max) + " characters, got " +
                       std::to_string(length));
  return {};
}

Status CheckInteger(const json::Value& value, int64_t min, int64_t max) {
  const int64_t* number = value.if_int();
  if (number == nullptr || *number < min || *number > max)
    return FormatError("an integer from " + std::to_string(min) + " to " + std::to_string(max));
  return {};
}

Status CheckDate(const json::Value& value) {
  if (!ParseDay(TextOf(value))) return FormatError("a calendar day such as \"2026-03-01\"");
  return {};
}

Status CheckTime(const json::Value& value) {
  if (!ParseTimeMs(TextOf(value)))
    return FormatError("a time in UTC such as \"2026-03-01T08:00:00Z\"");
  return {};
}

Status CheckRegion(const json::Value& value) {
  const std::string& text = TextOf(value);
  if (text.size() != 6 || !IsAllDigits(text)) return FormatError("a region code of 6 digits");
  return {};
}

Status CheckCategory(const json::Value& value) {
  const std::string& text = TextOf(value);
  const bool fits = text.size() >= 2 && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
                      return IsLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
                    });
  if (!fits) return FormatError("a category code of 2 to 32 letters, digits, \".\", \"-\", \"_\"");
  return {};
}

Status CheckHex(const json::Value& value, size_t digits) {
  const std::string& text = TextOf(value);
  if (text.size() != digits || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    return FormatError(std::to_string(digits) + " lower-case hexadecimal digits");
  return {};
}

Status CheckPhone(const json::Value& value) {
  if (!IsPhone(TextOf(value))) return FormatError("a telephone number");
  return {};
}

Status CheckMail(const json::Value& value) {
  if (!IsMail(TextOf(value))) return FormatError("an e-mail address");
  return {};
}

Status CheckPhoneOrMail(const json::Value& value) {
  if (!IsPhone(TextOf(value)) && !IsMail(TextOf(value)))
    return FormatError("a telephone number or an e-mail address");
  return {};
}

Status CheckUrl(const json::Value& value) {
  const ByteView text = TextOf(value);
  const size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const bool fits = scheme != 0 && text.size() > scheme && text.size() <= 500 &&
                    (IsLetter(text[scheme]) || IsDigit(text[scheme]) || text[scheme] == '[') &&
                    text.find_first_of(" \"<>\\^`{|}") == ByteView::npos &&
                    std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
  if (!fits) return FormatError("a web address with http:// or https://, in ASCII");
  return {};
}

Status CheckReportPeriod(const json::Value& value) {
  const ByteView text = TextOf(value);
  bool fits = false;
  if (text.size() == 10) fits = ParseDay(text).has_value();
  if (text.size() == 7 && text.find('Q') == 5)
    fits = text[6] >= '1' && text[6] <= '4' && ParseDay(std::string(text.substr(0, 5)) + "01-01");
  if (text.size() == 7 && text.find('Q') != 5)
    fits = ParseDay(std::string(text) + "-01").has_value();
  if (text.size() == 4) fits = ParseDay(std::string(text) + "-01-01").has_value();
  if (!fits)
    return FormatError("a period such as \"2026-03-01\", \"2026-03\", \"2026-Q1\" or \"2026\"");
  return {};
}

Status CheckFieldName(const json::Value& value) {
  if (FindQualifiedField(TextOf(value)) == nullptr)
    return FormatError("a field such as \"product.brand\"");
  return {};
}

Status CheckMediaType(const json::Value& value) {
  const ByteView text = TextOf(value);
  const size_t slash = text.find('/');
  const bool fits = text.size() <= 100 && slash != ByteView::npos &&
                    IsMailPart(text.substr(0, slash), "+-.") &&
                    IsMailPart(text.substr(slash + 1), "+-._");
  if (!fits) return FormatError("a media type such as \"application/pdf\"");
  return {};
}

}  // namespace suyuan::contracts::value_check
