// What every command shares: where data goes (stdout), where messages go (stderr), in which form,
// and how errors become exit codes. Not thread-safe.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/result.h"

namespace suyuan::cli {

// interfaces: 0 ok, 1 failure, 2 usage, 3 verification failed, 4 unreachable.
enum ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kVerificationFailed = 3,
  kUnreachable = 4
};
// E_PROOF ends in 3, E_UNREACHABLE in 4, everything else in 1.
int ExitCodeOf(const Error& error);

enum class Format : uint8_t { kTable, kJson, kJsonl, kCsv };

struct ConsoleOptions {
  Format format = Format::kTable;
  bool colour_out = false, colour_err = false;  // decided once from --color, NO_COLOR and isatty
  bool quiet = false;                           // no messages and no progress, errors only
  bool yes = false;                             // no questions
};

// Rows under named columns. Cells are JSON values; texts may hold any Unicode.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<json::Value>> rows;
};

class Console {
 public:
  explicit Console(ConsoleOptions options) : options_(options) {}
  const ConsoleOptions& options() const { return options_; }

  // Data, in the chosen form: table, JSON array, JSON Lines, CSV (RFC 4180).
  void Print(const Table& table) const;
  // One object: aligned `name  value` lines for people, JSON otherwise.
  void Print(const json::Value& object) const;
  // A line of data as it is.
  void Line(std::string_view text) const;

  // Messages for people; silent with --quiet.
  void Note(std::string_view text) const;
  void Warn(std::string_view text) const;
  // "error: E_FORMAT: …" with record, field, and what to do next.
  void Fail(const Error& error) const;
  // True when the user agrees; with --yes without asking, without a terminal never.
  bool Confirm(std::string_view question) const;

 private:
  ConsoleOptions options_;
};

// Columns that `text` takes on a terminal: CJK and other wide characters count two, combining marks
// none (Unicode East Asian Width).
size_t DisplayWidth(std::string_view text);
// The text without control characters, which could steer the reader's terminal.
std::string Harmless(std::string_view text);

}  // namespace suyuan::cli
