#pragma once

#include <filesystem>
#include <memory>

#include "files/log.hpp"
#include "fix/file_message_log.hpp"

namespace simulator {

// Raw FIX messages go to fix-messages.log when there is a folder for it; what happens to sessions goes to the log as
// well.
class SessionLog final : public fix::MessageLog {
 public:
  // An empty folder: no file of messages. Error: the file cannot be written. What is handed in must outlive the log.
  [[nodiscard]] static core::Result<std::unique_ptr<SessionLog>> open(const std::filesystem::path& folder,
                                                                      files::Log& log, const core::Clock& clock);

  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override;
  void event(const core::SessionName& session, fix::EventKind kind, std::string_view text) override;

 private:
  explicit SessionLog(files::Log& log) : log_(log) {}

  files::Log& log_;
  std::unique_ptr<fix::FileMessageLog> file_;
};

}  // namespace simulator
