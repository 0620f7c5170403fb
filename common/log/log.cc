#include "common/log/log.h"

#include <chrono>
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "spdlog/sinks/basic_file_sink.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace millwright {
namespace {

constexpr auto kFlushEvery = std::chrono::seconds(1);

struct State {
  std::shared_ptr<spdlog::logger> logger;  // set before other threads start, reset after they ended
  std::string service;
  LogLevel level = LogLevel::kInfo;
};

State& GetState() {
  static State* const state = new State();  // never destroyed: threads may log during exit
  return *state;
}

const char* NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "info";
}

// Length of the valid UTF-8 sequence at `i`, 0 if there is none.
size_t Utf8Length(absl::string_view text, size_t i) {
  unsigned char c = text[i];
  size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

void AppendEscaped(std::string& out, absl::string_view text) {
  size_t plain = 0;
  while (plain < text.size() && text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') ++plain;
  out.append(text.data(), plain);  // nearly every text is plain to its end
  for (size_t i = plain; i < text.size();) {
    char c = text[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
      ++i;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", c);
      ++i;
    } else if (size_t length = Utf8Length(text, i); length > 0) {
      out.append(text.data() + i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
}

// "2026-11-22T20:44:12.123456Z"; the seconds are formatted once a second.
void AppendTime(std::string& out, absl::Time now) {
  thread_local int64_t last_second = -1;
  thread_local std::string text;
  const int64_t micros = absl::ToUnixMicros(now), second = micros / 1000000;
  if (second != last_second) {
    text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", absl::FromUnixSeconds(second), absl::UTCTimeZone());
    last_second = second;
  }
  out += text;
  char digits[9] = {'.'};
  int64_t rest = micros % 1000000;
  for (int i = 6; i >= 1; --i, rest /= 10) digits[i] = static_cast<char>('0' + rest % 10);
  digits[7] = 'Z';
  out.append(digits, 8);
}

}  // namespace

std::string JsonEscape(absl::string_view text) {
  std::string out;
  AppendEscaped(out, text);
  return out;
}

void StartLog(const LogOptions& options) {
  State& state = GetState();
  state.service = options.service;
  state.level = options.level;
  spdlog::sink_ptr sink;
  if (options.file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
  }
  sink->set_pattern("%v");
  state.logger = std::make_shared<spdlog::logger>("millwright", sink);
  state.logger->set_level(spdlog::level::trace);
  state.logger->flush_on(spdlog::level::warn);
  spdlog::drop_all();
  spdlog::register_logger(state.logger);  // what flush_every flushes
  spdlog::flush_every(kFlushEvery);
}

void StopLog() {
  State& state = GetState();
  if (state.logger) state.logger->flush();
  spdlog::shutdown();
  state.logger.reset();
}

LogLevel ParseLogLevel(absl::string_view name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "warning") return LogLevel::kWarning;
  if (name == "error") return LogLevel::kError;
  return LogLevel::kInfo;
}

void Log(LogLevel level, absl::string_view message, std::initializer_list<LogField> fields) {
  State& state = GetState();
  if (level < state.level) return;
  std::string line;
  line.reserve(384);
  line += "{\"time\":\"";
  AppendTime(line, absl::Now());
  absl::StrAppend(&line, "\",\"level\":\"", NameOf(level), "\",\"service\":\"");
  AppendEscaped(line, state.service);
  line += "\",\"message\":\"";
  AppendEscaped(line, message);
  line += '"';
  for (const LogField& field : fields) {
    line += ",\"";
    AppendEscaped(line, field.key);
    line += "\":";
    if (field.quoted) line += '"';
    AppendEscaped(line, field.text);
    if (field.quoted) line += '"';
  }
  line += '}';
  if (state.logger) {
    const bool flush = level >= LogLevel::kWarning;
    state.logger->log(flush ? spdlog::level::warn : spdlog::level::info, spdlog::string_view_t(line));
  } else {
    line += '\n';
    std::fputs(line.c_str(), stderr);
  }
}

}  // namespace millwright
