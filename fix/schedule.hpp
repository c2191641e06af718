#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace date {
class time_zone;
}

namespace fix {

// A stretch of time in which a session is open, from start up to but not including end.
struct Window {
  core::Time start;
  core::Time end;
  friend bool operator==(const Window&, const Window&) = default;
};

// A schedule as people write it, in the local time of a zone.
struct ScheduleText {
  std::string zone;               // a name of the IANA database, "America/New_York"
  std::string opens;              // "08:00" or "08:00:30" each day, or "Sun 17:00" for one window a week
  std::string closes;             // likewise; at or before `opens`: on the next day, or in the next week
  std::vector<std::string> days;  // "Mon" to "Sun": on which a window opens; none: every day. Not with a weekly window
  std::vector<std::string> holidays;  // "2026-12-25"; see Schedule
};

// When a session is open. A window lasts from the first moment at which the zone's clocks show the opening time or
// later, to the last at which they show less than the closing time: a time that clocks skip in spring is the moment of
// the jump, and of a time that they show twice in autumn the first opens and the second closes; of the very time that
// they go back to the first closes too, because from then on they show nothing less. Where the next window begins, one
// ends at the latest. On a holiday no daily window opens; out of a weekly one the day is cut, from the first moment at
// which clocks show its date to the last, and what is left on either side are two windows.
//
// The rules of the zone come from the system's time zone database, which must be kept up to date.
class Schedule {
 public:
  // Error: its place is the member of the text that is wrong ("zone"), its message what would be right.
  [[nodiscard]] static core::Result<Schedule> parse(const ScheduleText& text);

  // The window that `t` lies in; when it lies in none, the next. REQUIRES: a year from 1900 to 2200, as below
  [[nodiscard]] Window window_at_or_after(core::Time t) const;
  [[nodiscard]] bool is_open(core::Time t) const { return window_at_or_after(t).start <= t; }
  // The first moment after `t` at which a window begins or ends.
  [[nodiscard]] core::Time next_change(core::Time t) const;
  // "Mon 2026-11-23 17:00 America/New_York"
  [[nodiscard]] std::string local_text(core::Time t) const;

 private:
  using Day = std::chrono::sys_days;           // of the local calendar
  using LocalTime = std::chrono::sys_seconds;  // what local clocks show

  Schedule() = default;
  [[nodiscard]] core::Time first_showing(LocalTime local) const;
  [[nodiscard]] core::Time last_showing_less(LocalTime local) const;
  [[nodiscard]] LocalTime local_at(core::Time t) const;
  // Without regard to what opens later.
  [[nodiscard]] std::vector<Window> opening_on(Day day) const;

  const date::time_zone* zone_ = nullptr;
  std::string zone_name_;
  bool is_weekly_ = false;
  std::set<unsigned> weekdays_;  // on which it opens, Sunday is 0
  std::chrono::seconds opens_{};
  std::chrono::seconds closes_{};
  std::chrono::days closes_after_{};  // from the day on which it opened
  std::set<Day> holidays_;
};

// All that ScheduleText::zone may be, for suggestions.
[[nodiscard]] std::vector<std::string> zone_names();

}  // namespace fix
