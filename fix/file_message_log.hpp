#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "core/time.hpp"
#include "fix/session.hpp"

namespace fix {

// The raw log in a file that is appended to, one line per message or event, with | for SOH:
//   2026-11-21T07:36:07.123456789Z SIM > 8=FIX.4.4|9=63|35=A|...      out
//   2026-11-21T07:36:07.125000000Z SIM < 8=FIX.4.4|9=63|35=A|...      in
//   2026-11-21T07:36:07.125100000Z SIM ! Received logon response      event
// Passwords are blanked here once more, should a caller have forgotten. A line that cannot be written is lost, which
// is said once on stderr; the log never stops a session.
class FileMessageLog final : public MessageLog {
 public:
  // Error: the file cannot be opened. `clock` must outlive the log.
  [[nodiscard]] static core::Result<std::unique_ptr<FileMessageLog>> open(const std::string& path,
                                                                          const core::Clock& clock);

  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override;
  void event(const core::SessionName& session, EventKind kind, std::string_view text) override;

 private:
  FileMessageLog(std::string path, const core::Clock& clock) : path_(std::move(path)), clock_(clock) {}
  void line(const core::SessionName& session, char mark, std::string text);

  std::string path_;
  const core::Clock& clock_;
  std::ofstream file_;
  bool told_ = false;  // that it cannot be written
};

}  // namespace fix
