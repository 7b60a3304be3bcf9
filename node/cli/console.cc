#include "node/cli/console.h"

#include <algorithm>

#include <unistd.h>

namespace suyuan::cli {
namespace {

struct Range {
  uint32_t first, last;
};
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F}, {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
};
constexpr Range kNoWidth[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <size_t N>
bool IsIn(const Range (&ranges)[N], uint32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// The next code point of well-formed UTF-8; a stray byte counts as itself.
uint32_t NextCodePoint(std::string_view text, size_t& at) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t lead = byte(at);
  size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || at + length > text.size()) return byte(at++);
  uint32_t c = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(at + i) & 0x3F);
  at += length;
  return c;
}

std::string CellText(const json::Value& value) {
  if (value.is_null()) return "";
  if (const std::string* text = value.if_string()) return *text;
  return json::Canonical(value);
}

void Put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// RFC 4180. Cells that a spreadsheet would take for a formula get an apostrophe in front.
std::string CsvCell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, "'");
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

json::Value RowObject(const Table& table, const std::vector<json::Value>& row) {
  json::Object object;
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (!row[i].is_null()) object.emplace(table.columns[i], row[i]);
  return object;
}

void PrintCsv(const Table& table) {
  auto line = [](const auto& cells, auto text_of) {
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) out += (i ? "," : "") + CsvCell(text_of(cells[i]));
    Put(out + "\r\n");
  };
  line(table.columns, [](const std::string& s) { return s; });
  for (const auto& row : table.rows) line(row, CellText);
}

void PrintAligned(const Table& table, bool colour) {
  std::vector<size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(DisplayWidth(column));
  std::vector<std::vector<std::string>> texts;
  for (const auto& row : table.rows) {
    std::vector<std::string>& cells = texts.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(Harmless(CellText(row[i])));
      widths[i] = std::max(widths[i], DisplayWidth(cells.back()));
    }
  }
  auto line = [&](const std::vector<std::string>& cells, const char* on, const char* off) {
    std::string out = on;
    for (size_t i = 0; i < cells.size(); ++i) {
      out += cells[i];
      if (i + 1 < cells.size()) out.append(widths[i] - DisplayWidth(cells[i]) + 2, ' ');
    }
    Put(out + off + "\n");
  };
  line(table.columns, colour ? "\033[1m" : "", colour ? "\033[0m" : "");
  for (const auto& cells : texts) line(cells, "", "");
}

// Members of nested objects get dotted names; lists of objects numbered ones.
void Flatten(const std::string& name, const json::Value& value, Table& out) {
  auto inner = [&](const std::string& member) {
    return name.empty() ? member : name + "." + member;
  };
  const json::Array* list = value.if_array();
  bool of_objects = list != nullptr && !list->empty() && list->front().if_object() != nullptr;
  if (const json::Object* object = value.if_object()) {
    for (const auto& [member, item] : *object) Flatten(inner(member), item, out);
  } else if (of_objects) {
    for (size_t i = 0; i < list->size(); ++i) Flatten(inner(std::to_string(i)), (*list)[i], out);
  } else {
    out.rows.push_back({name, value});
  }
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    uint32_t c = NextCodePoint(text, at);
    width += IsIn(kNoWidth, c) ? 0 : IsIn(kWide, c) ? 2 : 1;
  }
  return width;
}

std::string Harmless(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t start = at;
    uint32_t c = NextCodePoint(text, at);
    bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
                   (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    if (control)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(start, at - start);
  }
  return out;
}

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kProof:
      return kVerificationFailed;
    case ErrorCode::kUnreachable:
      return kUnreachable;
    default:
      return kFailure;
  }
}

void Console::Print(const Table& table) const {
  switch (options_.format) {
    case Format::kTable:
      PrintAligned(table, options_.colour_out);
      break;
    case Format::kCsv:
      PrintCsv(table);
      break;
    case Format::kJsonl:
      for (const auto& row : table.rows) Line(json::Canonical(RowObject(table, row)));
      break;
    case Format::kJson: {
      json::Array rows;
      for (const auto& row : table.rows) rows.push_back(RowObject(table, row));
      Put(json::Pretty(rows));
      break;
    }
  }
}

void Console::Print(const json::Value& object) const {
  if (options_.format == Format::kJson) return Put(json::Pretty(object));
  if (options_.format == Format::kJsonl) return Line(json::Canonical(object));
  Table table{{"name", "value"}, {}};
  Flatten("", object, table);
  Print(table);
}

void Console::Line(std::string_view text) const { Put(std::string(text) + "\n"); }

void Console::Note(std::string_view text) const {
  if (!options_.quiet) std::fprintf(stderr, "%s\n", Harmless(text).c_str());
}

void Console::Warn(std::string_view text) const {
  if (options_.quiet) return;
  std::fprintf(stderr, "%s %s\n", options_.colour_err ? "\033[33mwarning:\033[0m" : "warning:",
               Harmless(text).c_str());
}

void Console::Fail(const Error& error) const {
  std::string where;
  if (error.record) where += " (record " + std::to_string(*error.record) + ")";
  std::fprintf(stderr, "%s %s%s\n", options_.colour_err ? "\033[31merror:\033[0m" : "error:",
               Harmless(error.ToString()).c_str(), where.c_str());
  std::string_view remedy = Describe(error.code).remedy;
  if (!remedy.empty()) std::fprintf(stderr, "       %s\n", std::string(remedy).c_str());
}

bool Console::Confirm(std::string_view question) const {
  if (options_.yes) return true;
  if (!isatty(STDIN_FILENO)) return false;
  std::fprintf(stderr, "%s [y/N] ", std::string(question).c_str());
  int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

}  // namespace suyuan::cli
