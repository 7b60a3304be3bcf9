#include "contracts/identifiers/standard_no.h"

namespace suyuan::contracts {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// Takes 1 to `max` characters of a class; false when there is none or one too many.
template <typename Class>
bool Take(ByteView& rest, size_t max, Class is_member) {
  size_t n = 0;
  while (n < rest.size() && is_member(rest[n])) ++n;
  rest.remove_prefix(n);
  return n >= 1 && n <= max;
}

bool TakeChar(ByteView& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

bool TakePrefix(ByteView& rest) {
  do {
    if (!Take(rest, 10, IsUpper)) return false;
  } while (TakeChar(rest, '/'));
  return TakeChar(rest, ' ');
}

}  // namespace

bool IsStandardNumber(ByteView text) {
  if (text.size() > 60 || !TakePrefix(text) || !Take(text, 6, IsDigit)) return false;
  while (TakeChar(text, '.')) {
    if (!Take(text, 3, IsDigit)) return false;
  }
  if (!TakeChar(text, '-')) return text.empty();
  return text.size() == 4 && Take(text, 4, IsDigit);
}

}  // namespace suyuan::contracts
