#include "contracts/identifiers/gtin.h"

#include "common/check.h"

namespace suyuan::contracts {
namespace {

bool EndsInCheckDigit(ByteView digits) {
  return Gs1CheckDigit(digits.substr(0, digits.size() - 1)) == digits.back();
}

}  // namespace

std::optional<char> Gs1CheckDigit(ByteView digits) {
  if (digits.empty()) return std::nullopt;
  int sum = 0;
  int weight = 3;  // from the right: 3, 1, 3, …
  for (size_t i = digits.size(); i-- > 0; weight = 4 - weight) {
    if (digits[i] < '0' || digits[i] > '9') return std::nullopt;
    sum = (sum + (digits[i] - '0') * weight) % 10;
  }
  return static_cast<char>('0' + (10 - sum) % 10);
}

bool IsValidGtin(ByteView text) {
  const bool right_length = text.size() == 8 || (text.size() >= 12 && text.size() <= 14);
  return right_length && EndsInCheckDigit(text);
}

bool IsValidSscc(ByteView text) { return text.size() == 18 && EndsInCheckDigit(text); }

std::string Gtin14(ByteView gtin) {
  SUYUAN_CHECK(gtin.size() <= 14, "not a GTIN");
  return std::string(14 - gtin.size(), '0').append(gtin);
}

}  // namespace suyuan::contracts
