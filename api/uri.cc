#include "api/uri.h"

#include <charconv>

#include "common/encoding.h"

namespace suyuan::api {
namespace {

Error Bad(std::string detail) { return {ErrorCode::kFormat, std::move(detail)}; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// An escaped '/' may stand in a code; what looks like a way upwards may not.
bool HasDotPart(std::string_view segment) {
  for (size_t begin = 0;;) {
    const size_t slash = segment.find('/', begin);
    const std::string_view part = segment.substr(begin, slash - begin);
    if (part == "." || part == "..") return true;
    if (slash == std::string_view::npos) return false;
    begin = slash + 1;
  }
}

Status ParsePath(std::string_view path, Target& out) {
  if (path.empty() || path[0] != '/') return Bad("the target does not begin with '/'");
  path.remove_prefix(1);
  if (path.empty()) return {};
  for (size_t begin = 0; begin <= path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    SUYUAN_ASSIGN_OR_RETURN(std::string segment, PercentDecode(path.substr(begin, end - begin)));
    if (segment.empty()) return Bad("the path has an empty segment");
    if (HasDotPart(segment)) return Bad("the path has a dot segment");
    if (segment.find('\\') != std::string::npos) return Bad("the path holds a backslash");
    out.segments.push_back(std::move(segment));
    begin = end + 1;
  }
  return {};
}

Status ParseQuery(std::string_view query, Target& out) {
  for (size_t begin = 0; begin < query.size();) {
    size_t end = query.find('&', begin);
    if (end == std::string_view::npos) end = query.size();
    const std::string_view pair = query.substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    SUYUAN_ASSIGN_OR_RETURN(std::string name, PercentDecode(pair.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      SUYUAN_ASSIGN_OR_RETURN(value, PercentDecode(pair.substr(equals + 1)));
    }
    for (const auto& [known, unused] : out.query)
      if (known == name) return Bad("the parameter " + name + " occurs twice");
    out.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace

Result<std::string> PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return Bad("an escape is cut short");
      const int high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return Bad("an escape is not two hex digits");
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) return Bad("a control character in the target");
    out.push_back(c);
  }
  if (!IsValidUtf8(out)) return Bad("the target is not UTF-8");
  return out;
}

std::string PercentEncode(std::string_view text, std::string_view keep) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~' ||
                       keep.find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

Result<Target> ParseTarget(std::string_view target) {
  Target out;
  const size_t question = target.find('?');
  out.has_query = question != std::string_view::npos;
  if (target.find('#') != std::string_view::npos) return Bad("a fragment in the target");
  const std::string_view path = target.substr(0, question);
  out.path = std::string(path);
  SUYUAN_RETURN_IF_ERROR(ParsePath(path, out));
  if (out.has_query) {
    out.raw_query = std::string(target.substr(question + 1));
    SUYUAN_RETURN_IF_ERROR(ParseQuery(out.raw_query, out));
  }
  return out;
}

Result<uint64_t> ParseDecimal(std::string_view text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, value);
  const bool leading_zero = text.size() > 1 && text[0] == '0';
  if (text.empty() || ec != std::errc() || rest != end || leading_zero)
    return Bad("not a decimal number");
  return value;
}

}  // namespace suyuan::api
