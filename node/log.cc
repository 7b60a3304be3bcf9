#include "node/log.h"

#include <algorithm>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace suyuan::node {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kDebug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

}  // namespace

struct Logger::Impl {
  spdlog::logger logger;
  std::string node;
};

Logger::Logger(std::string node, std::string_view level) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  impl_ = std::make_unique<Impl>(Impl{spdlog::logger("node", sink), std::move(node)});
  impl_->logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  impl_->logger.set_level(level == "error"   ? spdlog::level::err
                          : level == "warn"  ? spdlog::level::warn
                          : level == "debug" ? spdlog::level::debug
                                             : spdlog::level::info);
}
Logger::~Logger() = default;

std::string QuoteLogValue(std::string_view value) {
  bool bare = !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return c > 0x20 && c != 0x7F && c != '"' && c != '=' && c != '\\';
  });
  if (bare) return std::string(value);
  std::string out = "\"";
  for (unsigned char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7F) {
      static constexpr char kHex[] = "0123456789abcdef";
      out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

void Logger::Write(LogLevel level, std::string_view event, LogFields fields) const {
  auto spd = ToSpdlog(level);
  if (!impl_->logger.should_log(spd)) return;
  std::string line = "node=" + QuoteLogValue(impl_->node) + " event=" + std::string(event);
  for (const LogField& field : fields)
    (line += ' ').append(field.key).append("=").append(QuoteLogValue(field.value));
  impl_->logger.log(spd, spdlog::string_view_t(line.data(), line.size()));
}

void Logger::Error(std::string_view event, LogFields f) const { Write(LogLevel::kError, event, f); }
void Logger::Warn(std::string_view event, LogFields f) const { Write(LogLevel::kWarn, event, f); }
void Logger::Info(std::string_view event, LogFields f) const { Write(LogLevel::kInfo, event, f); }
void Logger::Debug(std::string_view event, LogFields f) const { Write(LogLevel::kDebug, event, f); }

}  // namespace suyuan::node
