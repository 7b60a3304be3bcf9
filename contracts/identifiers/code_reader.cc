// ParseAnyCode: what scanners and people give (GS1 General Specifications §7.8, GS1 Digital Link).
#include <algorithm>
#include <array>
#include <utility>

#include "contracts/identifiers/gs1_text.h"
#include "contracts/identifiers/gtin.h"
#include "contracts/identifiers/trace_code.h"

namespace suyuan::contracts {
namespace {

constexpr char kGroupSeparator = '\x1D';

Error SchemeError(std::string detail) { return Error{ErrorCode::kScheme, std::move(detail)}; }

// Number of digits of a fixed-length identifier, 0 for a variable one.
size_t FixedLength(ByteView ai) {
  if (ai == "00") return 18;
  if (ai == "01") return 14;
  if (ai == "17") return 6;
  return 0;
}

Result<TraceCode> ParseElementString(ByteView text) {
  TraceCode code;
  while (!text.empty()) {
    if (text.size() < 3) return SchemeError("element string ends inside an application identifier");
    const ByteView ai = text.substr(0, 2);
    text.remove_prefix(2);
    const size_t fixed = FixedLength(ai);
    const size_t end = std::min(fixed != 0 ? fixed : text.find(kGroupSeparator), text.size());
    SUYUAN_RETURN_IF_ERROR(gs1::SetIdentifier(code, ai, text.substr(0, end)));
    text.remove_prefix(end);
    if (!text.empty() && text.front() == kGroupSeparator) text.remove_prefix(1);
  }
  SUYUAN_RETURN_IF_ERROR(gs1::CheckComplete(code));
  return code;
}

Result<TraceCode> ParseBracketed(ByteView text) {
  TraceCode code;
  while (!text.empty()) {
    if (text.size() < 4 || text[0] != '(' || text[3] != ')')
      return SchemeError("expected an application identifier in brackets, e.g. (01)");
    const ByteView ai = text.substr(1, 2);
    text.remove_prefix(4);
    // A value may hold brackets itself; the next identifier is "(" digit digit ")".
    size_t end = 0;
    while (end < text.size() &&
           !(text[end] == '(' && end + 3 < text.size() && text[end + 3] == ')' &&
             text[end + 1] >= '0' && text[end + 1] <= '9' && text[end + 2] >= '0' &&
             text[end + 2] <= '9')) {
      ++end;
    }
    SUYUAN_RETURN_IF_ERROR(gs1::SetIdentifier(code, ai, text.substr(0, end)));
    text.remove_prefix(end);
  }
  SUYUAN_RETURN_IF_ERROR(gs1::CheckComplete(code));
  return code;
}

// Names that earlier versions of GS1 Digital Link allow for identifiers.
constexpr std::array<std::pair<ByteView, ByteView>, 5> kShortNames = {
    {{"gtin", "01"}, {"cpv", "22"}, {"lot", "10"}, {"ser", "21"}, {"sscc", "00"}}};

ByteView IdentifierOf(ByteView segment) {
  for (const auto& [name, ai] : kShortNames) {
    if (segment == name) return ai;
  }
  return segment;
}

// Key qualifiers must stand in the order 22, 10, 21 (Digital Link URI syntax §4.8).
int PlaceInPath(ByteView ai) {
  constexpr std::array<ByteView, 5> kOrder = {"01", "00", "22", "10", "21"};
  const auto* it = std::ranges::find(kOrder, ai);
  return it == kOrder.end() ? -1 : static_cast<int>(it - kOrder.begin());
}

Status ReadUriPath(ByteView path, TraceCode& code) {
  int place = -1;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash == ByteView::npos)
      return SchemeError("the link ends inside a pair of identifier and value");
    const ByteView ai = IdentifierOf(path.substr(0, slash));
    path.remove_prefix(slash + 1);
    const size_t end = std::min(path.find('/'), path.size());
    SUYUAN_ASSIGN_OR_RETURN(std::string value, gs1::PercentDecode(path.substr(0, end)));
    if (ai == "01" && IsValidGtin(value)) value = Gtin14(value);
    if (PlaceInPath(ai) <= place) return SchemeError("the link's identifiers are out of order");
    place = PlaceInPath(ai);
    SUYUAN_RETURN_IF_ERROR(gs1::SetIdentifier(code, ai, value));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return gs1::CheckComplete(code);
}

// Data attributes of a link stand in its query; of them only the expiry is of interest here.
Status ReadUriQuery(ByteView query, TraceCode& code) {
  while (!query.empty()) {
    const size_t end = std::min(query.find_first_of("&;"), query.size());
    const ByteView pair = query.substr(0, end);
    if (pair.starts_with("17="))
      SUYUAN_RETURN_IF_ERROR(gs1::SetIdentifier(code, "17", pair.substr(3)));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

// The path from its first key identifier on; any leading path is the host's own business.
Result<ByteView> PathFromKey(ByteView path) {
  size_t begin = 0;
  while (begin < path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const ByteView ai = IdentifierOf(path.substr(begin, end - begin));
    if ((ai == "01" || ai == "00") && end < path.size()) return path.substr(begin);
    begin = end + 1;
  }
  return SchemeError("the link holds no GTIN (01) or SSCC (00)");
}

Result<TraceCode> ParseUri(ByteView after_scheme) {
  const ByteView without_fragment = after_scheme.substr(0, after_scheme.find('#'));
  const size_t question = std::min(without_fragment.find('?'), without_fragment.size());
  const ByteView location = without_fragment.substr(0, question);
  const size_t slash = location.find('/');
  if (slash == 0 || slash == ByteView::npos) return SchemeError("the link has no host or no path");
  SUYUAN_ASSIGN_OR_RETURN(const ByteView path, PathFromKey(location.substr(slash + 1)));
  TraceCode code;
  SUYUAN_RETURN_IF_ERROR(ReadUriPath(path, code));
  const size_t query = std::min(question + 1, without_fragment.size());
  SUYUAN_RETURN_IF_ERROR(ReadUriQuery(without_fragment.substr(query), code));
  return code;
}

bool StartsWithIgnoringCase(ByteView text, ByteView lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::ranges::equal(text.substr(0, lower_prefix.size()), lower_prefix, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  });
}

}  // namespace

Result<TraceCode> ParseAnyCode(ByteView text) {
  constexpr size_t kInputBytesMax = 2048;
  if (text.size() > kInputBytesMax) return SchemeError("too long for a code");
  if (StartsWithIgnoringCase(text, "https://")) return ParseUri(text.substr(8));
  if (StartsWithIgnoringCase(text, "http://")) return ParseUri(text.substr(7));
  if (text.size() > 3 && text[0] == ']') text.remove_prefix(3);  // symbology identifier
  if (text.starts_with(kGroupSeparator)) text.remove_prefix(1);  // leading FNC1
  if (text.starts_with('(')) return ParseBracketed(text);
  const bool canonical =
      text.find('/') < text.size() && !(text.size() > 2 && text[2] >= '0' && text[2] <= '9');
  if (canonical || text.empty()) return ParseCanonicalCode(text);
  return ParseElementString(text);
}

}  // namespace suyuan::contracts
