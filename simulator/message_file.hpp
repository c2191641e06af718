#pragma once

#include <fstream>
#include <memory>

#include "core/time.hpp"
#include "files/log.hpp"
#include "fix/session.hpp"

namespace simulator {

// The raw FIX messages, one a line with | for SOH, in fix-messages.log; what happens to sessions goes to the log.
class MessageFile final : public fix::MessageLog {
 public:
  // An empty folder: no file of messages. Error: the file cannot be written.
  [[nodiscard]] static core::Result<std::unique_ptr<MessageFile>> open(const std::filesystem::path& folder,
                                                                       files::Log& log, const core::Clock& clock);

  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override;
  void event(const core::SessionName& session, std::string_view text) override;

 private:
  MessageFile(files::Log& log, const core::Clock& clock) : log_(log), clock_(clock) {}

  files::Log& log_;
  const core::Clock& clock_;
  std::ofstream file_;
};

}  // namespace simulator
