#include "common/log/log.h"

#include <memory>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "spdlog/async.h"
#include "spdlog/sinks/basic_file_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace millwright {
namespace {

constexpr size_t kQueueLines = 8192;

struct State {
  std::mutex mutex;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::logger> logger;
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

}  // namespace

std::string JsonEscape(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (size_t i = 0; i < text.size();) {
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
  return out;
}

void StartLog(const LogOptions& options) {
  State& state = GetState();
  std::lock_guard<std::mutex> lock(state.mutex);
  state.service = options.service;
  state.level = options.level;
  spdlog::sink_ptr sink;
  if (options.file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
  }
  sink->set_pattern("%v");
  state.pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  state.logger = std::make_shared<spdlog::async_logger>("millwright", sink, state.pool,
                                                        spdlog::async_overflow_policy::overrun_oldest);
  state.logger->set_level(spdlog::level::trace);
  state.logger->flush_on(spdlog::level::info);
}

void StopLog() {
  State& state = GetState();
  std::lock_guard<std::mutex> lock(state.mutex);
  if (state.logger) state.logger->flush();
  state.logger.reset();
  state.pool.reset();
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
  std::string line = absl::StrCat(
      "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone()), "\",\"level\":\"",
      NameOf(level), "\",\"service\":\"", JsonEscape(state.service), "\",\"message\":\"", JsonEscape(message), "\"");
  for (const LogField& field : fields) {
    absl::StrAppend(&line, ",\"", JsonEscape(field.key), "\":");
    if (field.quoted) {
      absl::StrAppend(&line, "\"", JsonEscape(field.text), "\"");
    } else {
      absl::StrAppend(&line, field.text);
    }
  }
  line += '}';
  std::shared_ptr<spdlog::logger> logger;
  {
    std::lock_guard<std::mutex> lock(state.mutex);
    logger = state.logger;
  }
  if (logger) {
    logger->log(spdlog::level::info, spdlog::string_view_t(line));
  } else {
    line += '\n';
    std::fputs(line.c_str(), stderr);
  }
}

}  // namespace millwright
