#include "ledger/note_text.h"

#include "common/encoding.h"

namespace suyuan::ledger::internal {

std::optional<std::string_view> TakeLine(std::string_view& text) {
  size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    auto digit = static_cast<uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<Hash> ParseHashLine(std::string_view text) {
  auto bytes = Base64Decode(text);
  if (!bytes.ok()) return std::nullopt;
  auto hash = Hash::From(*bytes);
  if (!hash.ok()) return std::nullopt;
  return *hash;
}

}  // namespace suyuan::ledger::internal
