#include "contracts/identifiers/uscc.h"

namespace suyuan::contracts {
namespace {

constexpr ByteView kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static_assert(kAlphabet.size() == 31);

}  // namespace

std::optional<char> UsccCheckCharacter(ByteView first17) {
  if (first17.size() != 17) return std::nullopt;
  uint32_t sum = 0;
  uint32_t weight = 1;  // 3^i mod 31
  for (char c : first17) {
    const size_t index = kAlphabet.find(c);
    if (index == ByteView::npos) return std::nullopt;
    sum += static_cast<uint32_t>(index) * weight;
    weight = weight * 3 % 31;
  }
  return kAlphabet[(31 - sum % 31) % 31];
}

bool IsValidUscc(ByteView code) {
  return code.size() == 18 && UsccCheckCharacter(code.substr(0, 17)) == code[17];
}

}  // namespace suyuan::contracts
