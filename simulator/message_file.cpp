#include "simulator/message_file.hpp"

#include <algorithm>

#include "files/text.hpp"

namespace simulator {

core::Result<std::unique_ptr<MessageFile>> MessageFile::open(const std::filesystem::path& folder, files::Log& log,
                                                             const core::Clock& clock) {
  std::unique_ptr<MessageFile> messages(new MessageFile(log, clock));
  if (!folder.empty()) {
    const std::filesystem::path path = folder / "fix-messages.log";
    messages->file_.open(path, std::ios::app | std::ios::binary);
    if (!messages->file_) return core::fail(path.string(), "cannot be written");
  }
  return messages;
}

void MessageFile::message(const core::SessionName& session, Direction direction, std::string_view bytes) {
  if (!file_.is_open()) return;
  std::string readable(bytes);
  std::replace(readable.begin(), readable.end(), '\x01', '|');
  const char* const way = direction == Direction::in ? " in  " : " out ";
  file_ << core::iso_text(clock_.now()) << ' ' << session.text() << way << files::cleaned(readable) << '\n'
        << std::flush;
}

void MessageFile::event(const core::SessionName& session, std::string_view text) {
  log_.info("fix", text, {{"session", session.text()}});
}

}  // namespace simulator
