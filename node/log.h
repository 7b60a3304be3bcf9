// Structured log on stderr: one line an event, `time level node=… event=… key=value …`. Values with
// spaces, quotes or control characters are quoted and escaped, so that a peer or client cannot
// forge a line. Never holds a value of a hidden field or a secret.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/error.h"

namespace suyuan::node {

enum class LogLevel : uint8_t { kError, kWarn, kInfo, kDebug };

struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, uint64_t v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, const Error& e) : key(k), value(e.ToString()) {}
};
using LogFields = std::initializer_list<LogField>;

// Thread-safe. Several in one process (tests) share stderr.
class Logger {
 public:
  // `level` as in [log] level.
  Logger(std::string node, std::string_view level);
  ~Logger();
  void Error(std::string_view event, LogFields fields = {}) const;
  void Warn(std::string_view event, LogFields fields = {}) const;
  void Info(std::string_view event, LogFields fields = {}) const;
  void Debug(std::string_view event, LogFields fields = {}) const;

 private:
  void Write(LogLevel level, std::string_view event, LogFields fields) const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `value` as it stands in a line: bare, or quoted with escapes.
std::string QuoteLogValue(std::string_view value);

}  // namespace suyuan::node
