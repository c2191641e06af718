#include "files/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "files/text.hpp"

namespace files {

namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> logger(std::shared_ptr<spdlog::sinks::sink> sink, Level least) {
  auto made = std::make_shared<spdlog::logger>("prorata", std::move(sink));
  made->set_pattern("%v");
  made->set_level(spdlog_level(least));
  made->flush_on(spdlog::level::info);  // whoever looks, or the next start after a kill, finds what happened
  // A full disk must not end the gateway, nor write a complaint a line.
  made->set_error_handler([](const std::string&) {});
  return made;
}

void append_field(std::string& line, std::string_view key, std::string_view value, bool bare) {
  line += line.size() == 1 ? "" : ",";
  line += json_string(key) + ":";
  line += bare ? std::string(value) : json_string(value);
}

}  // namespace

struct Log::Sinks {
  const core::Clock& clock;
  std::shared_ptr<spdlog::logger> lines;
  std::shared_ptr<spdlog::logger> people;  // may be nullptr
};

std::string_view text(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "";
}

Log::Log(std::unique_ptr<Sinks> sinks) : sinks_(std::move(sinks)) {}

Log::~Log() { sinks_->lines->flush(); }

core::Result<std::unique_ptr<Log>> Log::to_file(const std::filesystem::path& path, const core::Clock& clock,
                                                Level least) {
  try {
    auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string());
    auto people = logger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), Level::warning);
    return std::unique_ptr<Log>(
        new Log(std::make_unique<Sinks>(Sinks{clock, logger(std::move(file), least), std::move(people)})));
  } catch (const spdlog::spdlog_ex& error) {
    return core::fail(path.string(), std::string("cannot be written as a log: ") + error.what());
  }
}

std::unique_ptr<Log> Log::to_stream(std::ostream& stream, const core::Clock& clock, Level least) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(stream);
  return std::unique_ptr<Log>(new Log(std::make_unique<Sinks>(Sinks{clock, logger(std::move(sink), least), nullptr})));
}

void Log::write(Level level, std::string_view component, std::string_view event,
                std::initializer_list<LogField> fields) {
  if (!sinks_->lines->should_log(spdlog_level(level))) return;
  const std::string time = core::iso_text(sinks_->clock.now());
  std::string line = "{";
  append_field(line, "time", time, false);
  append_field(line, "level", text(level), false);
  append_field(line, "component", component, false);
  append_field(line, "event", event, false);
  for (const LogField& field : fields) append_field(line, field.key, field.text, field.bare);
  line += "}";
  sinks_->lines->log(spdlog_level(level), spdlog::string_view_t(line));
  if (sinks_->people == nullptr || level < Level::warning) return;
  std::string told =
      time.substr(11, 8) + " UTC " + std::string(text(level)) + " " + cleaned(component) + ": " + cleaned(event);
  for (const LogField& field : fields) told += ", " + cleaned(field.key) + " " + cleaned(field.text);
  sinks_->people->log(spdlog_level(level), spdlog::string_view_t(told));
}

void Log::flush() { sinks_->lines->flush(); }

std::string json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t bad = first_bad_utf8(text.substr(0, 4));
    const auto c = static_cast<unsigned char>(text.front());
    if (c >= 0x80 && bad == 0) {
      // A window of four bytes holds any good character whole, so this one is not UTF-8.
      out += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(text.front());
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      out += "\\u00";
      out.push_back(digits[c >> 4U]);
      out.push_back(digits[c & 15U]);
    } else if (c < 0x80) {
      out.push_back(text.front());
    } else {
      const std::size_t bytes = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
      out += text.substr(0, bytes);
      text.remove_prefix(bytes - 1);
    }
    text.remove_prefix(1);
  }
  return out + "\"";
}

}  // namespace files
