#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

// The log: one JSON object a line, so that programs can read it, and warnings also on stderr, for whoever watches.
//   {"time":"2026-11-21T07:36:07.123456789Z","level":"info","component":"fix","event":"logged on","session":"SIM"}
namespace files {

enum class Level { debug, info, warning, error };
[[nodiscard]] std::string_view text(Level level);

// One key and its value: a text, or a whole number or boolean that stays one in the JSON. Decimals are given as text.
struct LogField {
  LogField(std::string_view name, std::string_view value) : key(name), text(value) {}
  LogField(std::string_view name, const char* value) : key(name), text(value) {}
  LogField(std::string_view name, const std::string& value) : key(name), text(value) {}
  LogField(std::string_view name, bool value) : key(name), text(value ? "true" : "false"), bare(true) {}
  LogField(std::string_view name, std::integral auto value) : key(name), text(std::to_string(value)), bare(true) {}

  std::string key;
  std::string text;
  bool bare = false;  // written without quotes
};

// Safe to use from any thread. A line is handed to the file as a whole; warnings and errors are flushed at once.
class Log {
 public:
  // Appends to the file and writes warnings and errors to stderr. Lines below `least` are left out.
  // Error: the file cannot be opened (its folder must be there).
  [[nodiscard]] static core::Result<std::unique_ptr<Log>> to_file(const std::filesystem::path& path,
                                                                  const core::Clock& clock, Level least = Level::info);
  // To a stream only, for tests and small programs. The stream and the clock must outlive the log.
  [[nodiscard]] static std::unique_ptr<Log> to_stream(std::ostream& stream, const core::Clock& clock,
                                                      Level least = Level::info);
  ~Log();

  void write(Level level, std::string_view component, std::string_view event,
             std::initializer_list<LogField> fields = {});
  void debug(std::string_view component, std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::debug, component, event, fields);
  }
  void info(std::string_view component, std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::info, component, event, fields);
  }
  void warning(std::string_view component, std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::warning, component, event, fields);
  }
  void error(std::string_view component, std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::error, component, event, fields);
  }
  void flush();

 private:
  struct Sinks;
  explicit Log(std::unique_ptr<Sinks> sinks);

  std::unique_ptr<Sinks> sinks_;
};

// `text` as a JSON string with its quotes (RFC 8259); bad UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace files
