// One JSON object a line: {"time":...,"level":...,"service":...,"message":...,<fields>}.
//
// Lines are buffered and written at the latest a second later, warnings and errors at once: a wake-up of a writing
// thread for each line would cost a call more than all the rest of its handling. A kill -9 may lose the last second
// of the log, never of the data. Never log tokens, passwords, file contents or patient data.
//
// Thread-safety: StartLog once from main; the rest from any thread. Before StartLog lines go to standard error.
#ifndef MILLWRIGHT_COMMON_LOG_LOG_H_
#define MILLWRIGHT_COMMON_LOG_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace millwright {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogOptions {
  std::string service;              // becomes the field "service"
  std::string file;                 // empty: standard error
  LogLevel level = LogLevel::kInfo;  // less severe lines are dropped
};

void StartLog(const LogOptions& options);
// Writes what is buffered. Lines after it go to standard error.
void StopLog();
// "debug", "info", "warning", "error"; anything else is info.
LogLevel ParseLogLevel(absl::string_view name);

// A field of a line: text is quoted and escaped, numbers are written bare.
struct LogField {
  LogField(absl::string_view k, absl::string_view v) : key(k), text(v), quoted(true) {}
  LogField(absl::string_view k, const char* v) : key(k), text(v), quoted(true) {}
  LogField(absl::string_view k, const std::string& v) : key(k), text(v), quoted(true) {}
  LogField(absl::string_view k, int64_t v) : key(k), text(std::to_string(v)) {}
  LogField(absl::string_view k, int v) : key(k), text(std::to_string(v)) {}
  LogField(absl::string_view k, size_t v) : key(k), text(std::to_string(v)) {}
  LogField(absl::string_view k, double v) : key(k), text(std::to_string(v)) {}

  absl::string_view key;
  std::string text;
  bool quoted = false;
};

void Log(LogLevel level, absl::string_view message, std::initializer_list<LogField> fields = {});

inline void LogInfo(absl::string_view m, std::initializer_list<LogField> f = {}) { Log(LogLevel::kInfo, m, f); }
inline void LogWarning(absl::string_view m, std::initializer_list<LogField> f = {}) { Log(LogLevel::kWarning, m, f); }
inline void LogError(absl::string_view m, std::initializer_list<LogField> f = {}) { Log(LogLevel::kError, m, f); }

// `text` with what JSON wants escaped, control characters as \u00XX, broken UTF-8 as U+FFFD; no quotes around it.
std::string JsonEscape(absl::string_view text);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_LOG_LOG_H_
