#pragma once

#include <optional>
#include <string>

#include "core/time.hpp"
#include "fix/schedule.hpp"

namespace fix {

// A session's hours as its connections see them: a schedule, and a clock that may jump. Without a schedule a session is
// always open. Private to fix/.
class Hours {
 public:
  Hours(std::optional<Schedule> schedule, const core::Clock& clock);

  // When the session opens again; nothing while it is open.
  [[nodiscard]] std::optional<core::Time> closed_until() const;
  // A connection belongs to the window in which it was made.
  void connected();
  // It was made while the session was closed, or its window has ended. A clock that is set back before the window does
  // not end it.
  [[nodiscard]] bool is_over() const;
  // "Mon 2026-11-23 08:00 America/New_York". REQUIRES: a schedule
  [[nodiscard]] std::string next_opening() const;

 private:
  std::optional<Schedule> schedule_;
  const core::Clock& clock_;
  core::Time end_;  // of the window in which the connection was made; the past when there was none
};

}  // namespace fix
