#include "contracts/identifiers/gs1_text.h"

#include "contracts/identifiers/gtin.h"

namespace suyuan::contracts::gs1 {
namespace {

constexpr ByteView kPunctuation82 = "!\"%&'()*+,-./:;<=>?_";
constexpr ByteView kHex = "0123456789ABCDEF";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) {
  return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool IsUnreserved(char c) { return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_'; }

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Error SchemeError(std::string detail) { return Error{ErrorCode::kScheme, std::move(detail)}; }

// YYMMDD; day 00 stands for the end of the month (General Specifications §3.4.7).
bool IsExpiry(ByteView value) {
  if (value.size() != 6) return false;
  for (char c : value) {
    if (!IsDigit(c)) return false;
  }
  const int month = (value[2] - '0') * 10 + value[3] - '0';
  const int day = (value[4] - '0') * 10 + value[5] - '0';
  return month >= 1 && month <= 12 && day <= 31;
}

Status SetVariable(std::string& slot, ByteView ai, ByteView value) {
  if (!slot.empty()) return SchemeError("application identifier " + std::string(ai) + " twice");
  if (!IsVariableValue(value)) {
    return SchemeError("value of application identifier " + std::string(ai) +
                       " needs 1 to 20 characters of the GS1 character set 82");
  }
  slot = value;
  return {};
}

}  // namespace

bool IsVariableValue(ByteView value) {
  if (value.empty() || value.size() > 20) return false;
  for (char c : value) {
    if (!IsAlphanumeric(c) && kPunctuation82.find(c) == ByteView::npos) return false;
  }
  return true;
}

std::string PercentEncode(ByteView value) {
  std::string out;
  for (char c : value) {
    if (IsUnreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

Result<std::string> PercentDecode(ByteView text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const bool whole = i + 2 < text.size();
    const int high = whole ? HexValue(text[i + 1]) : -1;
    const int low = whole ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) return SchemeError("broken percent-encoding in a code");
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

Status SetIdentifier(TraceCode& code, ByteView ai, ByteView value) {
  if (ai == "01") {
    if (!code.gtin.empty()) return SchemeError("GTIN (01) twice");
    if (value.size() != 14 || !IsValidGtin(value))
      return SchemeError("GTIN (01) needs 14 digits with a right check digit");
    code.gtin = value;
    return {};
  }
  if (ai == "00") {
    if (!IsValidSscc(value) || !code.sscc.empty())
      return SchemeError("SSCC (00) needs 18 digits with a right check digit, once");
    code.sscc = value;
    return {};
  }
  if (code.gtin.empty())
    return SchemeError("a GS1 code begins with its GTIN (01) or is an SSCC (00)");
  if (ai == "22") return SetVariable(code.variant, ai, value);
  if (ai == "10") return SetVariable(code.batch, ai, value);
  if (ai == "21") return SetVariable(code.serial, ai, value);
  if (ai == "17") {
    if (!IsExpiry(value)) return SchemeError("expiry (17) needs a date YYMMDD");
    return {};
  }
  return SchemeError("application identifier " + std::string(ai.substr(0, 4)) +
                     " does not identify goods here; known are 00, 01, 10, 17, 21, 22");
}

Status CheckComplete(const TraceCode& code) {
  if (code.gtin.empty() == code.sscc.empty())
    return SchemeError("a GS1 code has either a GTIN (01) or an SSCC (00)");
  return {};
}

}  // namespace suyuan::contracts::gs1
