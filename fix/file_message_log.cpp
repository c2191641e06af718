#include "fix/file_message_log.hpp"

#include <iostream>
#include <utility>

#include "fix/wire_text.hpp"

namespace fix {

core::Result<std::unique_ptr<FileMessageLog>> FileMessageLog::open(const std::string& path, const core::Clock& clock) {
  std::unique_ptr<FileMessageLog> log(new FileMessageLog(path, clock));
  log->file_.open(path, std::ios::binary | std::ios::app);
  if (!log->file_) return core::fail(path, "cannot be opened for appending");
  return log;
}

void FileMessageLog::message(const core::SessionName& session, Direction direction, std::string_view bytes) {
  line(session, direction == Direction::in ? '<' : '>', blank_passwords(bytes));
}

void FileMessageLog::event(const core::SessionName& session, EventKind /*kind*/, std::string_view text) {
  line(session, '!', std::string(text));
}

void FileMessageLog::line(const core::SessionName& session, char mark, std::string text) {
  for (char& c : text) {
    if (c == soh) {
      c = '|';
    } else if (static_cast<unsigned char>(c) < ' ') {
      c = '?';  // a line feed from outside must not forge a line
    }
  }
  file_.clear();
  file_ << core::iso_text(clock_.now()) << ' ' << session.text() << ' ' << mark << ' ' << text << '\n' << std::flush;
  if (file_ || std::exchange(told_, true)) return;
  std::cerr << path_ << ": the FIX log cannot be written; its lines are lost until it can\n";
}

}  // namespace fix
