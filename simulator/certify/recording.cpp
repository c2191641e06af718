#include "simulator/certify/recording.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "fix/wire_text.hpp"

namespace simulator::certify {

namespace {

constexpr std::size_t max_errors = 100;

struct LogLine {
  RecordedMessage heard;
  std::string session;
  char mark = '!';
};

std::string_view cut(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

// A blanked password and a control character that was replaced have changed the bytes since they were counted.
std::optional<std::string> fault_of(const std::string& frame) {
  if (!frame.starts_with("8=FIX")) return "the message does not begin with 8=FIX";
  if (frame.back() != fix::soh || fix::field_of(frame, 10).value_or("").size() != 3) {
    return "the message is cut off: no CheckSum(10) of three digits and | stand at its end";
  }
  if (!fix::field_of(frame, 35) || !fix::number_of(frame, 34)) return "MsgType(35) or MsgSeqNum(34) is missing";
  const bool was_changed = frame.find("=***") != std::string::npos || frame.find('?') != std::string::npos;
  if (fix::is_well_framed(frame) || was_changed) return std::nullopt;
  return "BodyLength(9) or CheckSum(10) is wrong: the message was changed, or has a | in a value";
}

core::Result<LogLine> line_in(std::string_view text) {
  static constexpr auto example = "a line is such as: 2026-11-21T07:36:07.123456789Z SIM > 8=FIX.4.4|9=63|35=A|...";
  LogLine line;
  const auto time = core::parse_iso(cut(text));
  line.session = cut(text);
  const std::string_view mark = cut(text);
  if (!time) return core::fail("", std::string("does not begin with a time; ") + example);
  if (line.session.empty() || mark.size() != 1 ||
      std::string_view("<>!").find(mark.front()) == std::string_view::npos) {
    return core::fail("", std::string("has no name and <, > or ! after the time; ") + example);
  }
  line.mark = mark.front();
  line.heard.at = *time;
  if (line.mark == '!') return line;
  const std::string frame = with_soh(text);
  if (frame.empty()) return core::fail("", std::string("has no message; ") + example);
  if (auto fault = fault_of(frame)) return core::fail("", *std::move(fault));
  line.heard.message = fields_of(frame);
  return line;
}

std::vector<LogLine> lines_in(std::string_view text, const std::string& file, files::Errors& errors) {
  std::vector<LogLine> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::string place = file + ":" + std::to_string(number);
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, std::min(end, text.size()));
    text.remove_prefix(std::min(end, text.size() - 1) + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto read = line_in(line);
    if (read && end == std::string_view::npos)
      read = core::fail("", "the last line has no end: the log was cut off in it");
    if (!read) {
      errors.push_back({place, read.error().message});
      if (errors.size() == max_errors) {
        errors.push_back({file, "has so many broken lines that the rest is not told"});
        return lines;
      }
      continue;
    }
    read->heard.line = number;
    lines.push_back(*std::move(read));
  }
  return lines;
}

// The mark of what the client sent: it is the one that logs on first; in a log that begins later, the one with orders.
std::optional<char> mark_of_client(const std::vector<LogLine>& lines) {
  const auto other = [](char mark) { return mark == '<' ? '>' : '<'; };
  const auto type = [](const LogLine& line) { return value_of(line.heard.message, 35); };
  for (const LogLine& line : lines) {
    if (line.mark != '!' && type(line) == "A") return line.mark;
  }
  static const std::set<std::string> of_clients{"D", "F", "G", "H", "V", "q"};
  static const std::set<std::string> of_brokers{"8", "9", "W", "X", "Y", "r"};
  for (const LogLine& line : lines) {
    if (of_clients.contains(type(line))) return line.mark;
    if (of_brokers.contains(type(line))) return other(line.mark);
  }
  return std::nullopt;
}

}  // namespace

tl::expected<Recording, files::Errors> parse_recording(std::string_view text, const std::string& file,
                                                       const std::string& session) {
  files::Errors errors;
  std::vector<LogLine> lines = lines_in(text, file, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  const auto fail = [&](const std::string& message) { return tl::unexpected(files::Errors{{file, message}}); };
  std::erase_if(lines, [](const LogLine& line) { return line.mark == '!'; });
  std::set<std::string> sessions;
  for (const LogLine& line : lines) sessions.insert(line.session);
  const std::vector<std::string> names(sessions.begin(), sessions.end());
  if (names.empty()) return fail("has no message");
  if (session.empty() && names.size() > 1)
    return fail("has several sessions; name one with --session: " + files::joined(names));
  if (!session.empty() && !sessions.contains(session))
    return fail("has no session '" + session + "', but " + files::joined(names));
  Recording recording{file, session.empty() ? names.front() : session, {}};
  std::erase_if(lines, [&](const LogLine& line) { return line.session != recording.session; });
  const auto client = mark_of_client(lines);
  if (!client) return fail("has neither a Logon(A) nor orders or reports: who the client is cannot be told");
  for (LogLine& line : lines) {
    line.heard.by_client = line.mark == *client;
    const bool begins = line.heard.by_client && value_of(line.heard.message, 35) == "A";
    if (begins || recording.connections.empty()) recording.connections.emplace_back();
    recording.connections.back().push_back(std::move(line.heard));
  }
  return recording;
}

tl::expected<Recording, files::Errors> load_recording(const std::filesystem::path& path, const std::string& session) {
  const auto text = files::read_text(path, max_recording_bytes);
  if (!text) return tl::unexpected(files::Errors{text.error()});
  return parse_recording(*text, path.string(), session);
}

}  // namespace simulator::certify
