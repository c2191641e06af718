#include "simulator/session_log.hpp"

#include <utility>

namespace simulator {

core::Result<std::unique_ptr<SessionLog>> SessionLog::open(const std::filesystem::path& folder, files::Log& log,
                                                           const core::Clock& clock) {
  std::unique_ptr<SessionLog> session_log(new SessionLog(log));
  if (!folder.empty()) {
    auto file = fix::FileMessageLog::open((folder / "fix-messages.log").string(), clock);
    if (!file) return tl::unexpected(file.error());
    session_log->file_ = *std::move(file);
  }
  return session_log;
}

void SessionLog::message(const core::SessionName& session, Direction direction, std::string_view bytes) {
  if (file_) file_->message(session, direction, bytes);
}

void SessionLog::event(const core::SessionName& session, fix::EventKind kind, std::string_view text) {
  if (file_) file_->event(session, kind, text);
  log_.info("fix", text, {{"session", session.text()}});
}

}  // namespace simulator
